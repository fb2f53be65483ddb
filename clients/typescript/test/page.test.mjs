import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

test('The copy of the verifier that the host serves is what the sources build', () => {
  const [built, served] = ['../dist/verify.js', '../../../src/PixPax.Host/wwwroot/album/verify.js'].map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'));
  assert.equal(served, built, 'eng/clients.sh writes it again');
});

test('Every operation of the description has a method', () => {
  const description = JSON.parse(readFileSync(new URL('../../../docs/openapi/pixpax-v1.json', import.meta.url), 'utf8'));
  const source = readFileSync(new URL('../src/parts.ts', import.meta.url), 'utf8');
  const missing = [];
  for (const [path, operations] of Object.entries(description.paths))
    for (const [method, { tags }] of Object.entries(operations))
      if (tags?.[0] !== 'Service' && !path.startsWith('/v1/subscriptions') && !new RegExp(`api\\.(${method === 'post' ? 'command' : 'get|list|file'})\\('${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}'`).test(source)) missing.push(`${method} ${path}`);
  assert.deepEqual(missing, []);
});
