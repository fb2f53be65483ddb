#!/usr/bin/env bash
# Writes the description of the API anew, from the code: docs/openapi/pixpax-v1.json (OpenAPI 3.1) and its twin in 3.0 for generators that
# need one. What it says of endpoints stands where they are mapped; see docs/openapi/README.md.
#
#   eng/openapi.sh              writes both
#   eng/openapi.sh --release    also makes what is described now the baseline that later versions are held against: at a release only
set -euo pipefail
cd "$(dirname "$0")/.."

dotnet build src/PixPax.Host -v q --nologo -clp:ErrorsOnly
mkdir -p docs/openapi/baseline
host=(dotnet src/PixPax.Host/bin/Debug/net10.0/PixPax.Host.dll openapi --environment Development)
"${host[@]}" > docs/openapi/pixpax-v1.json
"${host[@]}" --openapi-version 3.0 > docs/openapi/pixpax-v1.openapi30.json
[ "${1:-}" != --release ] || cp docs/openapi/pixpax-v1.json docs/openapi/baseline/pixpax-v1.json
git diff --stat -- docs/openapi
