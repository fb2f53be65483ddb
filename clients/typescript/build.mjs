// Builds dist/: the modules and their types by the compiler, and dist/verify.js, the verifier as one file for pages without a build step.

import { rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
rmSync(new URL('dist', import.meta.url), { recursive: true, force: true });
execFileSync(process.execPath, [createRequire(import.meta.url).resolve('typescript/bin/tsc'), '--project', here], { cwd: here, stdio: 'inherit' });
await build({
  absWorkingDir: here,
  entryPoints: ['src/verify/index.ts'],
  outfile: 'dist/verify.js',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  banner: { js: '// The verifier of Concord receipts, built from clients/typescript. Apache-2.0, The Concord contributors.' },
  logLevel: 'warning',
});
