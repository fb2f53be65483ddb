#!/usr/bin/env bash
# Measures the TypeScript verifier in Node.js and in Chromium and writes benchmarks/results/typescript.md.
#
#   eng/bench-typescript.sh [RECEIPTS] [ROUNDS]     default: 10,000 receipts, 7 rounds
set -euo pipefail
cd "$(dirname "$0")/.."

[ -d clients/typescript/node_modules ] || npm --prefix clients/typescript ci --no-audit --no-fund
npm --prefix clients/typescript run --silent build
node benchmarks/typescript/verify.mjs "$@" >artifacts/typescript.md
mv artifacts/typescript.md benchmarks/results/typescript.md
cat benchmarks/results/typescript.md
