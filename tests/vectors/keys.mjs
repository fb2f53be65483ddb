// Key histories: which key of an identity is valid where, for verify.mjs.

import { HASH, hasExactly, importKey, isContentReference, isInteger, isText } from './receipt.mjs';
import { members, parsePins, refuse, text } from './trust.mjs';

const KEY_MEMBERS = {
  KEY_ADDED: ['publicKeyId', 'publicKey', 'keyRef', 'nextPublicKeyId'],
  IDENTITY_CREATED: ['publicKeyId', 'publicKey', 'keyRef', 'label'],
  IDENTITY_KEY_ROTATED: ['publicKeyId', 'publicKey', 'keyRef'],
};
const END_MEMBERS = ['publicKeyId', 'reason', 'lastTrusted'];
const ENDS = { 'platform-keys': { KEY_COMPROMISED: 'key-compromised' }, identity: { IDENTITY_REVOKED: 'key-not-valid', IDENTITY_KEY_COMPROMISED: 'key-compromised' } };

/** The history after one more receipt; throws `malformed` when the payload is not what belongs to the type. */
export async function evolve(history, r, type) {
  const keys = history?.keys ?? [];
  const next = { stream: r.streamText, identityId: type === 'identity' ? r.stream.get('identityId') : 'platform', accountId: r.stream.get('accountId'), version: r.streamVersion, hash: r.hash, keys };
  if (r.type === 'CONTENT_ERASED') return next;

  if (r.type === (type === 'platform-keys' ? 'KEY_ADDED' : keys.length === 0 ? 'IDENTITY_CREATED' : 'IDENTITY_KEY_ROTATED')) {
    const { publicKeyId, publicKey, keyRef, nextPublicKeyId, label } = members(r.payload, KEY_MEMBERS[r.type]);
    const key = await importKey(publicKey);
    if (!key || key.id !== publicKeyId) refuse('publicKey is no P-256 key, or not the one that publicKeyId names');
    if (keys.some((other) => other.id === key.id)) refuse('the history has this key already');
    if (!hasExactly(keyRef, 'provider', 'name', 'version') || typeof keyRef.get('provider') !== 'string' || typeof keyRef.get('name') !== 'string'
      || !isInteger(keyRef.get('version'), -0x80000000, 0x7fffffff)) refuse('keyRef');
    if (nextPublicKeyId !== undefined && !isText(nextPublicKeyId, HASH)) refuse('nextPublicKeyId');
    if (label !== undefined && !isContentReference(label)) refuse('label');
    return { ...next, keys: [...keys, { ...key, order: keys.length, next: nextPublicKeyId }] };
  }

  const kind = ENDS[type][r.type] ?? refuse(`a ${r.type} has no place here`);
  const { publicKeyId, reason, lastTrusted } = members(r.payload, END_MEMBERS);
  text(reason);
  const end = isContentReference(lastTrusted) ? { kind, lastTrusted: new Map(), content: lastTrusted.get('contentHash') } : { kind, lastTrusted: parsePins(lastTrusted) };
  if (!keys.some((key) => key.id === publicKeyId)) refuse('the history does not have this key');
  return { ...next, keys: keys.map((key) => (key.id === publicKeyId ? { ...key, end } : key)) };
}

/** Whether a receipt by a key that has ended stays good. */
export function isTrusted(end, stream, version, hash) {
  const last = end.lastTrusted.get(stream);
  return last !== undefined && (version < last.streamVersion || (version === last.streamVersion && hash === last.hash));
}
