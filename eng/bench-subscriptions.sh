#!/usr/bin/env bash
# Measures subscriptions on two hosts and one PostgreSQL and writes benchmarks/results/subscriptions.md: from commit to frame at the same
# replica and at another, and the memory of 2,000 sockets. Takes some three minutes; best on a quiet machine.
#
#   eng/bench-subscriptions.sh           all
#   eng/bench-subscriptions.sh --quick   few: to see that it runs, not to judge by
set -euo pipefail
cd "$(dirname "$0")/.."

report=benchmarks/results/subscriptions.md options=()
for argument in "$@"; do
  case "$argument" in
    --quick) options+=(quick) report=artifacts/subscriptions-quick.md ;;
    *) echo "eng/bench-subscriptions.sh: '$argument' is not known; see the top of this file." >&2; exit 2 ;;
  esac
done

# Each socket is a file at both ends.
ulimit -n "$(ulimit -Hn)"
[ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -ge 4096 ] || { echo "eng/bench-subscriptions.sh: 2,000 sockets need 4,096 open files; the limit is $(ulimit -n)." >&2; exit 2; }

mkdir -p artifacts benchmarks/results
dotnet build src/PixPax.Host -c Release -clp:ErrorsOnly --nologo
dotnet build benchmarks/PixPax.Host.Benchmarks -c Release -clp:ErrorsOnly --nologo
dotnet benchmarks/PixPax.Host.Benchmarks/bin/Release/net10.0/PixPax.Host.Benchmarks.dll subscriptions \
  "$PWD/src/PixPax.Host/bin/Release/net10.0/PixPax.Host.dll" "$report" "${options[@]}"
