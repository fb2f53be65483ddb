import { Arrivals } from './arrivals.js';
import { Fault, asFault } from './fault.js';
import { streamName, type StreamName } from './forms.js';
import { IssuerRules } from './issuers.js';
import { canonicalText, type Bytes } from './json.js';
import { KeyHistory, trusts, type KeyEntry, type KeyRing, type KeyStreamType } from './keys.js';
import { checkPlace, type Predecessor } from './place.js';
import type { Reading } from './reading.js';
import { checkHash, checkSignature, type Receipt } from './receipt.js';
import type { Report } from './report.js';
import { FormatError } from './strict.js';
import type { TrustFile } from './trust.js';
import { Unproven, type UnprovenReceipt } from './unproven.js';

type Readable = Extract<Reading, { fault: null }>;

/** Where a failure stands, where that is not the line and the version in hand. */
interface At {
  readonly line?: number | null;
  readonly streamVersion?: number;
  readonly eventId?: string | null;
}

/** Verifies the receipts of one stream, one after the other. One bad receipt is one failure. */
export class StreamVerifier {
  readonly text: string;
  private readonly name: StreamName;
  private readonly type: string;
  private readonly issuers: IssuerRules;
  private readonly arrivals: Arrivals;
  private readonly unproven = new Unproven();
  /** Of each issuer, the order of the newest key seen in this stream. */
  private readonly newest = new Map<string, number>();
  /** In the platform's own history: what each key signed last. */
  private readonly lastSigned = new Map<string, { receipt: Receipt; line: number }>();
  private last: Predecessor;
  private line: number | null = null;
  private lastLine: number | null = null;
  /** The key history that this stream is, as far as its receipts were good. */
  private history: KeyHistory | null = null;

  constructor(
    stream: ReadonlyMap<string, string>,
    private readonly from: number,
    private readonly trust: TrustFile | null,
    private readonly keys: KeyRing,
    private readonly report: Report,
  ) {
    this.text = canonicalText(stream);
    this.name = streamName(stream);
    this.type = this.name.type;
    this.last = { isKnown: false, streamVersion: from - 1, receipt: null };
    this.issuers = new IssuerRules(stream, this.text, trust, report);
    this.arrivals = new Arrivals(`,"stream":${this.text}}`, (hash) => this.history?.needs(hash) ?? false);
    if (from > 1) report.addNotChecked('predecessors', `${this.text} begins at version ${from}: what came before was not seen.`);
  }

  /** The version of the last receipt read: its place, as it should be. */
  get lastVersion(): number {
    return this.last.streamVersion;
  }

  /** @returns Whether every rule holds. */
  async verify(reading: Reading, line: number): Promise<boolean> {
    this.finishContent();
    this.report.receipts++;
    this.line = this.lastLine = line;
    if (reading.fault !== null) return this.cannotBelieve(reading.fault, null);
    const { receipt } = reading;
    try {
      checkHash(receipt, await reading.hash);
    } catch (error) {
      return this.cannotBelieve(asFault(error), receipt.eventId);
    }

    const { history } = this;
    const isGood = await this.judge(reading, line);
    if (!isGood) this.history = history; // a key history takes in good receipts only
    if (this.arrivals.isKnown) this.arrivals.expect(receipt);
    return isGood;
  }

  private async judge(reading: Readable, line: number): Promise<boolean> {
    const { receipt } = reading;
    let isIssued = false;
    try {
      const key = this.type === 'platform-keys' ? await this.keyOfThePlatform(reading) : await this.issuer(reading);
      isIssued = true;
      checkPlace(receipt, { streamText: this.text, from: this.from, last: this.last, pinned: this.trust?.heads.get(this.text) });
      this.lastSigned.set(receipt.issuer.publicKeyId, { receipt, line });
      for (const unproven of this.unproven.takeAt(receipt.streamVersion))
        if (unproven.pin.hash !== receipt.hash) this.failUnproven(unproven, `${receipt.hash} there`);
      this.unproven.await(key, this.text, receipt, line);
      this.remember(receipt, true);
      return true;
    } catch (error) {
      this.fail(asFault(error), receipt);
      this.unproven.takeAt(receipt.streamVersion); // told: nothing more is said of those below it
      this.remember(receipt, !isIssued);
      return false;
    }
  }

  /** One receipt is here that cannot be believed: it takes its place, and the next one is not judged against it. */
  private cannotBelieve(fault: Fault, eventId: string | null): false {
    this.pass();
    return this.fail(fault, { streamVersion: this.last.streamVersion, eventId });
  }

  private pass(): void {
    this.last = { isKnown: false, streamVersion: this.last.streamVersion + 1, receipt: null };
    this.arrivals.isKnown = false;
  }

  private remember(receipt: Receipt, isInPlace: boolean): void {
    const { last } = this;
    let isKnown = isInPlace;
    if (!isInPlace && receipt.streamVersion !== last.streamVersion + 1) {
      if (receipt.streamText !== this.text) {
        this.arrivals.isKnown = false; // another stream's: as good as not here
        return;
      }
      if (last.isKnown && receipt.prevHash === last.receipt.hash) return this.pass(); // the next one, under a wrong number
      isKnown = true; // something is missing: the stream goes on from here
    }
    this.last = { isKnown, streamVersion: receipt.streamVersion, receipt };
  }

  /** Key known, issuer allowed, key valid, signature. */
  private async issuer({ receipt, key: known, isSignatureGood }: Readable): Promise<KeyEntry> {
    const { identityId, publicKeyId } = receipt.issuer;
    const holders = this.keys.holdersOf(publicKeyId);
    // An identity's own keys are known to its history, where only the platform signs.
    if (holders.length === 0 && !this.history?.find(publicKeyId)) throw new Fault('key-unknown', 'a key of the histories at hand', publicKeyId);
    const holder = holders.find((history) => history.identityId === identityId);
    this.issuers.check(receipt, holder);
    const entry = holder?.find(publicKeyId);
    if (!entry) throw new Fault('key-not-valid', `a key of ${identityId}`, `${publicKeyId}, which is another issuer's`);
    const { publicKey, order, end } = entry;
    if (order < (this.newest.get(identityId) ?? 0)) throw new Fault('key-not-valid', 'the newest key that this issuer has used in this stream, or a newer one', `${publicKeyId}, which is older`);
    if (end && !trusts(end, this.text, receipt.streamVersion, receipt.hash))
      throw new Fault(end.code, 'a receipt that was listed as trusted when the key ended', `${publicKeyId}, ended: ${end.reason}`);
    await checkSignature(receipt, publicKey, known && isSignatureGood);
    this.newest.set(identityId, order);
    if (this.type === 'identity') this.history = await this.evolve(receipt, 'identity');
    return entry;
  }

  /** The platform's history verifies itself: each key signs its own addition and was named by the one before; all else is signed by the newest. */
  private async keyOfThePlatform({ receipt }: Readable): Promise<null> {
    const { identityId, publicKeyId } = receipt.issuer;
    const before = this.history?.keys ?? [];
    const history = await this.evolve(receipt, 'platform-keys');
    const newest = before.at(-1);
    const added = history.keys.length > before.length ? history.keys.at(-1) : undefined;
    const signing = added ?? newest;
    if (!signing || !history.find(publicKeyId)) throw new Fault('key-unknown', 'a key that the history has added', publicKeyId);
    if (identityId !== 'platform') throw new Fault('issuer-not-allowed', 'platform', identityId);
    const { publicKey } = signing;
    if (publicKeyId !== publicKey.id) throw new Fault('key-not-valid', `the ${added ? 'added' : 'newest'} key ${publicKey.id}`, publicKeyId);
    if (added && newest && newest.next !== publicKey.id) throw new Fault('key-not-valid', `the successor ${newest.next} that the key before it named`, publicKey.id);
    if (added && !newest) this.checkRoot(publicKey.id);
    await checkSignature(receipt, publicKey);
    this.history = history;
    return null;
  }

  private checkRoot(publicKeyId: string): void {
    if (this.trust === null) this.report.addNotChecked('trust-root', `No trust file was given: that the platform's first key is ${publicKeyId} was believed, not checked.`);
    else if (!this.trust.platformKeyIds.has(publicKeyId)) throw new Fault('key-not-valid', 'a first platform key that the trust file names', publicKeyId);
  }

  private async evolve(receipt: Receipt, type: KeyStreamType): Promise<KeyHistory> {
    try {
      return await KeyHistory.evolve(this.history, receipt, type);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw new Fault('malformed', 'a receipt of a key history', error.message);
    }
  }

  /** Verifies a content object that the last receipt names. */
  async content(line: Bytes, lineNumber: number): Promise<void> {
    this.line = lineNumber;
    let eventId: string | null = null;
    try {
      const bytes = this.arrivals.stored(line);
      if (!this.arrivals.isKnown) return; // behind a receipt that cannot be believed nobody can tell
      eventId = this.last.receipt?.eventId ?? null;
      const { contentHash, content } = await this.arrivals.take(bytes);
      if (this.history?.needs(contentHash)) this.history = this.history.withLastTrusted(contentHash, content);
    } catch (error) {
      const fault = error instanceof FormatError ? new Fault('content-mismatch', 'a list of last trusted receipts', error.message) : asFault(error);
      this.fail(fault, { eventId });
    }
  }

  private finishContent(): void {
    this.arrivals.finish({ line: this.lastLine, streamVersion: this.last.streamVersion, eventId: this.last.receipt?.eventId ?? null });
  }

  /**
   * Ends the stream: nothing more will come.
   * @returns The key history as far as its receipts were good, when this was one.
   */
  end(to: number, hash: string): KeyHistory | null {
    this.finishContent();
    this.line = this.lastLine; // what is found at the end stands where the last receipt stands
    this.checkEnd(to, hash);
    this.checkMissingContent();
    this.checkEndedKeysOfThePlatform();
    const { streamVersion, receipt } = this.last;
    // Where receipts are known to be missing, what they would have led to is not missing as well.
    if (streamVersion >= to) for (const unproven of this.unproven.takeBehind(streamVersion)) this.failUnproven(unproven, `version ${streamVersion} is the last here`);
    if (streamVersion >= this.from) this.report.addStream({ stream: this.name, from: this.from, to: streamVersion, hash: receipt?.hash ?? null });
    this.report.erasedContents += this.arrivals.erasedCount;
    return this.history?.keys.length ? this.history : null;
  }

  private checkEnd(to: number, hash: string): void {
    const { streamVersion, receipt, isKnown } = this.last;
    const at = { eventId: receipt?.eventId ?? null };
    if (isKnown && receipt.commit.index + 1 < receipt.commit.count)
      this.fail(new Fault('commit-torn', `${receipt.commit.count} receipts in the last commit`, `${receipt.commit.index + 1}`), at);
    if (streamVersion < to) this.fail(new Fault('truncated', `receipts up to version ${to}`, `${streamVersion} is the last`));
    else if (streamVersion > to) this.fail(new Fault('version-gap', `the end of the stream at version ${to}`, `version ${streamVersion}`), at);
    else if (isKnown && receipt.hash !== hash) this.fail(new Fault('fork', hash, receipt.hash), at);
    const pinned = this.trust?.heads.get(this.text);
    if (!pinned) this.report.addNotChecked('head', 'No head was pinned: a chain alone cannot show that its tail was cut off.');
    else if (streamVersion < pinned.streamVersion && streamVersion >= to) this.fail(new Fault('truncated', `the pinned head at version ${pinned.streamVersion}`, `${streamVersion} is the last`), at);
    this.report.addNotChecked('idempotency-keys', 'That no idempotency key stands in two commits needs every key of a stream; a fold checks it.');
  }

  private checkMissingContent(): void {
    for (const [contentHash, by] of this.arrivals.missing)
      if (this.history?.needs(contentHash)) this.fail(new Fault('content-mismatch', `the list of last trusted receipts ${contentHash}`, 'none'), by);
      else this.report.addNotChecked('content', `The content ${contentHash} that version ${by.streamVersion} of ${this.text} names is not here: perhaps erased since.`);
  }

  // In its own history a key's compromise is known only after the receipts that it signed have passed: judged at the end.
  private checkEndedKeysOfThePlatform(): void {
    if (this.type !== 'platform-keys') return;
    for (const { publicKey, end } of this.history?.keys ?? []) {
      const signed = this.lastSigned.get(publicKey.id);
      if (end && signed && !trusts(end, this.text, signed.receipt.streamVersion, signed.receipt.hash))
        this.fail(new Fault('key-compromised', 'a receipt that was listed as trusted when the key ended', `${publicKey.id}, ended: ${end.reason}`), { ...pick(signed.receipt), line: signed.line });
    }
  }

  private failUnproven({ code, pin, receipt, line }: UnprovenReceipt, found: string): void {
    this.fail(new Fault(code, `a chain that leads to the last trusted receipt, version ${pin.streamVersion} with ${pin.hash}`, found), { ...pick(receipt), line });
  }

  /** Puts a failure into the report, at the line in hand unless it stands elsewhere. */
  fail({ code, expected, found }: Fault, { line = this.line, streamVersion = this.last.streamVersion, eventId = null }: At = {}): false {
    this.report.fail({ code, line, stream: this.name, streamVersion, eventId, expected, found });
    return false;
  }
}

const pick = ({ streamVersion, eventId }: Receipt): At => ({ streamVersion, eventId });
