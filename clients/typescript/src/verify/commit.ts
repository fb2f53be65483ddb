import { Fault } from './fault.js';
import { LIMITS } from './forms.js';
import { canonicalBytes, canonicalText, isList } from './json.js';
import { checkHash, hashOf, parseReceipt, parseStrictly, type Receipt } from './receipt.js';

/**
 * The receipts of a commit object: the canonical form of the array of them.
 * @throws {Fault} The first rule that is broken.
 */
export function parseCommit(bytes: Uint8Array): readonly Receipt[] {
  if (bytes.length > LIMITS.commit) throw new Fault('too-large', `at most ${LIMITS.commit} bytes`, `${bytes.length} bytes`);
  const { text, json } = parseStrictly(bytes, LIMITS.depth + 1);
  if (canonicalText(json) !== text) throw new Fault('not-canonical', 'the canonical form (RFC 8785)', 'another text of the same meaning');
  if (!isList(json) || json.length === 0) throw new Fault('malformed', 'an array of receipts', 'none');
  if (json.length > LIMITS.commitReceipts) throw new Fault('too-large', `at most ${LIMITS.commitReceipts} receipts`, `${json.length}`);
  return json.map((receipt) => parseReceipt(canonicalBytes(receipt)));
}

/**
 * Checks whether a commit continues a stream, signatures aside: what whoever folds a stream checks.
 * @param usedKeys The idempotency keys of the commits before; this one's is added.
 * @returns The stream's last receipt.
 * @throws {Fault} The first rule that is broken.
 */
export async function checkCommit(stream: string, before: Receipt | null, receipts: readonly Receipt[], usedKeys: Set<string>): Promise<Receipt> {
  const first = receipts[0]!;
  let last = before;
  for (const [i, r] of receipts.entries()) {
    checkHash(r, await hashOf(r));
    const version = (last?.streamVersion ?? 0) + 1;
    if (r.streamVersion !== version) throw new Fault('version-gap', `version ${version}`, `version ${r.streamVersion}`);
    if (r.prevEventId !== (last?.eventId ?? null) || r.prevHash !== (last?.hash ?? null)) throw new Fault('chain-broken', `predecessor ${last?.hash ?? 'none'}`, `${r.prevHash}`);
    if (last && r.eventId <= last.eventId) throw new Fault('event-id-not-increasing', `an id greater than ${last.eventId}`, r.eventId);
    if (r.streamText !== stream) throw new Fault('stream-mismatch', stream, r.streamText);
    const { count, index } = r.commit;
    if (count !== receipts.length || index !== i || r.idempotencyKey !== first.idempotencyKey || r.requestHash !== first.requestHash)
      throw new Fault('commit-torn', `index ${i} of ${receipts.length}, with one key and request hash`, `index ${index} of ${count}`);
    last = r;
  }
  if (usedKeys.has(first.idempotencyKey)) throw new Fault('idempotency-key-reused', 'a key of its own', first.idempotencyKey);
  usedKeys.add(first.idempotencyKey);
  return last!;
}
