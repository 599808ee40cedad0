#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs all test projects: those without real engines first.
#
#   tests/run.sh [--unit] [-c Release|Debug]      --unit leaves the lab tests out, and needs no install
#
# A project whose tests can't run, or that runs none, counts as one failure. The last line is "N passed, N failed"; the exit
# code is 0 only when nothing failed.
set -uo pipefail
exec 2>&1 </dev/null # one stream in one order; and nothing here may wait for somebody's input

unit_only=false
configuration=Release
passed=0
failed=0
failures=()

finish() {
  printf '\n'
  [[ ${#failures[@]} -eq 0 ]] || printf 'FAILED: %s\n' "${failures[@]}"
  echo "$passed passed, $failed failed"
  [[ $failed -eq 0 ]]
  exit
}

# could_not WHAT: a failure that no test could report.
could_not() {
  failures+=("$1")
  failed=$((failed + 1))
}

# attribute NAME FILE: a number of the run's <assembly> element in xunit's XML report; nothing when there is none.
attribute() {
  [[ -s $2 ]] && sed -n "s/.*<assembly [^>]*\b$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1
}

# failed_tests FILE: name and beginning of the message of each failed test of xunit's XML report, a line each.
failed_tests() {
  tr '\n' ' ' <"$1" | sed 's/<test /\n<test /g' |
    sed -n 's/^<test .* name="\([^"]*\)" result="Fail".*<message>\(<!\[CDATA\[\)\{0,1\}\([^]<]\{0,300\}\).*/\1: \3/p'
}

# failed_methods FILE: full name of each failed test's method in xunit's XML report, a line each.
failed_methods() {
  tr '\n' ' ' <"$1" | sed 's/<test /\n<test /g' | sed -n '/^<test [^>]*result="Fail"/s/.* type="\([^"]*\)" method="\([^"]*\)".*/\1.\2/p' | sort -u
}

# execute PROJECT SECONDS REPORT [OPTION…]: the tests of one project, stopped when they take longer than that.
execute() {
  local project=$1 limit=$2 report=$3
  shift 3
  timeout --kill-after=60 "$limit" "$project/bin/$configuration/net10.0/$(basename "$project")" \
    -noColor -noLogo -failSkips -longRunning 60 -result-xml "$report" "$@"
}

# again PROJECT REPORT: repeats what failed, in a lab that is made anew, and sets bad to what fails again. Engine 20.10.5 leaves threads in dead
# network namespaces at random; from then on it fails here and there until it is restarted, and with it whatever test comes next on its host.
again() {
  local project=$1 report=$2 method options=()
  while IFS= read -r method; do
    options+=(-method "$method")
  done < <(failed_methods "$report")
  [[ ${#options[@]} -gt 0 ]] || return
  printf '\n--- %s, once more: what failed\n' "$(basename "$project")"
  execute "$project" 900 "$report.again.xml" "${options[@]}"
  local status=$? left
  left=$(attribute failed "$report.again.xml")
  [[ -n $left && ($status -eq 0 || $left -gt 0) ]] || return
  good=$((good + bad - left))
  bad=$left
  report_of_failures=$report.again.xml
  [[ $bad -eq 0 ]] && status_of_run=0
}

# run PROJECT SECONDS [again]: one test project.
run() {
  local project=$1 limit=$2 name report good bad report_of_failures status_of_run
  name=$(basename "$project")
  report=$results/$name.xml
  report_of_failures=$report
  printf '\n--- %s\n' "$name"
  execute "$project" "$limit" "$report"
  status_of_run=$?
  good=$(attribute passed "$report")
  bad=$(attribute failed "$report")
  if [[ ${bad:-0} -gt 0 && ${3:-} == again ]]; then
    again "$project" "$report"
    failed_tests "$report" | sed 's/^/FAILED AT FIRST, REPEATED: /'
  fi
  local status=$status_of_run
  passed=$((passed + ${good:-0}))
  failed=$((failed + ${bad:-0}))
  if [[ ${bad:-0} -gt 0 ]]; then
    failures+=("$name: $bad tests")
    local line
    while IFS= read -r line; do failures+=("  $line"); done < <(failed_tests "$report_of_failures")
  elif [[ $status -eq 124 || $status -eq 137 ]]; then
    could_not "$name: was not done after $limit s"
  elif [[ $status -ne 0 ]]; then
    could_not "$name: ended with exit code $status"
  elif [[ ${good:-0} -eq 0 ]]; then
    could_not "$name: ran no test"
  fi
}

# publish_agent: the agent as the native program that it is shipped as, beside the overlaybridge that the lab tests run.
publish_agent() {
  local folder=tests/OverlayBridge.LabTests/bin/$configuration/net10.0
  rm -f "$folder/overlaybridge-agent"
  dotnet publish src/OverlayBridge.Agent --no-restore --configuration "$configuration" --output "$folder" || could_not "dotnet publish src/OverlayBridge.Agent"
}

main() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      --unit) unit_only=true ;;
      -c | --configuration) shift; configuration=${1:?-c needs Release or Debug} ;;
      *) echo "usage: tests/run.sh [--unit] [-c Release|Debug]"; exit 64 ;;
    esac
    shift
  done
  cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
  # Built programs find the runtime here when it is not where distributions put it.
  export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}
  results=$PWD/TestResults
  rm -rf "$results"
  mkdir -p "$results"

  if ! $unit_only && ! tests/lab/install.sh; then
    could_not "tests/lab/install.sh: what the lab tests need is not there"
  fi

  # The registry may stumble on a fresh machine: two more attempts.
  dotnet restore || dotnet restore || dotnet restore || { could_not "dotnet restore"; finish; }
  dotnet build --no-restore --configuration "$configuration" || { could_not "dotnet build"; finish; }

  $unit_only || publish_agent

  for project in tests/*.Tests; do
    run "$project" 300
  done
  $unit_only || run tests/OverlayBridge.ClusterTests 600
  $unit_only || run tests/OverlayBridge.LabTests 2400 again
  finish
}

main "$@" # a function is read whole: the script may be changed while it runs
