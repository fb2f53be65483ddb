import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { judge } from './vectors.mjs';

const folder = new URL('../../../tests/vectors/', import.meta.url);
const read = async (file) => new Uint8Array(readFileSync(new URL(file, folder)));

test('Every golden vector has the expected verdict', async () => {
  const manifests = readdirSync(folder).filter((name) => /^manifest(-[0-9]+)?\.json$/.test(name)).sort();
  const { ids, unexpected } = await judge(read, manifests);
  assert.deepEqual(unexpected, []);
  assert.ok(ids.length >= 462, `${ids.length} vectors`);
});
