# The stages of ./test. Sourced by it, in the folder of the source tree, after scripts/setup.sh.
# shellcheck shell=bash disable=SC2154

all_stages=(tree unit fuzz tsan cli api differential readme cities crash instructions)

logs=${JEDLIK_TEST_LOGS:-$root/build/test-logs}
passed_total=0
failed_total=0
started=$SECONDS

known_stage() {
  local stage
  for stage in "${all_stages[@]}"; do
    [[ $stage == "$1" ]] && return
  done
  return 1
}

# Runs one stage in a shell of its own, with its output in a log; tells how it went and counts.
run_stage() {
  local stage=$1 log=$logs/$1.log begin=$SECONDS status=0
  mkdir -p "$logs"
  # Builds come first and are timed apart; they show their progress.
  "build_for_$stage"
  local built=$SECONDS
  # Not in an `if`, where `set -e` would be off inside.
  set +e
  (
    set -e
    "stage_$stage"
  ) >"$log" 2>&1
  status=$?
  set -e
  local passed failed
  read -r passed failed < <(count_tests "$log")
  [[ $status -ne 0 && $failed -eq 0 ]] && failed=1
  [[ $status -eq 0 && $passed -eq 0 ]] && status=1 failed=1
  passed_total=$((passed_total + passed))
  failed_total=$((failed_total + failed))
  local word=ok
  [[ $status -ne 0 || $failed -ne 0 ]] && word=FAILED
  [[ $word == ok ]] || show_failures "$log"
  printf '%-6s  %-7s %5d passed %4d failed  %4d s (build %d s)\n' "$word" "$stage" "$passed" \
    "$failed" $((SECONDS - built)) $((built - begin))
}

# The log without the lines that tell of success.
show_failures() {
  printf -- '--- %s\n' "$1"
  { grep -vE '^ +Start +[0-9]+: | Test +#[0-9]+: .* (Passed|\*+Skipped) |^ *✔ ' "$1" || true; } | tail -n 300
  printf -- '---\n'
}

summary() {
  printf '%d s in all\n' $((SECONDS - started))
  printf '%d passed, %d failed\n' "$passed_total" "$failed_total"
  [[ $failed_total -eq 0 ]]
}

# Prints the sums of passed and of failed tests that a log reports: of CTest, Vitest and Node.js. What
# was skipped is neither.
count_tests() {
  awk '
    / tests? passed, [0-9]+ tests? failed out of [0-9]+/ {  # CTest
      failed += $4
      passed += $NF - $4
    }
    /^\t[0-9]+ - .*\(Skipped\)$/ { --passed }
    /^ +Tests  / {  # Vitest
      for (i = 2; i < NF; ++i) {
        if ($(i + 1) ~ /^passed/) passed += $i
        if ($(i + 1) ~ /^failed/) failed += $i
      }
    }
    /^[^ ]+ pass [0-9]+$/ { passed += $3 }  # Node.js
    /^[^ ]+ fail [0-9]+$/ { failed += $3 }
    END { print passed + 0, failed + 0 }' "$1"
}

run_ctest() {
  ctest --test-dir "build/$1" -j "$(nproc)" --output-on-failure "${@:2}"
}

run_vitest() {
  (cd "$1" && NO_COLOR=1 npx --no-install vitest run "${@:2}")
}

# Tests that need nothing but Node.js.
run_node_tests() {
  node --test --test-reporter=spec "$@"
}

build_for_tree() { :; }
stage_tree() { run_node_tests tests/{tree,differential,bench}/*.test.mjs; }

build_for_unit() { build_preset debug; }
stage_unit() {
  export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
  run_ctest debug -LE fuzz
}

build_for_fuzz() {
  build_preset debug
  # How long a target runs is a setting of the build.
  cmake -S . -B build/debug -DJEDLIK_FUZZ_SECONDS="${JEDLIK_FUZZ_SECONDS:-10}" >/dev/null
}
stage_fuzz() { run_ctest debug -L fuzz; }

# What threads share. The planted bugs show that the suite finds them, which one run is enough for.
build_for_tsan() { build_preset tsan test_base test_engine test_wire test_bench; }
stage_tsan() {
  export TSAN_OPTIONS="suppressions=$root/tests/tsan.supp history_size=4"
  run_ctest tsan -E 'PlantedBugs|_NOT_BUILT$'
}

build_for_cli() { build_preset release jedlik; }
stage_cli() { run_node_tests tests/cli/*.test.mjs; }

build_for_api() {
  build_preset release jedlik
  need_npm_packages "$root/tests/api"
}
stage_api() { run_vitest tests/api --exclude cities.test.ts; }

build_for_differential() { build_preset release jedlik; }
stage_differential() {
  need_npm_packages "$root/tests/differential" ||
    die "The servers to compare with could not be fetched from the npm registry: nothing was compared."
  run_node_tests tests/differential/fixed_seed.mjs
}

build_for_crash() {
  build_preset release jedlik
  need_npm_packages "$root/tests/crash"
}
stage_crash() { run_vitest tests/crash; }

build_for_cities() {
  build_preset release jedlik
  need_npm_packages "$root/examples/cities"
  need_npm_packages "$root/tests/api"
}
stage_cities() { run_vitest tests/api cities.test.ts; }

build_for_readme() {
  build_preset release jedlik
  need_npm_packages "$root/tests/api"
}
stage_readme() { run_node_tests tests/readme/*.test.mjs; }

build_for_instructions() { build_preset release jedlik; }
stage_instructions() { node bench/instructions.mjs; }
