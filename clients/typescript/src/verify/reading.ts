import type { PublicKey } from './crypto.js';
import { Fault, asFault } from './fault.js';
import { hashOf, parseReceipt, type Receipt } from './receipt.js';

/**
 * What can be told of a receipt by itself. Its hash, and its signature where the key is known, are found out while other receipts are judged:
 * that is nearly all of the work, and waits for no other receipt.
 */
export type Reading =
  | { readonly fault: Fault }
  | { readonly fault: null; readonly receipt: Receipt; readonly hash: Promise<string>; readonly key: PublicKey | undefined; readonly isSignatureGood: Promise<boolean> | undefined };

export function readReceipt(line: Uint8Array, findKey: (publicKeyId: string) => PublicKey | undefined): Reading {
  try {
    const receipt = parseReceipt(line);
    const key = findKey(receipt.issuer.publicKeyId);
    return { fault: null, receipt, hash: hashOf(receipt), key, isSignatureGood: key?.verify(receipt.signature, receipt.signed) };
  } catch (error) {
    return { fault: asFault(error) };
  }
}
