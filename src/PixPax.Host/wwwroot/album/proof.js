// What was verified of the book, by whose trust file, and how what is shown compares with it.

import { getBundle, getTrust } from './api.js';
import { shownAgainst } from './shown.js';
import { isSame, keyIdsOf, rememberKey, seenKey } from './trust.js';
import { verify } from './verifier.js';

export class Proof extends EventTarget {
  bundle = null;
  hostTrust = null;
  /** The reader's own: its name and its text. */
  ownTrust = null;
  isWorking = false;
  problem = null;
  result = null;

  constructor(book, receipts) {
    super();
    this.book = book;
    this.receipts = receipts;
  }

  get fileName() {
    const name = (this.book.name ?? '').normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 40).replace(/-$/, '');
    return `${name || 'pixbook'}-${this.book.bookId}.receipts.jsonl`;
  }

  /** Verifies; what it takes is fetched the first time, and never again. */
  verify() {
    return this.doing(async () => {
      this.bundle ??= await getBundle(this.book.bookId);
      await this.judge();
    });
  }

  /** Takes the reader's own trust file, or goes back to the host's. A run that is under way ends with it. */
  useTrust(ownTrust) {
    this.ownTrust = ownTrust;
    if (!this.bundle || this.isWorking) return this.changed();
    return this.verify();
  }

  /** The bytes that were verified, or will be. */
  async export() {
    this.bundle ??= await getBundle(this.book.bookId);
    return new Blob([this.bundle], { type: 'application/jsonl' });
  }

  acceptKey() {
    rememberKey(this.result?.key.ids ?? []);
    return this.verify();
  }

  /** Judges by one trust file from beginning to end. Where the reader chose another meanwhile, this verdict is nobody's: again. */
  async judge() {
    const own = this.ownTrust;
    const [judged] = await Promise.allSettled([this.judgeBy(own)]);
    if (own !== this.ownTrust) return this.judge();
    if (judged.status === 'rejected') throw judged.reason;
    this.conclude(own, judged.value);
  }

  async judgeBy(own) {
    if (!own) this.hostTrust ??= await getTrust();
    return verify(this.bundle, own?.text ?? this.hostTrust, 'the bundle');
  }

  conclude(own, { report, receipts }) {
    const proven = receipts.filter(({ stream, text }) => this.isOfBook(stream) && text !== null)
      .map(({ text, isGood }) => ({ text, isGood, json: JSON.parse(text) }));
    for (const receipt of proven) if (receipt.isGood && receipt.json.streamVersion <= this.receipts.head) this.receipts.add(receipt);
    const shown = shownAgainst(this.book, proven, report);
    const key = this.judgeKey(own, report.isGood && shown.isSame);
    this.result = { report, key, shown, proven: new Map(proven.map((receipt) => [receipt.json.streamVersion, receipt])) };
  }

  /** How the host's first key compares with the one that this browser saw before. Not asked of the reader's own file. */
  judgeKey(own, isGood) {
    if (own) return { kind: 'own', name: own.name };
    const ids = keyIdsOf(this.hostTrust);
    const seen = seenKey();
    if (seen) return isSame(seen.ids, ids) ? { kind: 'same', ids, since: seen.since } : { kind: 'changed', ids, seen };
    // A key is remembered for what it signed; where that is not good, there is nothing to remember it for.
    if (isGood) rememberKey(ids);
    return { kind: isGood ? 'first' : 'unknown', ids };
  }

  /** `good`, `partly` or `bad`; null before anything was verified. */
  get kind() {
    if (!this.result) return null;
    const { report, key, shown } = this.result;
    if (!report.isGood || !shown.isSame) return 'bad';
    return report.isComplete && key.kind !== 'changed' ? 'good' : 'partly';
  }

  /** What was found of one receipt; null before anything was verified. */
  verdictOf(version) {
    if (!this.result) return null;
    const { report, key, proven, shown: found } = this.result;
    const failures = report.failures.filter((failure) => this.isOfBook(failure.stream) && failure.streamVersion === version);
    const receipt = proven.get(version);
    if (failures.length > 0 || receipt?.isGood === false) return { kind: 'bad', word: failures[0]?.code ?? 'not good', failures };
    if (!receipt) return { kind: 'partly', word: 'not in the bundle', failures };
    const shown = this.receipts.known.get(version);
    if (shown && shown.text !== receipt.text) return { kind: 'bad', word: 'not the one in the bundle', failures };
    const isVerified = report.isComplete && key.kind !== 'changed' && found.isWhole && !this.isBrokenBefore(version);
    return isVerified ? { kind: 'good', word: 'verified', failures } : { kind: 'partly', word: 'fits', failures };
  }

  /** Where the keys are not good, nothing is that they signed; and a chain holds what comes behind only as far as it is whole. */
  isBrokenBefore(version) {
    const { failures, failureCount } = this.result.report;
    return failureCount > failures.length || failures.some(({ stream, streamVersion }) => !this.isOfBook(stream) || streamVersion === null || streamVersion < version);
  }

  isOfBook(stream) {
    return stream?.type === 'pixbook' && stream.bookId === this.book.bookId;
  }

  async doing(work) {
    if (this.isWorking) return;
    Object.assign(this, { isWorking: true, problem: null, result: null });
    this.changed();
    try {
      await work();
    } catch (error) {
      this.problem = error.message;
    }
    this.isWorking = false;
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event('change'));
  }
}
