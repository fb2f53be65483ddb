#!/usr/bin/env bash
# Fuzzes a parser, guided by coverage: builds tests/Concord.Fuzzing, instruments a copy of Concord.Receipts.dll (with SharpFuzz, in
# managed code: no special kernel, compiler or settings), and keeps the inputs that take branches no input took before.
#
#   eng/fuzz.sh [TARGET|all] [SECONDS] [--seed N] [--peer]     all targets, 10 seconds each, when nothing is said
#   eng/fuzz.sh targets                                        their names
#
# --peer compares every verdict with the second implementation, in Node.js. What fails is written to artifacts/fuzz, with a command that
# runs it again. Exit code 1: something was found.
set -euo pipefail
# Branches are counted by one thread at a time.
export DOTNET_PROCESSOR_COUNT=1
cd "$(dirname "$0")/.."

DOTNET_PROCESSOR_COUNT= dotnet build tests/Concord.Fuzzing -c Release -nologo -v q "-clp:ErrorsOnly;NoSummary"
program=tests/Concord.Fuzzing/bin/Release/net10.0/Concord.Fuzzing.dll
[ "${1:-}" != targets ] || exec dotnet "$program" targets
target=${1:-all}
seconds=${2:-10}
shift $(($# < 2 ? $# : 2))
exec dotnet "$(dotnet "$program" instrument artifacts/fuzz/instrumented)" run "$target" --seconds "$seconds" "$@"
