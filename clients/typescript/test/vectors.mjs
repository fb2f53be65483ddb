// Judges the golden vectors of the receipt format, in Node.js and in browsers alike. Gives the ids of all, and what was unexpected.

import { verifyBundle, verifyReceipt, FormatError, TrustFile } from '../dist/verify.js';
import { checkCommit, parseCommit } from '../dist/verify/commit.js';
import { parseContent } from '../dist/verify/content.js';
import { PublicKey, isLowS, parseSignature, sha256 } from '../dist/verify/crypto.js';
import { Fault } from '../dist/verify/fault.js';
import { isEventId, isStream } from '../dist/verify/forms.js';
import { JsonFault, canonicalBytes, canonicalText, encode, parseJson } from '../dist/verify/json.js';
import { parseReceipt } from '../dist/verify/receipt.js';

const RULES = { 'i-json': {}, receipt: { maxDepth: 63, safeNumbers: true } };
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const toCrockford = (value) => Array.from({ length: 26 }, (_, i) => CROCKFORD[Number((value >> BigInt(5 * (25 - i))) & 31n)]).join('');
const fromCrockford = (text) => [...text].reduce((value, digit) => value * 32n + BigInt(CROCKFORD.indexOf(digit)), 0n);
const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
const toJson = (value) => parseJson(encode(JSON.stringify(value)));
const fromHex = (hex) => Uint8Array.from(hex.match(/../g), (digits) => parseInt(digits, 16));

/** The code of the first broken rule; null when none is. */
async function faultOf(check) {
  try {
    await check();
    return null;
  } catch (error) {
    if (error instanceof Fault) return { kind: error.code };
    throw error;
  }
}

/** One function a section of the manifest: gives what was found, in the form of what is expected. */
const sections = (read) => ({
  canonical: async (v) => (same(canonicalBytes(parseJson(await read(v.file), RULES[v.rules])), await read(v.canonical)) ? {} : { canonical: 'other bytes' }),

  numbers: async (v) => {
    const wrong = new TextDecoder().decode(await read(v.file)).trimEnd().split('\n').filter((line) => {
      const [bits, text] = line.split(',');
      const number = new DataView(fromHex(bits).buffer).getFloat64(0);
      return canonicalText(number) !== text || !Object.is(parseJson(encode(text)), number);
    });
    return wrong.length ? { wrong } : {};
  },

  notCanonicalizable: async (v) => {
    const bytes = await read(v.file);
    try {
      parseJson(bytes, RULES[v.rules]);
    } catch (error) {
      if (error instanceof JsonFault) return { fault: error.fault };
      throw error;
    }
    return { fault: null };
  },

  streamNames: (v) => {
    try {
      const json = parseJson(encode(v.json));
      return { good: isStream(json) && canonicalText(json) === v.json };
    } catch (error) {
      if (error instanceof JsonFault) return { good: false };
      throw error;
    }
  },

  eventIds: (v) => ({ good: isEventId(v.text) }),

  nextEventIds: (v) => {
    const previous = v.previous === null ? null : fromCrockford(v.previous);
    const fresh = (BigInt(v.nowMilliseconds) << 80n) | BigInt('0x' + v.randomHex);
    return { next: toCrockford(previous !== null && BigInt(v.nowMilliseconds) <= previous >> 80n ? previous + 1n : fresh) };
  },

  keys: async (v) => {
    const key = await PublicKey.import(v.spki);
    return key ? { good: true, publicKeyId: key.id } : { good: false };
  },

  lowS: async (v) => {
    const key = await PublicKey.import(v.spki);
    const [low, high] = [v.low, v.high].map(parseSignature);
    const bothVerify = (await key.verify(low, encode(v.message))) && (await key.verify(high, encode(v.message)));
    return bothVerify && isLowS(low) && !isLowS(high) && (await sha256(encode(v.message))) === v.digest ? {} : { low: 'no pair' };
  },

  halves: (v) => {
    const [low, high] = [v.low, v.high].map((hex) => fromHex('00'.repeat(32) + hex));
    return isLowS(low) && !isLowS(high) ? {} : { low: 'no pair' };
  },

  signatureTexts: (v) => ({ good: parseSignature(v.text) !== null }),

  derivedIds: async (v) => {
    const hashed = canonicalText([v.streamType, v.scope, v.operation, v.idempotencyKey, v.ordinal]);
    return { hashed, derivedId: toCrockford(BigInt('0x' + (await sha256(encode(hashed))).slice(7)) >> 126n) };
  },

  requestHashes: async (v) => {
    const body = new Map(toJson(v.body));
    for (const [member, { salt }] of Object.entries(v.contents ?? {}))
      body.set(member, await sha256(canonicalBytes(new Map([['content', body.get(member)], ['salt', salt]]))));
    const hashed = canonicalText(new Map([['operation', v.operation], ['target', toJson(v.target)], ['body', body]]));
    return { hashed, requestHash: await sha256(encode(hashed)) };
  },

  contents: async (v) => {
    const bytes = await read(v.file);
    return { good: (await faultOf(() => parseContent(bytes))) === null, contentHash: await sha256(bytes), bytes: bytes.length };
  },

  receipts: async (v) => {
    const bytes = await read(v.file);
    const verdict = await verifyReceipt(bytes, v.keys);
    if (!verdict.isGood) return { failure: { kind: verdict.code, streamVersion: verdict.streamVersion, eventId: verdict.eventId } };
    if (v.unsigned && !same(parseReceipt(bytes).signed, await read(v.unsigned))) return { failure: 'the bytes that are hashed are others' };
    return { failure: null, hash: verdict.hash, publicKeyId: verdict.publicKeyId };
  },

  commits: async (v) => {
    const bytes = await read(v.file);
    return { failure: await faultOf(() => parseCommit(bytes)) };
  },

  streams: async (v) => {
    const name = canonicalText(toJson(v.stream));
    const used = new Set();
    let last = null;
    let number = 0;
    for (const line of new TextDecoder().decode(await read(v.file)).trimEnd().split('\n')) {
      number++;
      const fault = await faultOf(async () => { last = await checkCommit(name, last, parseCommit(encode(line)), used); });
      if (fault) return { failure: { ...fault, line: number } };
    }
    return { failure: null };
  },

  trustFiles: async (v) => {
    const bytes = await read(v.file);
    try {
      TrustFile.parse(bytes);
      return { good: true };
    } catch (error) {
      if (error instanceof FormatError) return { good: false };
      throw error;
    }
  },

  bundles: async (v) => {
    const bytes = await read(v.file);
    const trust = v.trust ? TrustFile.parse(await read(v.trust)) : null;
    const report = await verifyBundle(bytes, { trust });
    // In crumbs, as a network gives them: the same verdict.
    const crumbs = await verifyBundle(crumbsOf(bytes), { trust });
    if (JSON.stringify(crumbs) !== JSON.stringify(report)) return { failures: 'another verdict on the same bytes in crumbs' };
    const failures = report.failures.map(({ code, line, stream, streamVersion, eventId }) => ({ kind: code, line, stream, streamVersion, eventId }));
    const notChecked = [...new Set(report.notChecked.map((item) => item.name))].sort();
    return { failures, notChecked, ...(failures.length ? {} : { streams: report.streams }) };
  },
});

async function* crumbsOf(bytes) {
  const size = 1 + (bytes.length % 997);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Whether what was found is what is expected, member by member of what was found. */
const agrees = (found, expected) => Object.entries(found).every(([name, value]) => canonicalText(toJson(value)) === canonicalText(toJson(expected[name] ?? null)));

/**
 * Judges every vector of the manifests.
 * @param read Gives the bytes of a file of tests/vectors.
 * @param manifests The names of the manifests.
 */
export async function judge(read, manifests) {
  const judges = sections(read);
  const ids = [];
  const unexpected = [];
  for (const manifest of manifests) {
    const { format, version, ...vectors } = JSON.parse(new TextDecoder().decode(await read(manifest)));
    for (const [section, entries] of Object.entries(vectors))
      for (const vector of entries) {
        let found;
        try {
          found = await judges[section](vector);
        } catch (error) {
          found = { error: String(error?.stack ?? error) };
        }
        ids.push(vector.id);
        if (!agrees(found, vector)) unexpected.push({ id: vector.id, found });
      }
  }
  return { ids, unexpected };
}
