// A verifier of Concord receipts, written from docs/receipt-format.md: WebCrypto and nothing else, no dependency, no network.
//
//   node verify.mjs BUNDLE [--trust TRUST_FILE]        exit code 0: good; 1: bad; 2: usage; 3: good as far as it was checked
//
// Read it beside docs/verifying.md, whose steps are the headings below. It reads the file into memory to stay short; the format
// itself allows one pass in constant memory.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { canonicalBytes, canonicalText, parseJson } from './jcs.mjs';
import {
  Failure, HASH, MAX_SAFE, checkHash, checkSignature, contentReferences, demand, hasExactly, importKey, isContentReference, isInteger, isStream, isText,
  parseContent, parseReceipt, sameBytes, sha256,
} from './receipt.mjs';

// ------------------------------------------------------------------------------------------------------- Trust file and policy

const refuse = (why) => { throw new Failure('malformed', why); };

function members(value, required, optional = []) {
  if (!(value instanceof Map)) refuse('not an object');
  for (const name of required) if (!value.has(name)) refuse(`${name} is missing`);
  for (const name of value.keys()) if (!required.includes(name) && !optional.includes(name)) refuse(`no place for ${name}`);
  return Object.fromEntries(value);
}

const text = (value) => (typeof value === 'string' ? value : refuse('not text'));
const list = (value) => (Array.isArray(value) ? value : refuse('not a list'));

/** A JSON Pointer of member names, as a function that finds the string there. */
function pointer(path) {
  if (!text(path).startsWith('/')) refuse('a JSON Pointer begins with a slash');
  const names = path.slice(1).split('/').map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return (payload) => {
    const found = names.reduce((value, name) => (value instanceof Map ? value.get(name) : undefined), payload);
    return typeof found === 'string' ? found : undefined;
  };
}

function parsePolicy(json) {
  const policy = new Map();
  for (const [type, entry] of toMap(members(json, ['streams']).streams)) {
    const { receipts, signers = new Map() } = members(entry, ['receipts'], ['signers']);
    const named = new Map();
    for (const [name, signer] of toMap(signers)) {
      if (name === 'platform') refuse('platform is the platform');
      const { identity, account } = members(signer, ['identity', 'account']);
      named.set(name, { identity: pointer(identity), account: text(account).startsWith('/') ? pointer(account) : null, accountId: account });
    }
    const rules = new Map();
    for (const [receiptType, items] of toMap(receipts))
      rules.set(receiptType, list(items).map((item) => {
        const { signer, when } = members(item, ['signer'], ['when']);
        if (text(signer) !== 'platform' && !named.has(signer)) refuse(`nobody says who ${signer} is`);
        if (when === undefined) return { signer, holds: () => true };
        const condition = members(when, ['pointer', 'equals']);
        const [find, expected] = [pointer(condition.pointer), text(condition.equals)];
        return { signer, holds: (payload) => find(payload) === expected };
      }));
    policy.set(type, { rules, signers: named });
  }
  return policy;
}

const toMap = (value) => (value instanceof Map ? value : refuse('not an object'));

/** A list of {stream, streamVersion, hash}, by stream: heads of a trust file, last trusted receipts of a key. */
function parsePins(value) {
  const pins = new Map();
  for (const item of list(value)) {
    const { stream, streamVersion, hash } = members(item, ['stream', 'streamVersion', 'hash']);
    if (!isStream(stream) || !Number.isInteger(streamVersion) || !isText(hash, HASH)) refuse('not {stream, streamVersion, hash}');
    if (pins.has(canonicalText(stream))) refuse('a stream is listed twice');
    pins.set(canonicalText(stream), { streamVersion, hash });
  }
  return pins;
}

export function parseTrust(bytes) {
  let json;
  try { json = parseJson(bytes); } catch (error) { refuse(error.message); }
  const { format, version, platformKeyIds, policy, heads } = members(json, ['format', 'version', 'platformKeyIds'], ['policy', 'heads']);
  if (format !== 'concord-trust' || version !== 1) refuse('not a trust file of version 1');
  if (list(platformKeyIds).length === 0 || !platformKeyIds.every((id) => isText(id, HASH))) refuse('no key to trust');
  return { roots: new Set(platformKeyIds), policy: policy === undefined ? null : parsePolicy(policy), heads: heads === undefined ? new Map() : parsePins(heads) };
}

// --------------------------------------------------------------------------------------------------------------- Key histories

const KEY_MEMBERS = {
  KEY_ADDED: ['publicKeyId', 'publicKey', 'keyRef', 'nextPublicKeyId'],
  IDENTITY_CREATED: ['publicKeyId', 'publicKey', 'keyRef', 'label'],
  IDENTITY_KEY_ROTATED: ['publicKeyId', 'publicKey', 'keyRef'],
};
const END_MEMBERS = ['publicKeyId', 'reason', 'lastTrusted'];
const ENDS = { 'platform-keys': { KEY_COMPROMISED: 'key-compromised' }, identity: { IDENTITY_REVOKED: 'key-not-valid', IDENTITY_KEY_COMPROMISED: 'key-compromised' } };

/** The history after one more receipt; throws `malformed` when the payload is not what belongs to the type. */
async function evolve(history, r, type) {
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
function isTrusted(end, stream, version, hash) {
  const last = end.lastTrusted.get(stream);
  return last !== undefined && (version < last.streamVersion || (version === last.streamVersion && hash === last.hash));
}

// -------------------------------------------------------------------------------------------------------------------- A stream

class StreamVerifier {
  constructor(report, trust, histories, stream, from) {
    Object.assign(this, { report, trust, histories, stream, from, name: canonicalText(stream), type: stream.get('type') });
    this.last = { streamVersion: from - 1, isKnown: false }; // the predecessor
    this.isContentKnown = true;    // whether the last receipt can be believed about the content that it names
    this.newest = new Map();       // issuer -> order of the newest key seen from it in this stream
    this.signers = null;           // who the policy's signers are, read from the first receipt
    this.history = null;           // the key history that this stream is
    this.lastSigned = new Map();   // platform-keys: what each key signed last
    this.expected = [];            // content that the last receipt names and that has not followed
    this.missing = new Map();
    this.erased = new Set();
    this.line = this.lastLine = null;
    if (from > 1) report.notChecked.add('predecessors');
  }

  fail(kind, why, { line = this.line, streamVersion = this.last.streamVersion, eventId = null } = {}) {
    this.report.failures.push({ kind, line, stream: this.stream, streamVersion, eventId, why });
  }

  async receipt(bytes, line) {
    this.finishContent();
    this.line = this.lastLine = line;
    let r;
    try {
      r = parseReceipt(bytes);
      await checkHash(r);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.pass();
      return this.fail(error.kind, error.message, { eventId: r?.eventId });
    }
    const { history } = this;
    let isInPlace = true;
    try {
      await (this.type === 'platform-keys' ? this.keyOfThePlatform(r) : this.issuer(r));
      isInPlace = false;
      this.place(r);
      isInPlace = true;
      this.lastSigned.set(r.publicKeyId, { ...r, line });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.history = history; // a key history takes in good receipts only
      this.fail(error.kind, error.message, r);
    }
    this.remember(r, isInPlace);
    if (!this.isContentKnown) return;
    this.expected = contentReferences(r.payload).map((reference) => Object.fromEntries(reference));
    if (r.type === 'CONTENT_ERASED') this.erase(r.payload.get('contentHash'));
  }

  /** One receipt is here that cannot be believed: it takes its place, and the next one is not judged against it. */
  pass() {
    this.last = { streamVersion: this.last.streamVersion + 1, isKnown: false };
    this.isContentKnown = false;
  }

  /** What the next receipt is judged against, so that one bad receipt is one failure. */
  remember(r, isInPlace) {
    if (!isInPlace && r.streamVersion !== this.last.streamVersion + 1) {
      if (r.streamText !== this.name) { this.isContentKnown = false; return; } // another stream's: as good as not here
      if (this.last.isKnown && r.prevHash === this.last.hash) return this.pass(); // the next one, under a wrong number
      isInPlace = true; // something is missing: the stream goes on from here
    }
    this.last = { ...r, line: this.lastLine, isKnown: isInPlace };
  }

  /** Key known, issuer allowed, key valid, signature. */
  async issuer(r) {
    const holders = [...this.histories.values()].filter((history) => history.keys.some((key) => key.id === r.publicKeyId));
    const isOwn = this.history?.keys.some((key) => key.id === r.publicKeyId); // an identity's own keys are known, and do not sign here
    demand(holders.length > 0 || isOwn, 'key-unknown', r.publicKeyId);
    const history = holders.find((holder) => holder.identityId === r.identityId);
    this.allowed(r, history);
    demand(history, 'key-not-valid', 'the key is another issuer’s');
    const key = history.keys.find((item) => item.id === r.publicKeyId);
    demand(key.order >= (this.newest.get(r.identityId) ?? 0), 'key-not-valid', 'a newer key of this issuer has signed in this stream');
    demand(!key.end || isTrusted(key.end, this.name, r.streamVersion, r.hash), key.end?.kind, 'the key had ended');
    await checkSignature(r, key);
    this.newest.set(r.identityId, key.order);
    if (this.type === 'identity') this.history = await evolve(this.history, r, this.type);
  }

  /** The policy. Of a part of a stream without its first receipt the signers are not known. */
  allowed(r, history) {
    const isPlatform = r.identityId === 'platform';
    if (this.type === 'identity') return demand(isPlatform, 'issuer-not-allowed', 'key histories are signed by the platform');
    if (!this.trust?.policy) return this.report.notChecked.add('issuer-policy');
    const policy = this.trust.policy.get(this.type);
    demand(policy, 'issuer-not-allowed', 'the policy knows no such streams');
    if (r.streamVersion === 1 && !this.signers)
      this.signers = new Map([...policy.signers].map(([name, signer]) => [name,
        { identityId: signer.identity(r.payload), accountId: signer.account ? signer.account(r.payload) : this.stream.get(signer.accountId) }]));
    const rule = (policy.rules.get(r.type) ?? policy.rules.get('*'))?.find((item) => item.holds(r.payload));
    demand(rule, 'issuer-not-allowed', 'no rule for such a receipt');
    if (rule.signer === 'platform') return demand(isPlatform, 'issuer-not-allowed', 'the platform signs this');
    demand(!isPlatform, 'issuer-not-allowed', `the ${rule.signer} signs this`);
    let accountId;
    if (this.signers) {
      const signer = this.signers.get(rule.signer);
      demand(signer.identityId === r.identityId, 'issuer-not-allowed', `the ${rule.signer} is ${signer.identityId}`);
      accountId = signer.accountId;
    } else {
      this.report.notChecked.add('issuer-policy');
      const signer = policy.signers.get(rule.signer);
      if (signer.account) return;
      accountId = this.stream.get(signer.accountId);
    }
    demand(!history || history.accountId === accountId, 'issuer-not-allowed', `an identity of account ${accountId} signs this`);
  }

  /** The platform's key history verifies itself: each key signs its own addition, and was named by the one before it. */
  async keyOfThePlatform(r) {
    const before = this.history?.keys ?? [];
    const history = await evolve(this.history, r, this.type);
    const newest = before.at(-1);
    const added = history.keys.length > before.length ? history.keys.at(-1) : null;
    demand(r.publicKeyId === added?.id || before.some((key) => key.id === r.publicKeyId), 'key-unknown', r.publicKeyId);
    demand(r.identityId === 'platform', 'issuer-not-allowed', 'the platform signs this');
    const signing = added ?? newest;
    demand(r.publicKeyId === signing.id, 'key-not-valid', `the ${added ? 'added' : 'newest'} key ${signing.id} signs this`);
    if (added && newest) demand(newest.next === added.id, 'key-not-valid', `the key before it named ${newest.next}`);
    if (added && !newest) {
      if (this.trust) demand(this.trust.roots.has(added.id), 'key-not-valid', 'the trust file does not name this first key');
      else this.report.notChecked.add('trust-root');
    }
    await checkSignature(r, signing);
    this.history = history;
  }

  place(r) {
    const { last } = this;
    const { isKnown } = last;
    demand(r.streamVersion === last.streamVersion + 1, 'version-gap', `version ${last.streamVersion + 1} was expected`);
    demand((last.streamVersion === 0) === (r.prevHash === null), 'chain-broken', 'only the first receipt has no predecessor');
    demand(!isKnown || (r.prevEventId === last.eventId && r.prevHash === last.hash), 'chain-broken', 'the predecessor is another');
    demand(r.prevEventId === null || r.eventId > r.prevEventId, 'event-id-not-increasing', `not behind ${r.prevEventId}`);
    demand(r.streamText === this.name, 'stream-mismatch', r.streamText);
    const pinned = this.trust?.heads.get(this.name);
    demand(pinned?.streamVersion !== r.streamVersion || pinned.hash === r.hash, 'fork', `the pinned receipt is ${pinned?.hash}`);
    if (!isKnown || last.index + 1 === last.count) {
      // Behind a receipt that could not be read a commit may go on.
      demand(r.index === 0 || (!isKnown && last.streamVersion >= this.from), 'commit-torn', 'a commit begins with its first receipt');
    } else {
      demand(r.count === last.count && r.index === last.index + 1, 'commit-torn', 'not the next of its commit');
      demand(r.idempotencyKey === last.idempotencyKey && r.requestHash === last.requestHash, 'commit-torn', 'of another command');
    }
  }

  // ------------------------------------------------------------------------------------------------------------------- Content

  async content(line, lineNumber) {
    this.line = lineNumber;
    // The stored bytes are the line without its last member.
    const suffix = new TextEncoder().encode(`,"stream":${this.name}}`);
    if (!sameBytes(line.subarray(-suffix.length), suffix)) return this.fail('stream-mismatch', 'content of another stream, or none');
    if (!this.isContentKnown) return;
    const bytes = Uint8Array.of(...line.subarray(0, line.length - suffix.length), 0x7d);
    const hash = await sha256(bytes);
    const index = this.expected.findIndex((reference) => reference.contentHash === hash && reference.bytes === bytes.length);
    if (index < 0) {
      this.expected.shift(); // said once: what was expected here is not also missing
      return this.fail('content-mismatch', `no receipt names ${hash} of ${bytes.length} bytes here`, { eventId: this.last.eventId ?? null });
    }
    this.expected.splice(index, 1);
    try {
      const content = parseContent(bytes);
      const needing = this.history?.keys.filter((key) => key.end?.content === hash) ?? [];
      if (needing.length === 0) return;
      const lastTrusted = parsePins(content);
      for (const key of needing) key.end = { kind: key.end.kind, lastTrusted };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.fail('content-mismatch', error.message, { eventId: this.last.eventId ?? null });
    }
  }

  isNeeded(hash) { return this.history?.keys.some((key) => key.end?.content === hash) ?? false; }

  erase(hash) {
    this.erased.add(hash);
    if (!this.isNeeded(hash)) this.missing.delete(hash);
  }

  finishContent() {
    for (const { contentHash } of this.expected)
      if (!this.erased.has(contentHash) || this.isNeeded(contentHash)) this.missing.set(contentHash, this.last);
    this.expected = [];
    this.isContentKnown = true;
  }

  // ------------------------------------------------------------------------------------------------------- The end of a stream

  end(to, hash) {
    this.finishContent();
    this.line = this.lastLine; // what is found at the end stands where the last receipt stands
    const { last, report } = this;
    const eventId = last.eventId ?? null;
    if (last.isKnown && last.index + 1 < last.count) this.fail('commit-torn', 'the last commit is not complete', { eventId });
    if (last.streamVersion < to) this.fail('truncated', `the header says that version ${to} is the last`);
    else if (last.streamVersion > to) this.fail('version-gap', `the header says that version ${to} is the last`, { eventId });
    else if (last.isKnown && last.hash !== hash) this.fail('fork', `the header says that ${hash} is the last`, { eventId });
    const pinned = this.trust?.heads.get(this.name);
    if (!pinned) report.notChecked.add('head');
    else if (last.streamVersion < pinned.streamVersion && last.streamVersion >= to) this.fail('truncated', `version ${pinned.streamVersion} is known to exist`, { eventId });
    report.notChecked.add('idempotency-keys'); // that needs all keys of a stream: folds and fsck check it
    for (const [missing, receipt] of this.missing) {
      if (this.isNeeded(missing)) this.fail('content-mismatch', `the list ${missing} is missing`, receipt);
      else report.notChecked.add('content');
    }
    if (this.type === 'platform-keys')
      for (const key of this.history?.keys ?? []) {
        const signed = this.lastSigned.get(key.id);
        if (key.end && signed && !isTrusted(key.end, this.name, signed.streamVersion, signed.hash)) this.fail('key-compromised', 'not among the trusted ones', signed);
      }
    if (last.streamVersion >= this.from) report.streams.push({ stream: this.stream, from: this.from, to: last.streamVersion, hash: last.hash ?? null });
    return this.history?.keys.length ? this.history : null;
  }
}

// -------------------------------------------------------------------------------------------------------------------- A bundle

const RANK = { 'platform-keys': 0, identity: 1 };
const rank = (stream) => RANK[stream.get('type')] ?? 2;
const isBefore = (a, b) => rank(a) !== rank(b) ? rank(a) < rank(b) : canonicalText(a) < canonicalText(b);

function parseHeader(line) {
  let json;
  try { json = parseJson(line); } catch (error) { refuse(error.message); }
  if (!sameBytes(canonicalBytes(json), line)) refuse('the header is not canonical');
  const { format, version, streams } = members(json, ['format', 'version', 'streams']);
  if (format !== 'concord-bundle' || version !== 1) refuse('not a bundle of version 1');
  const parts = list(streams).map((item) => members(item, ['stream', 'from', 'to', 'hash']));
  if (parts.length === 0) refuse('a bundle of nothing');
  parts.forEach(({ stream, from, to, hash }, i) => {
    if (!isStream(stream) || !isInteger(from, 1, MAX_SAFE) || !isInteger(to, from, MAX_SAFE) || !isText(hash, HASH)) refuse('not {stream, from, to, hash}');
    if (from !== 1 && rank(stream) < 2) refuse('a key history begins at version 1');
    if (i > 0 && !isBefore(parts[i - 1].stream, stream)) refuse('streams out of order');
  });
  return parts;
}

/** Verifies a bundle. The verdict is data: failures, what was verified, and what was not checked. */
export async function verifyBundle(bytes, trust) {
  const report = { failures: [], notChecked: new Set(), streams: [], keyHistories: [] };
  const noBundle = (line, why) => report.failures.push({ kind: 'malformed', line, stream: null, streamVersion: null, eventId: null, why });
  const lines = [];
  for (let start = 0, end; start < bytes.length; start = end + 1) {
    end = bytes.indexOf(0x0a, start);
    if (end < 0) { lines.push(null); break; } // cut off
    lines.push(bytes.subarray(start, end));
  }
  let parts;
  try { parts = parseHeader(lines[0] ?? refuse('no line')); } catch (error) {
    if (!(error instanceof Failure)) throw error;
    noBundle(1, error.message);
    return finish(report);
  }

  const histories = new Map();
  let next = 0;
  let current = null;
  const begin = () => { current = new StreamVerifier(report, trust, histories, parts[next].stream, parts[next].from); next++; };
  const complete = () => {
    if (!current) return;
    const history = current.end(parts[next - 1].to, parts[next - 1].hash);
    if (history && histories.has(history.identityId)) current.fail('key-not-valid', 'a second history of one issuer', { line: null, streamVersion: history.version });
    else if (history) {
      histories.set(history.identityId, history);
      report.keyHistories.push({ identityId: history.identityId, version: history.version, hash: history.hash });
      report.notChecked.add('key-history-head');
    }
    current = null;
  };
  // The receipt is of a stream that comes later: the current one is complete, or the rest of it is missing.
  const isBehind = (line) => {
    const shown = new TextDecoder('latin1').decode(line);
    if (shown.slice(shown.lastIndexOf('"stream":') + 9).startsWith(current.name)) return false; // the last mention is the receipt's own
    if (current.last.streamVersion >= parts[next - 1].to) return true;
    try {
      const { streamText } = parseReceipt(line);
      return parts.slice(next).some((part) => canonicalText(part.stream) === streamText);
    } catch { return false; }
  };

  scan: for (let i = 1; i < lines.length; i++) {
    const line = lines[i];
    if (line === null) { noBundle(i + 1, 'the last line does not end in a line feed'); break; }
    if (new TextDecoder().decode(line.subarray(0, 11)) === '{"content":') {
      if (current) await current.content(line, i + 1);
      else noBundle(i + 1, 'content before any receipt');
      continue;
    }
    while (!current || isBehind(line)) {
      complete();
      if (next === parts.length) { noBundle(i + 1, 'a line behind the last stream'); break scan; }
      begin();
    }
    await current.receipt(line, i + 1);
  }
  complete();
  while (next < parts.length) { begin(); complete(); } // promised, and never came
  return finish(report);
}

const finish = (report) => ({ ...report, notChecked: [...report.notChecked].sort() });

// ---------------------------------------------------------------------------------------------------------------- command line

const toJson = (key, value) => (value instanceof Map ? Object.fromEntries(value) : value);
export const reportText = (report) => JSON.stringify(report, toJson, 2);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, option, trustFile, more] = process.argv.slice(2);
  if (!file || more || (option !== undefined && (option !== '--trust' || !trustFile))) {
    console.error('usage: node verify.mjs BUNDLE [--trust TRUST_FILE]');
    process.exit(2);
  }
  const report = await verifyBundle(readFileSync(file), trustFile ? parseTrust(readFileSync(trustFile)) : null);
  console.log(reportText(report));
  const wanting = report.notChecked.some((item) => ['trust-root', 'issuer-policy', 'signatures', 'content'].includes(item));
  process.exit(report.failures.length ? 1 : wanting ? 3 : 0);
}
