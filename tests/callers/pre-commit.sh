#!/usr/bin/env bash
# The pre-commit hook in a scratch repository: pre-commit.sh EDGEPRESS [PRE_COMMIT]
# Passes on good staged files, fails over a budget and, with --strict, on a reference that leads nowhere.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/callers/check.sh
source "$root/tests/callers/check.sh"
edgepress=$(realpath "$1")
tool=$(realpath "$(command -v "${2:-pre-commit}")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PATH="$(dirname "$edgepress"):$PATH"
export PRE_COMMIT_HOME="$work/home" HOME="$work"
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com GIT_CONFIG_NOSYSTEM=1

# The hook comes from a repository of its own, as users name ours.
git init -q -b main "$work/hooks"
cp "$root/.pre-commit-hooks.yaml" "$work/hooks/"
git -C "$work/hooks" add -A
git -C "$work/hooks" commit -qm hooks

git init -q -b main "$work/site"
cd "$work/site"
configure() {
  printf 'repos:\n- repo: %s\n  rev: %s\n  hooks:\n  - id: edgepress\n%s' "$work/hooks" "$(git -C "$work/hooks" rev-parse HEAD)" "$1" >.pre-commit-config.yaml
}
commits() { git commit -qm "$1" >"$work/log" 2>&1; }
log_says() { grep -q "$1" "$work/log"; }

configure ''
printf '[[budget]]\nname = "scripts"\nglob = "*.js"\nmax = "1 kB"\n' >edgepress.toml
printf '<!DOCTYPE html>\n<html lang="en">\n<head><title>Hello</title></head>\n<body><script src="small.js"></script></body>\n</html>\n' >index.html
printf 'console.log("small");\n' >small.js
git add -A
expect 'the hook installs' "$tool" install
expect 'good files are committed' commits good
expect 'the hook ran' log_says 'edgepress check.*Passed'

# shellcheck disable=SC2016 # the dollar signs are JavaScript's
node -e 'let s = 1; console.log("export const noise = `" + Array.from({ length: 6000 }, () => (s = (s * 48271) % 2147483647).toString(36)).join("") + "`;")' >big.js
git add big.js
refuse 'a script over its budget is not committed' commits big
expect 'the hook says so' log_says 'edgepress check.*Failed'
git rm -qf --cached big.js
rm big.js

printf 'notes\n' >notes.txt
git add notes.txt
expect 'files that are none of its business do not start it' commits notes
expect 'it was skipped' log_says 'edgepress check.*Skipped'

configure '    args: [--strict]
'
printf '<!DOCTYPE html>\n<html lang="en">\n<head><title>Broken</title></head>\n<body><img src="missing.png" alt=""></body>\n</html>\n' >broken.html
git add -A
refuse 'a page with a missing picture is not committed under --strict' commits broken
expect 'the finding names the page' log_says 'broken.html'
[[ $failed -eq 0 ]] || cat "$work/log"
finish
