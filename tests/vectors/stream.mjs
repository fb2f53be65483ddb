// The receipts of one stream, one after the other, for verify.mjs.

import { canonicalText } from './jcs.mjs';
import { evolve, isTrusted } from './keys.mjs';
import {
  Failure, checkHash, checkSignature, contentReferences, demand, parseContent, parseReceipt, sameBytes, sha256,
} from './receipt.mjs';
import { list, parsePins } from './trust.mjs';

export class StreamVerifier {
  constructor(report, trust, histories, stream, from) {
    Object.assign(this, { report, trust, histories, stream, from, name: canonicalText(stream), type: stream.get('type') });
    this.last = { streamVersion: from - 1, isKnown: false }; // the predecessor
    this.isContentKnown = true;    // whether the last receipt can be believed about the content that it names
    this.newest = new Map();       // issuer -> order of the newest key seen from it in this stream
    this.signers = null;           // who the policy's signers are, read from the first receipt
    this.history = null;           // the key history that this stream is
    this.lastSigned = new Map();   // platform-keys: what each key signed last
    this.unproven = new Map();     // ended key -> the last receipt by it below its last trusted one
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
    let key = null;
    try {
      key = await (this.type === 'platform-keys' ? this.keyOfThePlatform(r) : this.issuer(r));
      isInPlace = false;
      this.place(r);
      isInPlace = true;
      this.lastSigned.set(r.publicKeyId, { ...r, line });
      this.meetLastTrusted(r.streamVersion, r.hash);
      const pin = key?.end?.lastTrusted.get(this.name);
      if (pin && r.streamVersion < pin.streamVersion) this.unproven.set(key.id, { pin, kind: key.end.kind, streamVersion: r.streamVersion, eventId: r.eventId, line });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.history = history; // a key history takes in good receipts only
      this.fail(error.kind, error.message, r);
      this.meetLastTrusted(r.streamVersion, null); // told: nothing more is said of those below it
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
    return key;
  }

  /** A version proves nothing: what an ended key signed below its last trusted receipt is good if the chain leads there. */
  meetLastTrusted(streamVersion, hash) {
    const met = this.takeUnproven(({ pin }) => pin.streamVersion === streamVersion);
    for (const unproven of met) if (hash !== null && unproven.pin.hash !== hash) this.failUnproven(unproven);
  }

  takeUnproven(which) {
    const taken = [...this.unproven].filter(([, unproven]) => which(unproven));
    for (const [id] of taken) this.unproven.delete(id);
    return taken.map(([, unproven]) => unproven).sort((a, b) => a.streamVersion - b.streamVersion);
  }

  failUnproven(unproven) { this.fail(unproven.kind, `the chain does not lead to version ${unproven.pin.streamVersion} with ${unproven.pin.hash}`, unproven); }

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
    const bytes = new Uint8Array(line.subarray(0, line.length - suffix.length + 1)); // a copy
    bytes[bytes.length - 1] = 0x7d;
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
    if (last.streamVersion >= to) // what is known to be missing is not missed once more
      for (const unproven of this.takeUnproven(({ pin }) => pin.streamVersion > last.streamVersion)) this.failUnproven(unproven);
    if (last.streamVersion >= this.from) report.streams.push({ stream: this.stream, from: this.from, to: last.streamVersion, hash: last.hash ?? null });
    return this.history?.keys.length ? this.history : null;
  }
}
