// Compiled by the tests, never run: each line under an @ts-expect-error must be refused by the compiler.

import { PixPaxClient, type Schemas } from '@pixpax/client';
import { verifyBundle, type FailureCode } from '@pixpax/client/verify';

export async function typed(pixpax: PixPaxClient): Promise<void> {
  const written = await pixpax.pixbooks.save('B', { snapshot: 1 });
  const version: number = written.streamVersion;
  // @ts-expect-error The document is missing.
  await pixpax.pixbooks.save('B', {});
  // @ts-expect-error There is no such member.
  await pixpax.accounts.create({ name: 'Ada', colour: 'red' });
  // @ts-expect-error An id is text.
  const id: number = written.bookId;
  // @ts-expect-error No such role.
  await pixpax.accounts.addMember('A', { userId: 'U', role: 'guest' });
  for await (const receipt of pixpax.pixbooks.receipts('B', { type: 'CARD_ADDED', after: version })) {
    const hash: Schemas['Receipt']['hash'] = receipt.hash;
    void hash;
  }
  // @ts-expect-error There is no such parameter.
  pixpax.pixbooks.receipts('B', { types: 'CARD_ADDED' });
  // @ts-expect-error What is fetched is verified with a trust file that the application has.
  await pixpax.pixbooks.verify('B', { trust: null });
  const report = await verifyBundle('', { trust: null });
  const code: FailureCode | undefined = report.failures[0]?.code;
  // @ts-expect-error No such code.
  void (code === 'hash-wrong');
  void id;
}
