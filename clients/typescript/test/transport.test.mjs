import assert from 'node:assert/strict';
import test from 'node:test';
import { PixPaxClient, PixPaxProblem, PixPaxUnreachable, PROBLEM_CODES, entityTag } from '@pixpax/client';
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
