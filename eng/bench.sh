#!/usr/bin/env bash
# Measures everything and writes benchmarks/results/*.md. Takes some minutes; best on a quiet machine.
#
#   eng/bench.sh             all: the table of claims, then BenchmarkDotNet
#   eng/bench.sh --table     the table of claims only
#   eng/bench.sh --long      memory also with a million receipts (some minutes more)
#   eng/bench.sh --quick     few rounds: to see that it runs, not to judge by
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in dotnet node npm; do
  command -v "$tool" >/dev/null || { echo "eng/bench.sh: '$tool' is missing. Install it and try again." >&2; exit 2; }
done

only_table= options=()
for argument in "$@"; do
  case "$argument" in
    --table) only_table=1 ;;
    --long | --quick) options+=("${argument#--}") ;;
    *) echo "eng/bench.sh: '$argument' is not known; see the top of this file." >&2; exit 2 ;;
  esac
done

(cd benchmarks/peers && npm ci --no-audit --no-fund --loglevel=error)
dotnet build benchmarks/Concord.Benchmarks -c Release -clp:ErrorsOnly --nologo
program=benchmarks/Concord.Benchmarks/bin/Release/net10.0/Concord.Benchmarks
mkdir -p artifacts benchmarks/results

"$program" table benchmarks/peers benchmarks/results/claims.md "${options[@]}"
[ -z "$only_table" ] || exit 0

rm -rf artifacts/benchmarks
"$program" --filter '*' --exporters github --artifacts artifacts/benchmarks > artifacts/benchmarks.log 2>&1 || { tail -50 artifacts/benchmarks.log >&2; exit 1; }
for report in artifacts/benchmarks/results/*-report-github.md; do
  name=$(basename "$report" -report-github.md)
  cp "$report" "benchmarks/results/${name##*.}.md"
done
ls benchmarks/results
