#!/usr/bin/env bash
# The GitHub Action, run with the variables GitHub sets: action.sh EDGEPRESS [SITE]
# Good input presses and sets every output; hostile input is text, never code.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/callers/check.sh
source "$root/tests/callers/check.sh"
edgepress=$(realpath "$1")
site=$(realpath "${2:-$root/fixtures/demo}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/workspace"
cp -r "$site" "$work/workspace/dist"
cd "$work/workspace"

# run NAME=VALUE...: one run of the step; the answer is in $work/answer.json.
run() { node "$root/tests/callers/action-step.mjs" "$root" "$work" "binary=$edgepress" "$@" >"$work/answer.json"; }
says() { jq -e "$1" "$work/answer.json" >/dev/null; }
clean() { [[ -z $(find "$work" -name 'pwned*' -print -quit) ]]; }

run site=dist output=out
expect 'build ends with 0' says '.code == 0 and .outputs["exit-code"] == "0"'
expect 'every declared output is set, and no other' says '.unset == [] and .unknown == []'
expect 'the figures are numbers' says '[.outputs["bytes-in", "bytes-out", "brotli", "findings"]] | all(test("^[0-9]+$"))'
expect 'bytes in are bytes in' says "(.outputs[\"bytes-in\"] | tonumber) == $(find dist -type f -printf '%s\n' | awk '{s += $1} END {print s}')"
expect 'the output folder is there' test -s out/index.html
expect 'the manifest is there' test -s out/edgepress.manifest.json
expect 'the summary is written' says '.summary | length > 20'
json_report() { jq -e '.schema >= 1' "$work/temp/edgepress-report.json" >/dev/null; }
expect 'the report is JSON with a schema' json_report

run site=dist command=check
expect 'check ends with 0 and writes nothing' says '.code == 0 and .outputs.output == ""'
run site=dist output=quiet summary=false
expect 'the summary can be left out' says '.code == 0 and .summary == ""'
run site=dist command=destroy
expect 'an unknown command is refused with 2' says '.code == 2 and .outputs["exit-code"] == "2"'
run site=nowhere output=out-nowhere
expect 'a missing site fails with 2 or 3' says '(.code == 2 or .code == 3) and .outputs["exit-code"] == (.code | tostring)'
run site=dist output=out-flags arguments=$'--no-cache\n--no-fingerprint\n'
expect 'arguments are passed on, one a line' says '.code == 0'
run site=dist version='1; touch pwned'
expect 'a version that is none is refused' says '.code == 2'
run site=dist binary=/nowhere/edgepress
expect 'a missing binary is refused' says '.code == 2'

# Every input with every trick: whatever edgepress answers, nothing runs and no output is forged.
tricks=("\$(touch pwned1)" "\`touch pwned2\`" '"; touch pwned3; "' "'; touch pwned4; '" $'x\ntouch pwned5' $'x\nexit-code=0\nforged=yes' '-x' '--help' '| touch pwned6' '&& touch pwned7'
  "\${{ github.token }}" '* ? [a]' 'a b')
mkdir tiny
cp dist/about.html tiny/index.html
for trick in "${tricks[@]}"; do
  for input in site output command arguments version binary summary; do
    if [[ $input == site ]]; then run "site=$trick" output=trick-out; else run site=tiny output=trick-out "$input=$trick"; fi
    expect "$input=$trick forges no output" says '.unknown == []'
    expect "$input=$trick reports its true exit code" says '.outputs["exit-code"] == (.code | tostring)'
    rm -rf trick-out
  done
done
expect 'no hostile input ran' clean
odd="an odd \$(touch pwned8) name"
mkdir "$odd"
cp tiny/index.html "$odd/"
run "site=$odd" 'output=out "two"'
expect 'odd folder names work' says '.code == 0 and .outputs.output == "out \"two\""'
expect 'odd folder names are names' test -s 'out "two"/index.html'
expect 'still nothing ran' clean
finish
