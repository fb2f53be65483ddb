#!/usr/bin/env bash
# Subscriptions in full: 5,000 sockets of nonsense, 2,000 sockets on one host, a replica killed under ten times the load. CONCORD_LONG makes
# the suite's tests whole. Memory and latency are measured by eng/bench-subscriptions.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Each socket is a file at both ends.
ulimit -n "$(ulimit -Hn)"
CONCORD_LONG=1 dotnet test tests/PixPax.Host.Tests --nologo --filter "FullyQualifiedName~Subscriptions" --logger "console;verbosity=normal"
