import { Fault } from './fault.js';
import type { Receipt } from './receipt.js';
import type { Pin } from './strict.js';

/** What the next receipt is judged against. */
export type Predecessor =
  /** One stands there that cannot be believed, or none does: the next is the beginning of what can be judged again. */
  | { readonly isKnown: false; readonly streamVersion: number; readonly receipt: Receipt | null }
  | { readonly isKnown: true; readonly streamVersion: number; readonly receipt: Receipt };

/** Where a receipt should stand. */
export interface Place {
  readonly streamText: string;
  /** The version that the stream begins with here. */
  readonly from: number;
  readonly last: Predecessor;
  readonly pinned: Pin | undefined;
}

/**
 * The chain's rules, in this order: version, predecessor, event id, stream, pinned head, commit.
 * @throws {Fault} The first that is broken.
 */
export function checkPlace(r: Receipt, { streamText, from, last, pinned }: Place): void {
  const before = last.isKnown ? last.receipt : null;
  if (r.streamVersion !== last.streamVersion + 1) throw new Fault('version-gap', `version ${last.streamVersion + 1}`, `version ${r.streamVersion}`);
  if (last.streamVersion === 0 && r.prevHash !== null) throw new Fault('chain-broken', 'no predecessor of the first receipt', r.prevHash);
  if (last.streamVersion > 0 && r.prevHash === null) throw new Fault('chain-broken', 'a predecessor', 'none');
  if (before && (r.prevEventId !== before.eventId || r.prevHash !== before.hash))
    throw new Fault('chain-broken', `predecessor ${before.eventId} ${before.hash}`, `${r.prevEventId} ${r.prevHash}`);
  if (r.prevEventId !== null && r.eventId <= r.prevEventId) throw new Fault('event-id-not-increasing', `an id greater than ${r.prevEventId}`, r.eventId);
  if (r.streamText !== streamText) throw new Fault('stream-mismatch', streamText, r.streamText);
  if (pinned?.streamVersion === r.streamVersion && pinned.hash !== r.hash) throw new Fault('fork', `the pinned ${pinned.hash}`, r.hash);
  if (before && before.commit.index + 1 < before.commit.count) continuesCommit(r, before);
  // Behind a receipt that could not be read a commit may well go on.
  else if (r.commit.index !== 0 && (before || last.streamVersion < from)) throw new Fault('commit-torn', 'the first receipt of a commit', `index ${r.commit.index}`);
}

function continuesCommit(r: Receipt, before: Receipt): void {
  const { count, index } = before.commit;
  if (r.commit.count !== count || r.commit.index !== index + 1) throw new Fault('commit-torn', `index ${index + 1} of ${count}`, `index ${r.commit.index} of ${r.commit.count}`);
  if (r.idempotencyKey !== before.idempotencyKey || r.requestHash !== before.requestHash) throw new Fault('commit-torn', 'the key and request hash of the rest of the commit', 'others');
}
