#!/usr/bin/env bash
# The tests that take long, one after the other. Each is a script in eng/long, or a function below, long_<name>, whose first comment
# says what it covers; add one and it is listed, run and counted. The last line is "N passed, N failed".
#
#   eng/test-long.sh              all of them
#   eng/test-long.sh NAME…        only these
#   eng/test-long.sh --list       their names
#   eng/test-long.sh --help       this text
#
# A test stays within these, all of its parts together:
#   LONG_MINUTES   minutes for each test (30)
#   LONG_MEMORY    memory in GiB for each test (8)
set -uo pipefail
cd "$(dirname "$0")/.."

minutes=${LONG_MINUTES:-30}
memory=${LONG_MEMORY:-8}

# docs/models/append.pml with three writers, batches, crashes, lost and late writes: exact searches that look at every state, then a
# bitstate search of a model too large for that, for what is left of the time.
long_append_model() {
  needs spin spin && needs gcc "gcc libc6-dev" || return 1
  local covered=0 parameters
  while read -r parameters; do
    [ -z "$parameters" ] && continue
    search exact "$parameters" || return 1
    covered=$((covered + 1))
  done <<'END'
WRITERS=3 REQS=1 CMDS=2 K=2 CRASHES=1 FAULTS=1
WRITERS=3 REQS=1 CMDS=2 K=2 CRASHES=1 FAULTS=2 LATE=2
WRITERS=3 REQS=1 CMDS=3 K=2 CRASHES=1 FAULTS=1
WRITERS=3 REQS=2 CMDS=1 K=3 CRASHES=1 FAULTS=1
WRITERS=2 REQS=3 CMDS=2 K=2 CRASHES=1 FAULTS=1
WRITERS=3 REQS=1 CMDS=2 K=2 FAULTS=1 POWER SECURE=2
END
  echo "$covered configurations were searched whole."
  search bitstate "WRITERS=3 REQS=2 CMDS=3 K=2 CRASHES=2 FAULTS=3 LATE=2 TRIES=3"
}

# Verifying a bundle of 1,000,000 receipts, made on the fly with real keys, takes no more memory than one of 1,000 (P12 of the benchmarks).
long_verify_million() {
  dotnet build benchmarks/Concord.Benchmarks -c Release -clp:ErrorsOnly --nologo || return 1
  mkdir -p artifacts
  benchmarks/Concord.Benchmarks/bin/Release/net10.0/Concord.Benchmarks table benchmarks/peers artifacts/memory.md long P12 || return 1
  grep -q '^| P12 .*| met' artifacts/memory.md
}

# search exact|bitstate PARAMETERS: 0 when nothing was found (and, for exact, all was looked at).
search() {
  local kind=$1 parameters=$2 folder=$scratch/search left flags options output status
  left=$((deadline - SECONDS))
  echo "-- $kind: $parameters"
  if [ "$left" -le 0 ]; then
    [ "$kind" = bitstate ] && { echo "   not run: the time is up."; return 0; }
    echo "   not run: the time is up." >&2; return 1
  fi
  rm -rf "$folder"; mkdir -p "$folder"; cp docs/models/append.pml "$folder"
  if [ "$kind" = exact ]; then
    flags="-DCOLLAPSE -DMEMLIM=$((memory * 1024))"; options="-w26"
  else
    # A hash array of at most half the memory (2^35 bits are 4 GiB), three bits a state.
    local bits=33
    [ "$memory" -ge 4 ] && bits=34
    [ "$memory" -ge 8 ] && bits=35
    flags="-DBITSTATE"; options="-w$bits -k3"
  fi
  # The same as in tests/Concord.Models.Tests, but optimised. Nothing is reduced.
  (
    cd "$folder" && spin -a $(printf -- '-D%s ' $parameters) append.pml &&
      gcc -O2 -w -DSAFETY -DNOCLAIM -DNOREDUCE -DVECTORSZ=2048 $flags -o pan pan.c
  ) || return 1
  output=$(cd "$folder" && ulimit -v $((memory * 1024 * 1024)) && timeout --signal=INT "$left" ./pan -m1000000 $options 2>&1)
  status=$?
  awk '/states, stored/ { s = $1 } /transitions/ { t = $1 } /elapsed time/ { e = $4 } /total actual memory/ { m = $1 }
    END { printf "   %d states, %d transitions, %d s, %d MB\n", s, t, e, m }' <<<"$output"
  if ! grep -q "errors: 0" <<<"$output"; then
    echo "$output" | grep -E "^pan|error" >&2
    (cd "$folder" && [ -f append.pml.trail ] && spin -t -k append.pml.trail $(printf -- '-D%s ' $parameters) append.pml | sed '/trail ends/q') >&2
    return 1
  fi
  if [ "$status" != 0 ] || grep -qE "Search not completed|max search depth too small|out of memory" <<<"$output"; then
    if [ "$kind" = bitstate ]; then echo "   stopped when the time was up: only a part was searched, and nothing was found in it."; return 0; fi
    echo "   the search is not complete: more time (LONG_MINUTES) or memory (LONG_MEMORY) is needed." >&2
    return 1
  fi
  if [ "$kind" = bitstate ]; then echo "   the search ended: nothing was found, $(grep -o 'hash factor: [0-9.]*' <<<"$output") (above 100: hardly a state was missed)."; fi
}

# needs TOOL PACKAGES: installs it on Debian when we may, and otherwise says what is missing.
needs() {
  command -v "$1" >/dev/null && return
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $2 >/dev/null
  fi
  command -v "$1" >/dev/null || { echo "eng/test-long.sh: '$1' is missing. Install it (Debian: apt-get install $2) and try again." >&2; return 1; }
}

for part in eng/long/*.sh; do
  name=$(basename "$part" .sh)
  eval "long_${name//-/_}() { timeout \$((deadline - SECONDS)) bash $part; }"
done

names() { declare -F | sed -n 's/^declare -f long_//p' | tr _ -; }

case ${1:-} in
  -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "eng/$(basename "$0")"; echo "Tests:"; names | sed 's/^/  /'; exit ;;
  --list) names; exit ;;
  -*) echo "eng/test-long.sh: '$1' is not an option; see --help." >&2; exit 2 ;;
esac
for name in "$@"; do
  names | grep -qx -- "$name" || { echo "eng/test-long.sh: there is no test '$name'; see --list." >&2; exit 2; }
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0
for name in ${*:-$(names)}; do
  echo "== $name (at most $minutes min, $memory GiB)"
  deadline=$((SECONDS + minutes * 60))
  if "long_${name//-/_}"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "$name: failed" >&2; fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
