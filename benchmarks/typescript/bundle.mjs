// A bundle of one book with as many receipts of about 1 KB as asked for, and the trust file for it. The keys are made here and thrown away.

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { canonicalText, encode, parseJson } from '../../clients/typescript/dist/verify/json.js';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const sha256 = (data) => 'sha256:' + createHash('sha256').update(data).digest('hex');
const canonical = (value) => canonicalText(parseJson(encode(JSON.stringify(value))));

function newKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return { id: sha256(spki), spki: spki.toString('base64'), privateKey };
}

function signLow(text, key) {
  const signature = sign('sha256', Buffer.from(text), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  const s = BigInt('0x' + signature.subarray(32).toString('hex'));
  if (s > ORDER / 2n) Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex').copy(signature, 32);
  return 'ecdsa-p256:' + signature.toString('base64');
}

let eventCount = 0;
const nextEventId = () => '01KJ7Z6V8G' + Array.from({ length: 16 }, (_, i) => ALPHABET[Math.floor(eventCount / 32 ** (15 - i)) % 32]).join('') + (eventCount++, '');

function streamOf(stream) {
  const lines = [];
  let last = null;
  return {
    add(type, payload, identityId, key) {
      const receipt = {
        commit: { count: 1, index: 0 }, createdAt: '2026-02-24T12:34:56.000Z', eventId: nextEventId(), idempotencyKey: `key-${eventCount}`,
        issuer: { identityId, publicKeyId: key.id }, payload, prevEventId: last?.eventId ?? null, prevHash: last?.hash ?? null,
        requestHash: sha256('request'), schemaVersion: 1, stream, streamVersion: lines.length + 1, type,
      };
      const signed = canonical(receipt);
      last = { ...receipt, hash: sha256(signed), signature: signLow(signed, key) };
      lines.push(canonical(last));
    },
    part: () => ({ stream, from: 1, to: lines.length, hash: last.hash }),
    lines,
  };
}

export function makeBundle(count) {
  const [platform, next, owner] = [newKey(), newKey(), newKey()];
  const keyRef = { provider: 'local', name: 'benchmark', version: 1 };
  const keys = streamOf({ type: 'platform-keys' });
  keys.add('KEY_ADDED', { publicKeyId: platform.id, publicKey: platform.spki, keyRef, nextPublicKeyId: next.id }, 'platform', platform);
  const identity = streamOf({ type: 'identity', accountId: 'ACCOUNT', identityId: 'IDENTITY' });
  identity.add('IDENTITY_CREATED', { publicKeyId: owner.id, publicKey: owner.spki, keyRef, label: { bytes: 80, contentHash: sha256('label'), mediaType: 'application/json' } }, 'platform', platform);
  const book = streamOf({ type: 'pixbook', accountId: 'ACCOUNT', bookId: 'BOOK' });
  book.add('PIXBOOK_CREATED', { ownerIdentityId: 'IDENTITY' }, 'IDENTITY', owner);
  for (let i = 1; i < count; i++) book.add('PIXBOOK_SAVE', { snapshot: { page: i, note: 'x'.repeat(160), stickers: [1, 2, 3, 'robin'] } }, 'IDENTITY', owner);
  const streams = [keys, identity, book];
  const header = canonical({ format: 'concord-bundle', version: 1, streams: streams.map((stream) => stream.part()) });
  const policy = { streams: { pixbook: { receipts: { '*': [{ signer: 'owner' }] }, signers: { owner: { account: 'accountId', identity: '/ownerIdentityId' } } } } };
  return {
    bundle: [header, ...streams.flatMap((stream) => stream.lines)].join('\n') + '\n',
    trust: JSON.stringify({ format: 'concord-trust', version: 1, platformKeyIds: [platform.id], policy }),
  };
}
