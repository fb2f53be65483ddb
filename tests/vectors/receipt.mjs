// One receipt, one commit, the keys and the small forms they are made of, for verify.mjs. WebCrypto and nothing else.

import { webcrypto } from 'node:crypto'; // elsewhere: globalThis.crypto
import { JsonFault, canonicalBytes, canonicalText, parseJson } from './jcs.mjs';

const { subtle } = webcrypto;
export const MAX_SAFE = Number.MAX_SAFE_INTEGER;
const LIMITS = { receipt: 256 * 1024, depth: 63, commitReceipts: 64, commit: 1024 * 1024, content: 4 * 1024 * 1024 };

export const sameBytes = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
const hexOf = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
export const sha256 = async (bytes) => 'sha256:' + hexOf(new Uint8Array(await subtle.digest('SHA-256', bytes)));

// ----------------------------------------------------------------------------------------------------------------- Small forms

export const HASH = /^sha256:[0-9a-f]{64}$/;
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
export const isText = (value, form) => typeof value === 'string' && form.test(value) && !value.endsWith('\n');
export const isInteger = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
export const hasExactly = (value, ...names) => value instanceof Map && value.size === names.length && names.every((name) => value.has(name));
export const isEventId = (value) => isText(value, ULID);

/** Base64 that is exactly what an encoder writes: padded, no white space, no unused bits set. */
function fromBase64(text) {
  if (typeof text !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  let binary;
  try { binary = atob(text); } catch { return null; }
  return btoa(binary) === text ? Uint8Array.from(binary, (c) => c.charCodeAt(0)) : null;
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const scalar = (bytes) => BigInt('0x' + hexOf(bytes));
export const isLowS = (signature) => scalar(signature.subarray(32)) <= (ORDER - 1n) / 2n;

/** The 64 bytes r‖s, or null. */
export function parseSignature(text) {
  const bytes = typeof text === 'string' && text.startsWith('ecdsa-p256:') ? fromBase64(text.slice(11)) : null;
  if (bytes?.length !== 64) return null;
  return [bytes.subarray(0, 32), bytes.subarray(32)].every((part) => scalar(part) >= 1n && scalar(part) < ORDER) ? bytes : null;
}

/** The name of a stream: type and ids. Three types have a fixed set of ids. */
export function isStream(value) {
  if (!(value instanceof Map) || value.size > 9 || !isText(value.get('type'), /^[a-z][a-z0-9-]{0,63}$/)) return false;
  if (![...value].every(([name, id]) => name === 'type' || (ID.test(name) && isText(id, ID)))) return false;
  const shape = { 'platform-keys': [], identity: ['accountId', 'identityId'], pixbook: ['accountId', 'bookId'] }[value.get('type')];
  return !shape || hasExactly(value, 'type', ...shape);
}

function isTime(text) {
  if (!isText(text, /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/) || text.startsWith('0000')) return false;
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString() === text; // the 30th of February comes back as another day
}

/** An object in a payload with exactly these members names a content object. */
export const isContentReference = (value) => hasExactly(value, 'bytes', 'contentHash', 'mediaType')
  && isInteger(value.get('bytes'), 0, 0x7fffffff) && isText(value.get('contentHash'), HASH) && typeof value.get('mediaType') === 'string';

export function contentReferences(value, found = []) {
  if (isContentReference(value)) found.push(value);
  else if (value instanceof Map) for (const [, member] of [...value].sort(([a], [b]) => (a < b ? -1 : 1))) contentReferences(member, found);
  else if (Array.isArray(value)) for (const item of value) contentReferences(item, found);
  return found;
}

// ------------------------------------------------------------------------------------------------------------------------ Keys

const SPKI_PREFIX = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';

/** A public key from base64 of its SubjectPublicKeyInfo: uncompressed P-256 of 91 bytes, a point on the curve; or null. */
export async function importKey(base64) {
  const spki = fromBase64(base64);
  if (spki?.length !== 91 || hexOf(spki.subarray(0, 27)) !== SPKI_PREFIX) return null;
  try {
    return { id: await sha256(spki), key: await subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']) };
  } catch { return null; }
}

/** The primitive: accepts both halves for s. WebCrypto hashes what is signed itself. */
export const verifySignature = (key, signature, signed) => subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key.key, signature, signed);

// ----------------------------------------------------------------------------------------------------------------- One receipt

const MEMBERS = ['commit', 'createdAt', 'eventId', 'hash', 'idempotencyKey', 'issuer', 'payload', 'prevEventId', 'prevHash', 'requestHash',
  'schemaVersion', 'signature', 'stream', 'streamVersion', 'type'];

export class Failure extends Error {
  constructor(kind, why) { super(`${kind}: ${why}`); this.kind = kind; }
}
export const demand = (holds, kind, why) => { if (!holds) throw new Failure(kind, why); };

/** Limits, JSON, schema version, members, canonical form. Throws the first rule that is broken. */
export function parseReceipt(bytes) {
  demand(bytes.length <= LIMITS.receipt, 'too-large', `${bytes.length} bytes`);
  let json;
  try { json = parseJson(bytes, { maxDepth: LIMITS.depth, safeNumbers: true }); } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw new Failure(error.fault === 'too-deep' ? 'too-large' : 'malformed', error.fault);
  }
  demand(json instanceof Map, 'malformed', 'not an object');
  const schema = json.get('schemaVersion');
  demand(typeof schema !== 'number' || schema === 1, 'unsupported-schema', `schemaVersion ${schema}`);
  demand(hasExactly(json, ...MEMBERS), 'malformed', 'a member is missing or unknown');

  const r = Object.fromEntries(MEMBERS.map((name) => [name, json.get(name)]));
  const form = (holds, name) => demand(holds, 'malformed', name);
  form(hasExactly(r.commit, 'count', 'index'), 'commit');
  r.count = r.commit.get('count');
  r.index = r.commit.get('index');
  form(isInteger(r.count, 1, LIMITS.commitReceipts) && isInteger(r.index, 0, r.count - 1), 'commit');
  form(isTime(r.createdAt), 'createdAt');
  form(isEventId(r.eventId), 'eventId');
  form(isText(r.hash, HASH), 'hash');
  form(isText(r.idempotencyKey, /^[A-Za-z0-9._:-]{1,128}$/), 'idempotencyKey');
  form(hasExactly(r.issuer, 'identityId', 'publicKeyId'), 'issuer');
  r.identityId = r.issuer.get('identityId');
  r.publicKeyId = r.issuer.get('publicKeyId');
  form(isText(r.identityId, ID) && isText(r.publicKeyId, HASH), 'issuer');
  form(r.payload instanceof Map, 'payload');
  form(r.prevEventId === null || isEventId(r.prevEventId), 'prevEventId');
  form(r.prevHash === null || isText(r.prevHash, HASH), 'prevHash');
  form((r.prevEventId === null) === (r.prevHash === null), 'prevHash');
  form(isText(r.requestHash, HASH), 'requestHash');
  form(schema === 1, 'schemaVersion');
  r.signatureBytes = parseSignature(r.signature);
  form(r.signatureBytes, 'signature');
  form(isStream(r.stream), 'stream');
  r.streamText = canonicalText(r.stream);
  form(isInteger(r.streamVersion, 1, MAX_SAFE), 'streamVersion');
  form(isText(r.type, /^[A-Z][A-Z0-9_]{0,63}$/), 'type');

  demand(sameBytes(canonicalBytes(json), bytes), 'not-canonical', 'not its own canonical form');
  json.delete('hash');
  json.delete('signature');
  r.signed = canonicalBytes(json); // what is hashed, and what is signed
  return r;
}

export async function checkHash(r) {
  const hash = await sha256(r.signed);
  demand(hash === r.hash, 'hash-mismatch', `the receipt hashes to ${hash}`);
}

export async function checkSignature(r, key) {
  demand(await verifySignature(key, r.signatureBytes, r.signed), 'signature-invalid', `not a signature by ${key.id}`);
  demand(isLowS(r.signatureBytes), 'signature-not-low-s', 's is in the upper half of the order');
}

// -------------------------------------------------------------------------------------------------- Commits, and their content

/** The receipts of a commit object. Throws the first rule that is broken. */
export function parseCommit(bytes) {
  demand(bytes.length <= LIMITS.commit, 'too-large', `${bytes.length} bytes`);
  let json;
  try { json = parseJson(bytes, { safeNumbers: true }); } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw new Failure(error.fault === 'too-deep' ? 'too-large' : 'malformed', error.fault);
  }
  demand(sameBytes(canonicalBytes(json), bytes), 'not-canonical', 'not its own canonical form');
  demand(Array.isArray(json) && json.length > 0, 'malformed', 'not an array of receipts');
  demand(json.length <= LIMITS.commitReceipts, 'too-large', `${json.length} receipts`);
  return json.map((receipt) => parseReceipt(canonicalBytes(receipt)));
}

/** Whether a commit continues a stream, signatures aside: what a fold checks. Gives the stream's last receipt. */
export async function checkCommit(stream, last, receipts, usedKeys) {
  const [first] = receipts;
  for (const [i, r] of receipts.entries()) {
    await checkHash(r);
    demand(r.streamVersion === (last?.streamVersion ?? 0) + 1, 'version-gap', `version ${r.streamVersion}`);
    demand(r.prevEventId === (last?.eventId ?? null) && r.prevHash === (last?.hash ?? null), 'chain-broken', 'the predecessor is another');
    demand(!last || r.eventId > last.eventId, 'event-id-not-increasing', `not behind ${last?.eventId}`);
    demand(r.streamText === stream, 'stream-mismatch', r.streamText);
    demand(r.count === receipts.length && r.index === i && r.idempotencyKey === first.idempotencyKey && r.requestHash === first.requestHash, 'commit-torn', 'does not fit');
    last = r;
  }
  demand(!usedKeys.has(first.idempotencyKey), 'idempotency-key-reused', first.idempotencyKey);
  usedKeys.add(first.idempotencyKey);
  return last;
}

/** The content of a content object, whose hash is known to be right. */
export function parseContent(bytes) {
  demand(bytes.length <= LIMITS.content, 'content-mismatch', 'too large');
  let json;
  try { json = parseJson(bytes, { safeNumbers: true }); } catch (error) { throw new Failure('content-mismatch', error.message); }
  demand(hasExactly(json, 'content', 'salt') && fromBase64(json.get('salt'))?.length === 32 && sameBytes(canonicalBytes(json), bytes), 'content-mismatch', 'not {content, salt}');
  return json.get('content');
}
