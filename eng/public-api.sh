#!/usr/bin/env bash
# Writes the public API of the packages down as it is, in PublicAPI.Unshipped.txt beside each project: look at the change before committing it.
# What is in PublicAPI.Shipped.txt was released and stays.
set -euo pipefail
cd "$(dirname "$0")/.."

for project in src/Concord.Projections.Postgres src/Concord.Receipts src/Concord.Signing.Vault src/Concord.Storage.Spaces src/Concord.Testing src/PixPax.Client; do
  dotnet restore "$project" --verbosity quiet
  printf '#nullable enable\n' >"$project/PublicAPI.Unshipped.txt"
  dotnet format analyzers "$project" --diagnostics RS0016 RS0037 --severity warn --no-restore >/dev/null
  # What is generated is not formatted: the compiler says what of it is not written down yet.
  if [ -d "$project/Generated" ]; then
    dotnet build "$project" --no-restore --no-incremental -nologo \
      | sed -n "s/.*RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" >>"$project/PublicAPI.Unshipped.txt"
  fi
  # One order everywhere, whatever machine wrote it.
  { printf '#nullable enable\n'; grep -v '^#nullable enable$' "$project/PublicAPI.Unshipped.txt" | LC_ALL=C sort -u; } >"$project/PublicAPI.sorted"
  mv "$project/PublicAPI.sorted" "$project/PublicAPI.Unshipped.txt"
  echo "$project: $(($(wc -l <"$project/PublicAPI.Unshipped.txt") - 1)) lines"
done
git --no-pager diff --stat -- 'src/*/PublicAPI.*.txt'
