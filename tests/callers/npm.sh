#!/usr/bin/env bash
# The npm recipe of docs/callers.md, run as written in a scratch package: npm.sh EDGEPRESS [SITE]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/callers/check.sh
source "$root/tests/callers/check.sh"
edgepress=$(realpath "$1")
site=$(realpath "${2:-$root/fixtures/demo}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# The first json block of the page is the recipe; its "build" makes dist, as any framework would.
awk '/^```json/ {inside = 1; next} /^```/ {if (inside) exit} inside' "$root/docs/callers.md" >package.json
# shellcheck disable=SC2016 # the dollar sign is JavaScript's
SITE=$site node -e 'const p = require("./package.json"); p.scripts.build = `cp -r "${process.env.SITE}" dist`; require("fs").writeFileSync("package.json", JSON.stringify(p))'
PATH="$(dirname "$edgepress"):$PATH"
expect 'npm run build ends well' npm run --silent build
expect 'the pressed site is there' test -s out/index.html
expect 'with its manifest' test -s out/edgepress.manifest.json
expect 'the site itself is untouched' diff -rq "$site" dist
expect 'npm run check:site ends well' npm run --silent check:site
finish
