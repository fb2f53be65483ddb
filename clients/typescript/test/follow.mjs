// Follows an account of the host at PIXPAX_URL, and tells each receipt on a line: "VERSION POSITION". Commands come on standard input:
// "add USER" adds a member, "stop" ends.

import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { PixPaxClient } from '@pixpax/client';

const ada = new PixPaxClient({ baseUrl: process.env.PIXPAX_URL, token: () => 'dev:ada-follows-typescript', retry: { maxAttempts: 30 } });
const { accountId } = await ada.accounts.create({ name: 'Ada' });
const stop = new AbortController();
const given = [];

async function follow() {
  for await (const item of ada.subscriptions.account(accountId, { signal: stop.signal })) {
    assert.deepEqual(JSON.parse(item.text), item.receipt);
    assert.equal(item.receipt.prevHash, given.at(-1)?.receipt.hash ?? null);
    given.push(item);
    console.log(`${item.receipt.streamVersion} ${item.position}`);
  }
}

const following = follow().catch((error) => {
  if (!stop.signal.aborted) throw error;
});
for await (const line of createInterface({ input: process.stdin })) {
  const [command, user] = line.split(' ');
  if (command === 'stop') break;
  await ada.accounts.addMember(accountId, { userId: user, role: 'member' });
}
stop.abort();
await following;

const rest = [];
for await (const { receipt } of ada.subscriptions.account(accountId, { after: given[1].position, live: false })) rest.push(receipt.streamVersion);
assert.deepEqual(rest, given.slice(2).map(({ receipt }) => receipt.streamVersion));
await assert.rejects(async () => {
  const bob = new PixPaxClient({ baseUrl: process.env.PIXPAX_URL, token: () => 'dev:bob' });
  for await (const item of bob.subscriptions.account(accountId)) assert.fail(item);
}, (problem) => problem.is('not-found'));
console.log('followed');
process.exit(0);
