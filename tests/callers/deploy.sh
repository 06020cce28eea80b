#!/usr/bin/env bash
# The recipe of docs/deploy.md, run as written for two builds in a row: deploy.sh EDGEPRESS [SITE]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/callers/check.sh
source "$root/tests/callers/check.sh"
edgepress=$(realpath "$1")
site=$(realpath "${2:-$root/fixtures/demo}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
awk '/^```sh/ {inside = 1; next} /^```/ {if (inside) exit} inside' "$root/docs/deploy.md" |
  sed "s|^host=.*|host=$work/host|; 1i set -euo pipefail" >recipe.sh
mkdir host
cp -r "$site" dist
# Pages of a second build, and a script of its own in place of another.
# rsync may compare times by the second.
build() { sleep 1 && "$edgepress" build dist -o out --no-cache --quiet; }
printf '[deploy]\nkeep = 1\n' >edgepress.toml
build
expect 'the first deployment' bash recipe.sh
expect 'the host has what was built' diff -rq out host
cp -r out first
find dist -name '*.js' -exec sed -i '$ a console.log("second");' {} +
find dist -name '*.html' -exec sed -i 's|</body>|<p>second</p></body>|' {} +
build
expect 'the second deployment' bash recipe.sh
expect 'the host has what was built, and nothing else' diff -rq out host
old=$(jq -r '.earlier[].name' out/edgepress.manifest.json)
expect 'assets of the first build stay' test -n "$old"
same() { for name in $old; do cmp "first/$name" "host/$name"; done; }
expect 'as they were' same
expect 'pages are to be purged' grep -qx '/' purge.txt
expect 'assets are not' bash -c "! grep -E -- '-[0-9b-z]{8}\.(js|css)' purge.txt"
rm -r dist
cp -r "$site" dist
# A browser that has the page asks nginx whether it still holds. In the fourth build only hashes in pages change.
port=$((20000 + $$ % 20000))
nginx=$(command -v nginx || echo /usr/sbin/nginx)
temporary=$(printf "%s_temp_path $work/temporary; " client_body proxy fastcgi uwsgi scgi)
printf '%s\n' "daemon off; worker_processes 1; pid $work/pid; error_log $work/error.log; events {} http { access_log off; $temporary
  include /etc/nginx/mime.types; server { listen 127.0.0.1:$port; root $work/host; } }" >nginx.conf
[[ $EUID -ne 0 ]] || sed -i '1i user root;' nginx.conf
"$nginx" -e "$work/error.log" -c "$work/nginx.conf" &
trap 'kill %1; rm -rf "$work"' EXIT
page=http://127.0.0.1:$port/index.html
header() { curl -sI --retry 20 --retry-connrefused --retry-delay 1 "$page" | tr -d '\r' | sed -n "s/^$1: //Ip"; }
status() { curl -s -o /dev/null -w '%{http_code}' "$@" "$page"; }
for words in third fourth; do
  tag=$(header etag) time=$(header last-modified)
  find dist -name '*.js' -exec sed -i "\$ a console.log('$words');" {} +
  build
  expect "the $words deployment" bash recipe.sh
  expect "the page of the $words build is sent by its tag" test "$(status -H "If-None-Match: $tag")" = 200
  expect "the page of the $words build is sent by its time" test "$(status -H "If-Modified-Since: $time")" = 200
  expect "the page that is there is not sent again" test "$(status -H "If-None-Match: $(header etag)")" = 304
done
expect 'the host has what was built, and nothing else' diff -rq out host
gone() { for name in $old; do test ! -e "host/$name" || jq -e --arg name "$name" '[.files[], .earlier[]?] | any(.name == $name)' out/edgepress.manifest.json >/dev/null; done; }
expect 'of the first build nothing stays but what is still used' gone
finish
