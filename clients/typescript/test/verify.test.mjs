import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { FormatError, TrustFile, verifyBundle } from '@pixpax/client/verify';
import { parseJsonText } from '../dist/verify/json.js';
import { Report } from '../dist/verify/report.js';

const folder = new URL('../../../tests/vectors/', import.meta.url);
const read = (file) => new Uint8Array(readFileSync(new URL(file, folder)));
const bundle = read('bundles/single-book.receipts.jsonl');
const trust = TrustFile.parse(read('trust/trust.json'));
const text = new TextDecoder().decode(bundle);

test('A good bundle is good from every kind of source', async () => {
  const expected = await verifyBundle(bundle, { trust });
  assert.equal(expected.isGood, true);
  assert.equal(expected.isComplete, true);
  assert.equal(expected.receipts, text.trimEnd().split('\n').filter((line) => !line.startsWith('{"content":')).length - 1);
  async function* halves() {
    yield bundle.subarray(0, 1000);
    yield bundle.subarray(1000);
  }
  const shared = new Uint8Array(new SharedArrayBuffer(bundle.length));
  shared.set(bundle);
  for (const source of [text, new Blob([bundle]), new Response(bundle), new Blob([bundle]).stream(), halves(), shared])
    assert.deepEqual(await verifyBundle(source, { trust }), expected);
});

test('Content of any size is verified, and what was given is not written to', async () => {
  const file = readFileSync(new URL('bundles/single-book.receipts.jsonl', folder)); // one of Node's buffers
  const before = Buffer.from(file);
  const report = await verifyBundle(file, { trust });
  assert.equal(report.isComplete, true);
  assert.deepEqual(file, before);

  const large = text.replace(/^\{"content":/m, `{"content":"${'x'.repeat(3_000_000)}","y":`);
  const { failures } = await verifyBundle(large, { trust });
  assert.deepEqual(failures.map(({ code }) => code), ['content-mismatch']);
});

test('Without a trust file a bundle only agrees with itself', async () => {
  const report = await verifyBundle(bundle, { trust: null });
  assert.equal(report.isGood, true);
  assert.equal(report.isComplete, false);
  assert.deepEqual(report.notChecked.map((item) => item.name).sort(), ['head', 'idempotency-keys', 'issuer-policy', 'key-history-head', 'trust-root']);
});

test('A changed word is told with its place, and each receipt as it is judged', async () => {
  const lines = text.split('\n');
  const at = lines.findLastIndex((line) => line.includes('"PIXBOOK_SAVE"'));
  lines[at] = lines[at].replace('"createdAt":"2', '"createdAt":"1');
  const judged = [];
  const report = await verifyBundle(lines.join('\n'), { trust, name: 'book.receipts.jsonl', onReceipt: (receipt) => judged.push(receipt) });
  const [failure] = report.failures;
  assert.equal(report.failureCount, 1);
  assert.equal(failure.code, 'hash-mismatch');
  assert.equal(failure.location, `book.receipts.jsonl:${at + 1}`);
  assert.equal(failure.stream.type, 'pixbook');
  assert.match(failure.expected, /^sha256:/);
  assert.match(failure.found, /^sha256:/);
  assert.equal(judged.length, report.receipts);
  assert.deepEqual(judged.filter((receipt) => !receipt.isGood).map((receipt) => receipt.line), [at + 1]);
  assert.ok(judged.every((receipt) => receipt.text === lines[receipt.line - 1]));
});

test('A file that is no bundle is a verdict, and one that is no trust file is refused', async () => {
  for (const file of ['', 'hello', 'hello\n', '{"format":"concord-trust"}\n', text.slice(1), new Uint8Array([0xff, 0x0a])]) {
    const report = await verifyBundle(file, { trust });
    assert.deepEqual(report.failures.map(({ code, line }) => [code, line]), [['malformed', 1]]);
  }
  assert.throws(() => TrustFile.parse(text), FormatError);
  assert.throws(() => TrustFile.parse('{"format":"concord-trust","version":1,"platformKeyIds":[]}'), FormatError);
});

test('A verification can be stopped, and lets go of its source', async () => {
  let isReleased = false;
  const stop = new AbortController();
  async function* endless() {
    try {
      yield bundle;
      for (;;) yield new TextEncoder().encode('{"content":1}\n');
    } finally {
      isReleased = true;
    }
  }
  const verification = verifyBundle(endless(), { trust, signal: stop.signal, onReceipt: () => stop.abort(new Error('enough')) });
  await assert.rejects(verification, /enough/);
  assert.equal(isReleased, true);
});

test('A source that fails is no verdict', async () => {
  async function* broken() {
    yield bundle.subarray(0, 500);
    throw new Error('the network went away');
  }
  await assert.rejects(verifyBundle(broken(), { trust }), /the network went away/);
});

test('A long list of what was not checked does not make a report complete', () => {
  const report = new Report('bundle');
  for (let i = 0; i < 200; i++) report.addNotChecked('predecessors', `stream ${i}`);
  assert.equal(report.finish().isComplete, true);
  report.addNotChecked('content', 'one more');
  const { isComplete, notChecked } = report.finish();
  assert.deepEqual([isComplete, notChecked.length], [false, 100]);
});

test('A string may be as long as a line', async () => {
  const long = 'x'.repeat(10_000_000);
  for (const string of [long, long + '\n' + long, '\n'.repeat(1_000_000)]) assert.equal(parseJsonText(JSON.stringify(string)), string);
  for (const file of [`"${long}`, `"${long}\\`, `"${long}\\n`, `"${long}\n"`]) assert.throws(() => parseJsonText(file), { name: 'JsonFault' });
  const { failures } = await verifyBundle(`{"format":"${long}\\n"}\n`, { trust });
  assert.deepEqual(failures.map(({ code, line }) => [code, line]), [['malformed', 1]]);
});

test('A verification stops at the next line, and of a stream that says nothing at once', async () => {
  const stop = new AbortController();
  let judged = 0;
  const verification = verifyBundle(bundle, { trust, signal: stop.signal, onReceipt: () => { judged++; stop.abort(new Error('enough')); } });
  await assert.rejects(verification, /enough/);
  assert.equal(judged, 1);

  let reason = null;
  const silent = new ReadableStream({ start: (stream) => stream.enqueue(bundle), pull: () => new Promise(() => undefined), cancel: (why) => { reason = why; } });
  const later = new AbortController();
  const waiting = verifyBundle(silent, { trust, signal: later.signal, onReceipt: () => undefined });
  setImmediate(() => later.abort(new Error('enough')));
  await assert.rejects(waiting, /enough/);
  assert.match(String(reason), /enough/);
});
