// Runs every vector of the manifests in this folder through verify.mjs, compares, and prints what was found as JSON.
//
//   node run.mjs            exit code 0: every verdict is the expected one; 1: not so

import { readFileSync, readdirSync } from 'node:fs';
import { JsonFault, canonicalBytes, canonicalText, parseJson } from './jcs.mjs';
import * as receipts from './receipt.mjs';
import * as bundles from './verify.mjs';

const here = new URL('.', import.meta.url);
const read = (file) => new Uint8Array(readFileSync(new URL(file, here)));
const utf8 = (text) => new TextEncoder().encode(text);
const toMap = (value) => parseJson(utf8(JSON.stringify(value)));
const same = (a, b) => Buffer.compare(a, b) === 0;
const rules = { 'i-json': {}, receipt: { maxDepth: 63, safeNumbers: true } };

/** What a check throws, in the words of the manifest. */
async function failureOf(check) {
  try {
    await check();
    return null;
  } catch (error) {
    if (error instanceof receipts.Failure) return { kind: error.kind };
    throw error;
  }
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const toCrockford = (value) => Array.from({ length: 26 }, (_, i) => CROCKFORD[Number((value >> BigInt(5 * (25 - i))) & 31n)]).join('');
const fromCrockford = (text) => [...text].reduce((value, digit) => value * 32n + BigInt(CROCKFORD.indexOf(digit)), 0n);

/** One function a section of the manifest: gives what was found, in the form of what is expected. */
const sections = {
  canonical: (v) => same(canonicalBytes(parseJson(read(v.file), rules[v.rules])), read(v.canonical)) ? {} : { canonical: 'other bytes' },

  numbers: (v) => {
    const wrong = new TextDecoder().decode(read(v.file)).trimEnd().split('\n').filter((line) => {
      const [bits, text] = line.split(',');
      const number = new DataView(new BigUint64Array([BigInt('0x' + bits)]).buffer).getFloat64(0, true);
      return canonicalText(number) !== text || !Object.is(parseJson(utf8(text)), number);
    });
    return wrong.length ? { wrong } : {};
  },

  notCanonicalizable: (v) => {
    try { parseJson(read(v.file), rules[v.rules]); } catch (error) {
      if (error instanceof JsonFault) return { fault: error.fault };
      throw error;
    }
    return { fault: null };
  },

  streamNames: (v) => {
    try {
      const json = parseJson(utf8(v.json));
      return { good: receipts.isStream(json) && canonicalText(json) === v.json };
    } catch { return { good: false }; }
  },

  eventIds: (v) => ({ good: receipts.isEventId(v.text) }),

  nextEventIds: (v) => {
    const previous = v.previous === null ? null : fromCrockford(v.previous);
    const fresh = (BigInt(v.nowMilliseconds) << 80n) | BigInt('0x' + v.randomHex);
    return { next: toCrockford(previous !== null && BigInt(v.nowMilliseconds) <= previous >> 80n ? previous + 1n : fresh) };
  },

  keys: async (v) => {
    const key = await receipts.importKey(v.spki);
    return key ? { good: true, publicKeyId: key.id } : { good: false };
  },

  lowS: async (v) => {
    const key = await receipts.importKey(v.spki);
    const [low, high] = [v.low, v.high].map(receipts.parseSignature);
    const bothVerify = await receipts.verifySignature(key, low, utf8(v.message)) && await receipts.verifySignature(key, high, utf8(v.message));
    return bothVerify && receipts.isLowS(low) && !receipts.isLowS(high) && await receipts.sha256(utf8(v.message)) === v.digest ? {} : { low: 'no pair' };
  },

  halves: (v) => {
    const [low, high] = [v.low, v.high].map((hex) => Uint8Array.from(Buffer.from('00'.repeat(32) + hex, 'hex')));
    return receipts.isLowS(low) && !receipts.isLowS(high) ? {} : { low: 'no pair' };
  },

  signatureTexts: (v) => ({ good: receipts.parseSignature(v.text) !== null }),

  derivedIds: async (v) => {
    const hashed = canonicalText([v.streamType, v.scope, v.operation, v.idempotencyKey, v.ordinal]);
    return { hashed, derivedId: toCrockford(BigInt('0x' + (await receipts.sha256(utf8(hashed))).slice(7)) >> 126n) };
  },

  requestHashes: async (v) => {
    const body = toMap(v.body);
    for (const [member, { salt }] of Object.entries(v.contents ?? {}))
      body.set(member, await receipts.sha256(canonicalBytes(new Map([['content', body.get(member)], ['salt', salt]]))));
    const hashed = canonicalText(new Map([['operation', v.operation], ['target', toMap(v.target)], ['body', body]]));
    return { hashed, requestHash: await receipts.sha256(utf8(hashed)) };
  },

  contents: async (v) => {
    const bytes = read(v.file);
    const good = await failureOf(() => receipts.parseContent(bytes)) === null;
    return { good, contentHash: await receipts.sha256(bytes), bytes: bytes.length };
  },

  receipts: async (v) => {
    const keys = await Promise.all(v.keys.map(receipts.importKey));
    let receipt;
    const failure = await failureOf(async () => {
      receipt = receipts.parseReceipt(read(v.file));
      await receipts.checkHash(receipt);
      const key = keys.find((item) => item.id === receipt.publicKeyId);
      if (!key) throw new receipts.Failure('key-unknown', receipt.publicKeyId);
      await receipts.checkSignature(receipt, key);
    });
    if (failure) return { failure: { ...failure, streamVersion: receipt?.streamVersion ?? null, eventId: receipt?.eventId ?? null } };
    if (v.unsigned && !same(receipt.signed, read(v.unsigned))) return { failure: 'the bytes that are hashed are others' };
    return { failure: null, hash: await receipts.sha256(receipt.signed), signature: receipt.signature, publicKeyId: receipt.publicKeyId };
  },

  commits: async (v) => ({ failure: await failureOf(() => receipts.parseCommit(read(v.file))) }),

  streams: async (v) => {
    const name = canonicalText(toMap(v.stream));
    const commits = new TextDecoder().decode(read(v.file)).trimEnd().split('\n');
    const used = new Set();
    let last = null;
    for (const [i, line] of commits.entries()) {
      const failure = await failureOf(async () => { last = await receipts.checkCommit(name, last, receipts.parseCommit(utf8(line)), used); });
      if (failure) return { failure: { ...failure, line: i + 1 } };
    }
    return { failure: null };
  },

  trustFiles: async (v) => ({ good: await failureOf(() => bundles.parseTrust(read(v.file))) === null }),

  bundles: async (v) => {
    const report = JSON.parse(bundles.reportText(await bundles.verifyBundle(read(v.file), v.trust ? bundles.parseTrust(read(v.trust)) : null)));
    const failures = report.failures.map(({ why, ...failure }) => failure);
    return { failures, notChecked: report.notChecked, ...(failures.length ? {} : { streams: report.streams }) };
  },
};

/** Whether what was found is what is expected, member by member of what was found. */
const agrees = (found, expected) => Object.entries(found).every(([name, value]) => canonicalText(toMap(value)) === canonicalText(toMap(expected[name] ?? null)));

const results = [];
for (const manifest of readdirSync(here).filter((name) => /^manifest.*\.json$/.test(name)).sort()) {
  const { format, version, ...vectors } = JSON.parse(new TextDecoder().decode(read(manifest)));
  for (const [section, entries] of Object.entries(vectors))
    for (const vector of entries) {
      let found;
      try { found = await sections[section](vector); } catch (error) { found = { error: String(error.stack) }; }
      results.push({ id: vector.id, isExpected: agrees(found, vector), found });
    }
}
const unexpected = results.filter((result) => !result.isExpected);
console.log(JSON.stringify({ count: results.length, unexpected: unexpected.map((result) => result.id), results }, null, 1));
process.exitCode = unexpected.length ? 1 : 0;
