import { PublicKey } from './crypto.js';
import { Fault, asFault, type FailureCode } from './fault.js';
import { encode } from './json.js';
import { checkHash, checkSignature, hashOf, parseReceipt } from './receipt.js';

/** What a receipt shows by itself: that one of the keys signed it. Who may sign, in which order, and up to where a key is good, a bundle shows. */
export type ReceiptVerdict =
  | { readonly isGood: true; readonly eventId: string; readonly hash: string; readonly publicKeyId: string }
  | { readonly isGood: false; readonly code: FailureCode; readonly expected: string; readonly found: string; readonly eventId: string | null; readonly streamVersion: number | null };

/**
 * Verifies one receipt: limits, strict JSON, canonical form, hash, signature.
 * @param receipt The bytes as they are stored and served: the canonical form.
 * @param publicKeys Base64 of the SubjectPublicKeyInfo of each key at hand.
 * @throws {TypeError} One of the keys is no key.
 */
export async function verifyReceipt(receipt: Uint8Array | string, publicKeys: readonly string[]): Promise<ReceiptVerdict> {
  const keys = await Promise.all(publicKeys.map(importKey));
  let parsed;
  try {
    parsed = parseReceipt(typeof receipt === 'string' ? encode(receipt) : receipt);
    checkHash(parsed, await hashOf(parsed));
    const { publicKeyId } = parsed.issuer;
    const key = keys.find(({ id }) => id === publicKeyId);
    if (!key) throw new Fault('key-unknown', 'one of the keys at hand', publicKeyId);
    await checkSignature(parsed, key);
    return { isGood: true, eventId: parsed.eventId, hash: parsed.hash, publicKeyId };
  } catch (error) {
    const { code, expected, found } = asFault(error);
    return { isGood: false, code, expected, found, eventId: parsed?.eventId ?? null, streamVersion: parsed?.streamVersion ?? null };
  }
}

async function importKey(base64: string): Promise<PublicKey> {
  const key = await PublicKey.import(base64);
  if (key === null) throw new TypeError('A public key is the base64 of an uncompressed P-256 SubjectPublicKeyInfo.');
  return key;
}
