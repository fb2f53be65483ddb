import type { KeyEntry } from './keys.js';
import type { Receipt } from './receipt.js';
import type { Pin } from './strict.js';

/** The last receipt by an ended key below its last trusted one. */
export interface UnprovenReceipt {
  readonly code: 'key-not-valid' | 'key-compromised';
  readonly pin: Pin;
  readonly receipt: Receipt;
  readonly line: number;
}

/**
 * What ended keys signed below their last trusted receipts. A version proves nothing: whoever has the key can sign another history up to
 * there. It is good if the chain leads to the listed receipt, which is known when that one comes.
 */
export class Unproven {
  private readonly byKey = new Map<string, UnprovenReceipt>();

  await(key: KeyEntry | null, streamText: string, receipt: Receipt, line: number): void {
    const pin = key?.end?.lastTrusted.get(streamText);
    if (key?.end && pin && receipt.streamVersion < pin.streamVersion) this.byKey.set(key.publicKey.id, { code: key.end.code, pin, receipt, line });
  }

  /** Those whose last trusted receipt would have the version. */
  takeAt(streamVersion: number): readonly UnprovenReceipt[] {
    return this.take(({ pin }) => pin.streamVersion === streamVersion);
  }

  /** Those whose last trusted receipt would come behind the version. */
  takeBehind(streamVersion: number): readonly UnprovenReceipt[] {
    return this.take(({ pin }) => pin.streamVersion > streamVersion);
  }

  private take(which: (unproven: UnprovenReceipt) => boolean): readonly UnprovenReceipt[] {
    if (this.byKey.size === 0) return [];
    const taken = [...this.byKey].filter(([, unproven]) => which(unproven));
    for (const [id] of taken) this.byKey.delete(id);
    return taken.map(([, unproven]) => unproven).sort((a, b) => a.receipt.streamVersion - b.receipt.streamVersion);
  }
}
