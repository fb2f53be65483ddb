import { parseSignature, sha256, type PublicKey, isLowS } from './crypto.js';
import { Fault } from './fault.js';
import { LIMITS, hasExactly, isEventId, isHash, isId, isInteger, isStream, isText, isTime } from './forms.js';
import { JsonFault, canonicalText, decodeStrictly, encode, isObject, parseJsonText, type Bytes, type Json, type JsonObject } from './json.js';

/** The members of a receipt, in canonical order. */
const MEMBERS = [
  'commit', 'createdAt', 'eventId', 'hash', 'idempotencyKey', 'issuer', 'payload', 'prevEventId', 'prevHash', 'requestHash',
  'schemaVersion', 'signature', 'stream', 'streamVersion', 'type',
] as const;

const IDEMPOTENCY_KEY = /^[A-Za-z0-9._:-]{1,128}$/;
const TYPE = /^[A-Z][A-Z0-9_]{0,63}$/;

/** One receipt that is well-formed and in canonical form. Whether it says the truth is for others to find out. */
export interface Receipt {
  readonly text: string;
  readonly commit: { readonly count: number; readonly index: number };
  readonly createdAt: string;
  readonly eventId: string;
  readonly hash: string;
  readonly idempotencyKey: string;
  readonly issuer: { readonly identityId: string; readonly publicKeyId: string };
  readonly payload: JsonObject;
  readonly prevEventId: string | null;
  readonly prevHash: string | null;
  readonly requestHash: string;
  readonly signature: Bytes;
  readonly stream: ReadonlyMap<string, string>;
  /** The canonical form of the stream's name. */
  readonly streamText: string;
  readonly streamVersion: number;
  readonly type: string;
  /** What is hashed, and what is signed: the canonical bytes without `hash` and `signature`. */
  readonly signed: Bytes;
}

/**
 * Reads a receipt: limits, JSON, schema version, members, canonical form, in this order.
 * @throws {Fault} The first rule that is broken.
 */
export function parseReceipt(bytes: Uint8Array): Receipt {
  if (bytes.length > LIMITS.receipt) throw new Fault('too-large', `at most ${LIMITS.receipt} bytes`, `${bytes.length} bytes`);
  const { text, json } = parseStrictly(bytes, LIMITS.depth);
  return readReceipt(text, json);
}

/** @throws {Fault} Too deep, or not strict JSON. */
export function parseStrictly(bytes: Uint8Array, maxDepth: number): { text: string; json: Json } {
  try {
    const text = decodeStrictly(bytes);
    return { text, json: parseJsonText(text, { maxDepth, safeNumbers: true }) };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    if (error.fault === 'too-deep') throw new Fault('too-large', `at most ${maxDepth} levels`, 'more');
    throw new Fault('malformed', 'strict JSON', error.fault);
  }
}

function readReceipt(text: string, json: Json): Receipt {
  if (!isObject(json)) throw new Fault('malformed', 'an object', typeof json);
  const schemaVersion = json.get('schemaVersion');
  if (typeof schemaVersion === 'number' && schemaVersion !== 1) throw new Fault('unsupported-schema', 'schemaVersion 1', `${schemaVersion}`);
  const names = [...json.keys()];
  if (!hasExactly(json, ...MEMBERS)) throw new Fault('malformed', 'the members of a receipt and no others', names.sort().join(', ').slice(0, 400));

  const member = <T extends Json>(name: string, isOne: (value: Json | undefined) => value is T): T => {
    const value = json.get(name);
    if (!isOne(value)) throw new Fault('malformed', name, canonicalText(value as Json).slice(0, 200));
    return value;
  };
  const receipt = {
    text,
    commit: readCommit(member('commit', (value) => hasExactly(value, 'count', 'index'))),
    createdAt: member('createdAt', isTime),
    eventId: member('eventId', isEventId),
    hash: member('hash', isHash),
    idempotencyKey: member('idempotencyKey', (value) => isText(value, IDEMPOTENCY_KEY)),
    issuer: readIssuer(member('issuer', (value) => hasExactly(value, 'identityId', 'publicKeyId'))),
    payload: member('payload', isObject),
    prevEventId: member('prevEventId', orNull(isEventId)),
    prevHash: member('prevHash', orNull(isHash)),
    requestHash: member('requestHash', isHash),
    signature: readSignature(json.get('signature')),
    stream: member('stream', isStream),
    streamVersion: member('streamVersion', (value): value is number => isInteger(value, 1, Number.MAX_SAFE_INTEGER)),
    type: member('type', (value) => isText(value, TYPE)),
  };
  if (schemaVersion !== 1) throw new Fault('malformed', 'schemaVersion 1', typeof schemaVersion);
  if ((receipt.prevEventId === null) !== (receipt.prevHash === null)) throw new Fault('malformed', 'both of prevEventId and prevHash, or neither', 'one');

  const members = MEMBERS.map((name) => `"${name}":${canonicalText(json.get(name) as Json)}`);
  if ('{' + members.join(',') + '}' !== text) throw new Fault('not-canonical', 'the canonical form (RFC 8785)', 'another text of the same meaning');
  const signed = '{' + members.filter((_, i) => MEMBERS[i] !== 'hash' && MEMBERS[i] !== 'signature').join(',') + '}';
  return { ...receipt, streamText: canonicalText(receipt.stream), signed: encode(signed) };
}

const orNull =
  <T extends Json>(isOne: (value: Json | undefined) => value is T) =>
  (value: Json | undefined): value is T | null =>
    value === null || isOne(value);

function readCommit(commit: JsonObject): Receipt['commit'] {
  const [count, index] = [commit.get('count'), commit.get('index')];
  if (!isInteger(count, 1, LIMITS.commitReceipts) || !isInteger(index, 0, count - 1))
    throw new Fault('malformed', `an index below a count of at most ${LIMITS.commitReceipts}`, canonicalText(commit));
  return { count, index };
}

function readIssuer(issuer: JsonObject): Receipt['issuer'] {
  const [identityId, publicKeyId] = [issuer.get('identityId'), issuer.get('publicKeyId')];
  if (!isId(identityId) || !isHash(publicKeyId)) throw new Fault('malformed', 'issuer', canonicalText(issuer).slice(0, 200));
  return { identityId, publicKeyId };
}

function readSignature(value: Json | undefined): Bytes {
  const signature = parseSignature(value);
  if (signature === null) throw new Fault('malformed', 'ecdsa-p256: and base64 of r‖s, each from 1 to n − 1', canonicalText(value as Json).slice(0, 200));
  return signature;
}

/** @throws {Fault} `hash-mismatch`. */
export function checkHash(receipt: Receipt, computed: string): void {
  if (computed !== receipt.hash) throw new Fault('hash-mismatch', computed, receipt.hash);
}

/**
 * @param isGood What the primitive said, where it was asked ahead.
 * @throws {Fault} `signature-invalid`, then `signature-not-low-s`.
 */
export async function checkSignature(receipt: Receipt, key: PublicKey, isGood?: Promise<boolean>): Promise<void> {
  if (!(await (isGood ?? key.verify(receipt.signature, receipt.signed)))) throw new Fault('signature-invalid', `a signature by ${key.id}`, 'another');
  if (!isLowS(receipt.signature)) throw new Fault('signature-not-low-s', 's in the lower half of the order', 'the upper half');
}

export const hashOf = (receipt: Receipt): Promise<string> => sha256(receipt.signed);
