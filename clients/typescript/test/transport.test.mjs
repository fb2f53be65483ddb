import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import test from 'node:test';
import { PixPaxClient, PixPaxProblem, PixPaxUnreachable, PROBLEM_CODES, TrustFile, entityTag } from '@pixpax/client';
import { pauseBefore } from '../dist/retry.js';

const written = { eventId: 'E', eventIds: ['E'], streamVersion: 1, hash: 'sha256:' + '0'.repeat(64), accountId: 'A' };
const json = (body) => new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
const refused = (status, code, headers = {}) => new Response(JSON.stringify({ code, detail: '…' }), { status, headers: { 'content-type': 'application/problem+json', ...headers } });

/** A client whose requests are answered as told, the last answer for ever. */
function scripted(answers, options = {}) {
  const requests = [];
  const fetch = async (url, init) => {
    requests.push({ url: String(url), method: init.method, key: init.headers.get('Idempotency-Key'), authorization: init.headers.get('Authorization'), body: init.body });
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    return answer(init.signal);
  };
  return { requests, client: new PixPaxClient({ baseUrl: 'http://pixpax.test', fetch, ...options, retry: { firstPause: 1, ...options.retry } }) };
}

test('A command is tried again with the same key and the same bytes until it is answered', async () => {
  const { requests, client } = scripted([
    () => refused(503, 'outcome-unknown'), () => { throw new TypeError('fetch failed'); }, () => new Response(null, { status: 429 }),
    () => new Response(new ReadableStream({ start: (stream) => stream.error(new TypeError('terminated')) }), { headers: { 'content-type': 'application/json' } }),
    () => json(written),
  ]);
  assert.deepEqual(await client.accounts.create({ name: 'Ada' }), written);
  assert.equal(requests.length, 5);
  assert.equal(new Set(requests.map(({ key, body, url }) => key + body + url)).size, 1);
  assert.match(requests[0].key, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.equal(requests[0].body, '{"name":"Ada"}');
});

test('Each command has a key of its own unless one is given', async () => {
  const { requests, client } = scripted([() => json(written)]);
  const idempotencyKey = '2f1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11';
  await client.accounts.create({ name: 'Ada' });
  await client.accounts.create({ name: 'Ada' });
  await client.accounts.create({ name: 'Ada' }, { idempotencyKey });
  assert.equal(new Set(requests.map(({ key }) => key)).size, 3);
  assert.equal(requests[2].key, idempotencyKey);
});

test('What will not change is not tried again, and is told by its code', async () => {
  for (const status of [400, 401, 404, 409, 412, 422, 501]) {
    const { requests, client } = scripted([() => refused(status, 'conflict')]);
    await assert.rejects(client.accounts.get('A'), (problem) => problem instanceof PixPaxProblem && problem.is('conflict') && problem.status === status && problem.idempotencyKey === null);
    assert.equal(requests.length, 1);
  }
  assert.ok(PROBLEM_CODES.includes('version-conflict'));
});

test('The last answer is told when attempts run out, or nothing with the key to go on with', async () => {
  const refusing = scripted([() => refused(503, 'store-unavailable', { 'retry-after': '0' })], { retry: { maxAttempts: 3 } });
  await assert.rejects(refusing.client.accounts.create({ name: 'Ada' }), (problem) => problem.is('store-unavailable') && problem.retryAfter === 0 && problem.idempotencyKey === refusing.requests[0].key);
  assert.equal(refusing.requests.length, 3);
  const away = scripted([() => { throw new TypeError('fetch failed'); }], { retry: { maxAttempts: 2 } });
  await assert.rejects(away.client.accounts.create({ name: 'Ada' }), (error) => error instanceof PixPaxUnreachable && error.attempts === 2 && error.idempotencyKey === away.requests[0].key);
});

test('An attempt without an answer is given up and tried again', async () => {
  const never = (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const { requests, client } = scripted([never, () => json(written)], { retry: { attemptTimeout: 20 } });
  await client.accounts.create({ name: 'Ada' });
  assert.equal(requests.length, 2);
});

test('A caller who gives up hears so at once', async () => {
  const stop = new AbortController();
  const { requests, client } = scripted([() => { queueMicrotask(() => stop.abort(new Error('enough'))); return refused(503, 'overloaded', { 'retry-after': '30' }); }]);
  await assert.rejects(client.accounts.get('A', { signal: stop.signal }), /enough/);
  assert.equal(requests.length, 1);
});

test('A proxy’s page is no problem of the API and says so', async () => {
  const { client } = scripted([() => new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } })], { retry: { maxAttempts: 1 } });
  await assert.rejects(client.accounts.get('A'), (problem) => problem.code === 'unknown' && problem.status === 502 && /text\/html/.test(problem.detail));
});

test('The token is asked for at each attempt, and ids are escaped', async () => {
  let asked = 0;
  const { requests, client } = scripted([() => refused(503, 'overloaded'), () => json(written)], { token: async () => `token-${++asked}` });
  await client.accounts.get('../A?b');
  assert.deepEqual(requests.map(({ authorization }) => authorization), ['Bearer token-1', 'Bearer token-2']);
  assert.equal(requests[0].url, 'http://pixpax.test/v1/accounts/..%2FA%3Fb');
  assert.throws(() => client.accounts.get(''), TypeError);
});

test('Pauses double, are jittered, come on top of what is asked for, and end with the time', () => {
  const policy = { maxAttempts: 10, firstPause: 1000, maxPause: 5000, attemptTimeout: 1, totalTimeout: 30_000 };
  assert.deepEqual([1, 2, 3, 4, 5].map((attempts) => pauseBefore(policy, attempts, 0, null, 1)), [1000, 2000, 4000, 5000, 5000]);
  assert.equal(pauseBefore(policy, 1, 0, null, 0), 0);
  assert.equal(pauseBefore(policy, 1, 0, 7000, 1), 8000);
  assert.equal(pauseBefore(policy, 10, 0, null, 0), null);
  assert.equal(pauseBefore(policy, 2, 25_000, 6000, 0), null);
});

test('An entity tag is the version and the beginning of the hash', () => {
  assert.equal(entityTag(7, 'sha256:9f86d081' + '0'.repeat(56)), '"7-9f86d081"');
  assert.throws(() => entityTag(7, '9f86d081'), TypeError);
});

const vector = (name) => readFileSync(new URL(`../../../tests/vectors/${name}`, import.meta.url));
const bundle = (name) => new Response(vector(`bundles/${name}.receipts.jsonl`), { headers: { 'content-type': 'application/jsonl' } });
const trust = TrustFile.parse(vector('trust/trust.json'));
const BOOK = 'B00K0000000000000000000001';

test('A genuine bundle of another book, of keys alone or of a later part is not good', async () => {
  for (const [name, id, isGood] of [['single-book', BOOK, true], ['two-books', BOOK, true], ['single-book', 'B00K0000000000000000000002', false], ['keys-only', BOOK, false], ['partial', BOOK, false]]) {
    const { client } = scripted([() => bundle(name)]);
    const report = await client.pixbooks.verify(id, { trust });
    assert.equal(report.isGood, isGood, name);
    assert.deepEqual(report.failures.map(({ code }) => code), isGood ? [] : ['stream-mismatch']);
    if (!isGood) assert.match(report.failures[0].expected, new RegExp(id));
  }
});

test('A genuine bundle without the receipt that was asked for is not good', async () => {
  const receipts = vector('bundles/partial.receipts.jsonl').toString().split('\n').flatMap((line) => (line.includes('"type":"pixbook"') && line.includes('"eventId"') ? [JSON.parse(line)] : []));
  const eventId = receipts[1].eventId;
  for (const [name, id, isGood] of [['partial', eventId, true], ['keys-only', eventId, false], ['partial', '01KJ7TAEC00000000000000000', false]]) {
    const { client } = scripted([() => bundle(name)]);
    const report = await client.receipts.verify(id, { trust });
    assert.deepEqual([report.isGood, report.failures.map((failure) => [failure.code, failure.eventId])], [isGood, isGood ? [] : [['stream-mismatch', id]]], name);
  }
});

test('An answer that is no problem is not waited for, whether it stalls or breaks off', async () => {
  const page = (source) => new Response(new ReadableStream(source), { status: 502, headers: { 'content-type': 'text/html' } });
  const stalls = () => page({ cancel: () => new Promise(() => undefined) });
  const breaks = () => page({ start: (stream) => stream.error(new TypeError('terminated')) });
  for (const answer of [stalls, breaks]) {
    const { requests, client } = scripted([answer], { retry: { maxAttempts: 2 } });
    await assert.rejects(client.accounts.create({ name: 'Ada' }), (problem) => problem instanceof PixPaxProblem && problem.code === 'unknown' && problem.status === 502 && problem.idempotencyKey === requests[0].key);
    assert.equal(requests.length, 2);
  }
});

test('A problem that stalls is given up with its attempt', async () => {
  const stalls = (signal) => new Response(new ReadableStream({ start: (stream) => signal.addEventListener('abort', () => stream.error(signal.reason)) }), { status: 409, headers: { 'content-type': 'Application/Problem+JSON' } });
  const { requests, client } = scripted([stalls, () => refused(409, 'conflict')], { retry: { attemptTimeout: 20 } });
  await assert.rejects(client.accounts.get('A'), (problem) => problem.is('conflict'));
  assert.equal(requests.length, 2);
});

test('A path in the base address is kept', async () => {
  for (const baseUrl of ['http://pixpax.test/api', 'http://pixpax.test/api/', new URL('http://pixpax.test/api?x#y')]) {
    const { requests, client } = scripted([() => json(written)], { baseUrl });
    await client.accounts.get('A', { minVersion: 2 });
    assert.equal(requests[0].url, 'http://pixpax.test/api/v1/accounts/A?minVersion=2');
  }
});

test('A yes that is no JSON is a problem with the key, and never a syntax error', async () => {
  const page = () => new Response('<h1>Sign in to the WiFi</h1>', { headers: { 'content-type': 'text/html' } });
  const torn = () => new Response('{"eventId":', { headers: { 'content-type': 'application/json' } });
  for (const answer of [page, torn]) {
    const { requests, client } = scripted([answer]);
    const isUnknown = (problem) => problem instanceof PixPaxProblem && problem.code === 'unknown' && problem.status === 200;
    await assert.rejects(client.accounts.create({ name: 'Ada' }), (problem) => isUnknown(problem) && problem.idempotencyKey === requests[0].key);
    await assert.rejects(client.accounts.getIfChanged('A', '"1-00000000"'), isUnknown);
  }
});

test('A redirection is not followed', async () => {
  const elsewhere = createServer((_, response) => response.end('{}'));
  const host = createServer((_, response) => response.writeHead(307, { location: `http://127.0.0.1:${elsewhere.address().port}/` }).end());
  let asked = 0;
  elsewhere.on('request', () => asked++);
  await Promise.all([elsewhere, host].map((server) => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))));
  try {
    const client = new PixPaxClient({ baseUrl: `http://127.0.0.1:${host.address().port}`, token: () => 'secret' });
    await assert.rejects(client.accounts.create({ name: 'Ada' }), (problem) => problem instanceof PixPaxProblem && problem.status === 307 && problem.code === 'unknown');
    assert.equal(asked, 0);
  } finally {
    for (const server of [elsewhere, host]) server.close();
  }
});

test('A step in the place of an id is refused, and a key is made where there is no randomUUID', async () => {
  const { requests, client } = scripted([() => json(written)]);
  for (const id of ['.', '..']) assert.throws(() => client.accounts.get(id), TypeError);
  assert.equal(requests.length, 0);
  const { randomUUID } = crypto;
  try {
    Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
    await client.accounts.create({ name: 'Ada' });
  } finally {
    Object.defineProperty(crypto, 'randomUUID', { value: randomUUID, configurable: true });
  }
  assert.match(requests[0].key, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
