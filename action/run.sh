#!/usr/bin/env bash
# The body of action.yml. In: INPUT_* and GITHUB_* variables. Out: GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, the exit code of
# edgepress. Never evaluates a value: each is only ever a quoted argument.
set -euo pipefail

fail() {
  printf 'error: %s\n' "$1" >&2
  set_output exit-code 2
  exit 2
}

# One output. A delimiter nobody can know keeps a value with newlines from becoming a second output.
set_output() {
  local mark
  mark="end-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  printf '%s<<%s\n%s\n%s\n' "$1" "$mark" "$2" "$mark" >>"$GITHUB_OUTPUT"
}

# A path that starts with a dash is a path all the same.
as_path() {
  case $1 in
    -*) printf './%s' "$1" ;;
    *) printf '%s' "$1" ;;
  esac
}

# Prints the path of the edgepress to run, installing it when none was given.
find_edgepress() {
  if [[ -n $INPUT_BINARY ]]; then
    [[ -x $INPUT_BINARY ]] || return 1
    realpath -- "$INPUT_BINARY"
    return
  fi
  local home="$RUNNER_TEMP/edgepress"
  local wanted=()
  [[ $INPUT_VERSION == latest ]] || wanted=(--version "$INPUT_VERSION")
  cargo install edgepress --locked --root "$home" "${wanted[@]}" >&2
  printf '%s' "$home/bin/edgepress"
}

# One number of the JSON report; nothing when there is no report.
figure() {
  if [[ -s $report ]]; then jq -r "$1 // empty" "$report"; fi
}

write_summary() {
  [[ $INPUT_SUMMARY == true && -s $markdown ]] || return 0
  # GitHub refuses a summary over 1 MiB as a whole.
  head -c 1000000 "$markdown" >>"$GITHUB_STEP_SUMMARY"
}

: "${INPUT_SITE:?}" "${INPUT_COMMAND:=build}" "${INPUT_OUTPUT:=edgepress-out}" "${INPUT_ARGUMENTS:=}"
: "${INPUT_VERSION:=latest}" "${INPUT_BINARY:=}" "${INPUT_SUMMARY:=true}" "${GITHUB_OUTPUT:?}" "${GITHUB_STEP_SUMMARY:=/dev/null}"
: "${RUNNER_TEMP:=$(mktemp -d)}"
report="$RUNNER_TEMP/edgepress-report.json"
markdown="$RUNNER_TEMP/edgepress-report.md"
rm -f "$report" "$markdown"

command -v jq >/dev/null || fail "jq is not installed on this runner"
[[ $INPUT_VERSION =~ ^(latest|[0-9][0-9A-Za-z.+-]*)$ ]] || fail "version is not a version number"
edgepress=$(find_edgepress) || fail "there is no edgepress to run"

extra=()
while IFS= read -r line; do
  [[ -z $line ]] || extra+=("$line")
done <<<"$INPUT_ARGUMENTS"

site=$(as_path "$INPUT_SITE" && printf x) && site=${site%x}
output=$(as_path "$INPUT_OUTPUT" && printf x) && output=${output%x}
reports=(--report human --report "json=$report" --report "markdown=$markdown")
case $INPUT_COMMAND in
  build) line=(build "${reports[@]}" "${extra[@]}" -o "$output" -- "$site") ;;
  check) line=(check "${reports[@]}" "${extra[@]}" -- "$site") output='' ;;
  *) fail "command is build or check" ;;
esac

code=0
"$edgepress" "${line[@]}" || code=$?
write_summary
set_output output "$output"
set_output bytes-in "$(figure .input.bytes)"
set_output bytes-out "$(figure .output.bytes)"
set_output brotli "$(figure .wire.brotli)"
set_output findings "$(figure '.findings | length')"
set_output exit-code "$code"
set_output report "$report"
exit "$code"
