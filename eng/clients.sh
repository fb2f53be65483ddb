#!/usr/bin/env bash
# Writes what is generated of the clients anew, from docs/openapi, and the copy of the verifier that the host serves.
#
#   eng/clients.sh            writes
#   eng/clients.sh --check    writes nothing: exit code 1 when something would change
set -euo pipefail
cd "$(dirname "$0")/.."

[ clients/typescript/node_modules/.package-lock.json -nt clients/typescript/package-lock.json ] || npm --prefix clients/typescript ci --no-audit --no-fund
tests=tests/PixPax.Client.Tests
nswag() { dotnet msbuild "$tests" -getProperty:PkgNSwag_MSBuild -nologo; }
[ -d "$(nswag)" ] || dotnet restore "$tests" --verbosity quiet
node clients/generate.mjs "$(nswag)/tools/Net100/dotnet-nswag.dll" "$@"

# What is built is compared by the package's own tests.
[ "${1:-}" != --check ] || exit 0
npm --prefix clients/typescript run --silent build
cp clients/typescript/dist/verify.js src/PixPax.Host/wwwroot/album/verify.js
