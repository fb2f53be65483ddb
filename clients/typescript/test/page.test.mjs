import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

test('The copy of the verifier that the host serves is what the sources build', () => {
  const [built, served] = ['../dist/verify.js', '../../../src/PixPax.Host/wwwroot/album/verify.js'].map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'));
  assert.equal(served, built, 'eng/clients.sh writes it again');
});
