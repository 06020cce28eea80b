# shellcheck shell=bash
# Counts for the caller tests: `expect WHAT COMMAND...` runs a command that must succeed, `refuse` one that must fail.
# Sourced; the script ends with `finish`.
passed=0 failed=0

expect() {
  local what=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) && printf 'FAILED: %s\n' "$what"; fi
}

refuse() {
  local what=$1
  shift
  if "$@"; then failed=$((failed + 1)) && printf 'FAILED: %s\n' "$what"; else passed=$((passed + 1)); fi
}

finish() {
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [[ $failed -eq 0 && $passed -gt 0 ]]
}
