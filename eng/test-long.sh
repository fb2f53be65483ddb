#!/usr/bin/env bash
# What takes too long for every change: each program in eng/long, one after the other. Run it before a release.
set -uo pipefail
cd "$(dirname "$0")/.."

status=0
for part in eng/long/*.sh; do
  echo "== $part"
  bash "$part" || { echo "$part failed." >&2; status=1; }
done
exit "$status"
