#!/usr/bin/env bash
# Measures the projection in Postgres against its floors and writes benchmarks/results/postgres.md. Takes some five minutes; best on a
# quiet machine.
#
#   eng/bench-postgres.sh           all
#   eng/bench-postgres.sh --quick   few receipts: to see that it runs, not to judge by
set -euo pipefail
cd "$(dirname "$0")/.."

report=benchmarks/results/postgres.md options=()
for argument in "$@"; do
  case "$argument" in
    --quick) options+=(quick) report=artifacts/postgres-quick.md ;;
    *) echo "eng/bench-postgres.sh: '$argument' is not known; see the top of this file." >&2; exit 2 ;;
  esac
done

mkdir -p artifacts benchmarks/results
dotnet build benchmarks/Concord.Benchmarks.Postgres -c Release -clp:ErrorsOnly --nologo
benchmarks/Concord.Benchmarks.Postgres/bin/Release/net10.0/Concord.Benchmarks.Postgres "$report" "${options[@]}"
