// The README's walk against the host at PIXPAX_URL.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { PixPaxClient, PixPaxProblem, TrustFile, entityTag, verifyBundle } from '@pixpax/client';

const baseUrl = process.env.PIXPAX_URL;
const as = (user) => new PixPaxClient({ baseUrl, token: () => `dev:${user}` });
const [ada, operator] = [as('ada-typescript'), as('operator')];

const { accountId } = await ada.accounts.create({ name: 'Ada' });
const { identityId } = await ada.identities.create({ accountId, label: 'Ada' });
try {
  await operator.collections.publish(JSON.parse(readFileSync(process.env.PIXPAX_COLLECTION, 'utf8')));
} catch (error) {
  if (!(error instanceof PixPaxProblem && error.is('already-exists'))) throw error;
}
const { bookId } = await ada.pixbooks.create({ accountId, identityId, collectionId: 'garden-birds', name: 'My birds' });
const birds = await ada.collections.version('garden-birds', 'v1');
const { cardId } = birds.cards[0];
await operator.pixbooks.addCard(bookId, { collectionId: 'garden-birds', collectionVersion: 'v1', cardId });
const saved = await ada.pixbooks.save(bookId, { snapshot: { page: 1, note: 'my first bird' } });
assert.equal(saved.streamVersion, 3);

// Look at it.
const book = await ada.pixbooks.get(bookId);
assert.deepEqual([book.streamVersion, book.hash], [3, saved.hash]);
const receipts = [];
for await (const receipt of ada.pixbooks.receipts(bookId)) receipts.push(receipt);
assert.deepEqual(receipts.map(({ type }) => type), ['PIXBOOK_CREATED', 'CARD_ADDED', 'PIXBOOK_SAVE']);
assert.deepEqual(await ada.receipts.get(saved.eventId), receipts[2]);
assert.equal((await ada.pixbooks.snapshot(bookId)).lastSave.snapshot.note, 'my first bird');
const picture = await ada.collections.picture('garden-birds', 'v1', cardId, { scale: 1 });
assert.equal(picture.type, 'image/png');

// Once under a key; refused on a version that is past; not sent again when nothing has changed.
const idempotencyKey = crypto.randomUUID();
const first = await ada.pixbooks.save(bookId, { snapshot: { page: 2 } }, { idempotencyKey });
const again = await ada.pixbooks.save(bookId, { snapshot: { page: 2 } }, { idempotencyKey });
assert.deepEqual(again, first);
await assert.rejects(ada.pixbooks.save(bookId, { snapshot: { page: 3 } }, { ifMatch: entityTag(3, saved.hash) }), (problem) => {
  assert.ok(problem instanceof PixPaxProblem && problem.is('version-conflict'));
  assert.deepEqual([problem.status, problem.currentVersion], [412, 4]);
  return true;
});
assert.equal(await ada.pixbooks.getIfChanged(bookId, entityTag(4, first.hash)), null);
assert.equal((await ada.pixbooks.getIfChanged(bookId, entityTag(3, saved.hash))).streamVersion, 4);

// Pages.
const paged = new PixPaxClient({
  baseUrl,
  token: () => 'dev:ada-typescript',
  fetch: (url, init) => {
    url.searchParams.set('limit', '1');
    return fetch(url, init);
  },
});
const versions = [];
for await (const { streamVersion } of paged.pixbooks.receipts(bookId, { after: 1 })) versions.push(streamVersion);
assert.deepEqual(versions, [2, 3, 4]);

// Take the receipts away and verify them.
const trust = TrustFile.parse(await ada.platform.downloadTrustFileToPin());
const report = await ada.pixbooks.verify(bookId, { trust });
assert.deepEqual([report.isGood, report.isComplete, report.failures], [true, true, []]);
assert.equal((await ada.receipts.verify(saved.eventId, { trust })).isGood, true);

// Now lie.
const bundle = await (await ada.pixbooks.bundle(bookId)).text();
const forged = await verifyBundle(bundle.replace('my first bird', 'my first hawk'), { trust, name: 'forged.receipts.jsonl' });
assert.deepEqual(forged.failures.map(({ code }) => code), ['hash-mismatch']);
assert.match(forged.failures[0].location, /^forged\.receipts\.jsonl:[0-9]+$/);

console.log('walked');
