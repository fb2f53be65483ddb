// Measures the TypeScript verifier in this Node.js and in Chromium, and prints the page benchmarks/results/typescript.md.
//
//   node verify.mjs [RECEIPTS] [ROUNDS]

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeBundle } from './bundle.mjs';
import { measure } from './measure.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [receipts, rounds] = [Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 7)];
const { bundle, trust } = makeBundle(receipts);
const load = () => loadavg().map((value) => value.toFixed(2)).join(' ');
const before = load();

const PAGE = `<!doctype html><meta charset="utf-8"><script type="module">
  import { measure } from '/benchmarks/typescript/measure.mjs';
  let answer;
  try {
    const [bundle, trust] = await Promise.all(['/bundle', '/trust'].map(async (path) => (await fetch(path)).text()));
    answer = { times: await measure(bundle, trust, ${rounds}), agent: navigator.userAgent };
  } catch (error) { answer = { error: String(error.stack ?? error) }; }
  await fetch('/answer', { method: 'POST', body: JSON.stringify(answer) });
</script>`;

/** What the page says, from a browser of its own. */
async function inChromium() {
  const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  if (!chromium) return null;
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  let browser;
  const server = createServer();
  try {
    const answer = new Promise((resolve) => {
      server.on('request', async (request, response) => {
        const { pathname } = new URL(request.url, 'http://localhost');
        if (pathname === '/answer') {
          const parts = [];
          for await (const part of request) parts.push(part);
          response.end();
          return resolve(JSON.parse(Buffer.concat(parts).toString()));
        }
        const [type, body] = pathname === '/' ? ['text/html', PAGE] : pathname === '/bundle' ? ['text/plain', bundle] : pathname === '/trust' ? ['text/plain', trust] : ['text/javascript', file(pathname)];
        response.writeHead(body === null ? 404 : 200, { 'content-type': type }).end(body ?? '');
      });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = spawn(chromium, ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`, `http://127.0.0.1:${server.address().port}/`], { stdio: 'ignore' });
    const { times, error } = await answer;
    if (error) throw new Error(error);
    return { name: execFileSync(chromium, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim().split(' ').slice(0, 2).join(' '), times };
  } finally {
    if (browser) {
      browser.kill();
      await new Promise((resolve) => browser.once('exit', resolve));
    }
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function file(pathname) {
  const path = normalize(pathname);
  return /^\/(benchmarks\/typescript|clients\/typescript\/dist)\/[\w/.-]+\.m?js$/.test(path) ? readFileSync(join(root, path)) : null;
}

const results = [{ name: `Node.js ${process.versions.node}`, times: await measure(bundle, trust, rounds) }, await inChromium()].filter(Boolean);
const number = (value) => Math.round(value).toLocaleString('en-GB');
console.log(`# The verifier in TypeScript

Written by \`eng/bench-typescript.sh\`; do not edit. ${new Date().toISOString().slice(0, 10)}. ${cpus()[0].model}, ${cpus().length} cores. Load averages before and after:
${before}; ${load()}.

A bundle of one book of ${number(receipts)} receipts, ${number(bundle.length / receipts)} bytes each, verified with a trust file: strict JSON, canonical form, hash, chain,
policy, signature. Receipts a second, the median of ${rounds} rounds with the least and the greatest, behind one for warming up. Signatures are
WebCrypto's work, on its own threads; the rest is one thread's.

| in | receipts a second |
|---|---|
${results.map(({ name, times }) => `| ${name} | ${number(times[times.length >> 1])} (${number(times[0])}–${number(times.at(-1))}) |`).join('\n')}`);
