import type { JudgedReceipt } from './bundle.js';
import type { Report } from './report.js';

/**
 * What a bundle was asked for: a book from its first receipt on, or a receipt. Whoever hands out bundles may hand out another genuine one, one
 * of nothing but keys, or the end of a book; each breaks no rule, and none is what was asked for.
 */
export type BundleSubject = { readonly bookId: string } | { readonly eventId: string };

/** Looks whether what was asked for came. */
export class SubjectWatch {
  private hasReceipt = false;

  constructor(private readonly subject: BundleSubject) {}

  see({ eventId, isGood }: JudgedReceipt): void {
    if (isGood && 'eventId' in this.subject && eventId === this.subject.eventId) this.hasReceipt = true;
  }

  /** Makes a failure of what did not come. */
  end(report: Report): void {
    const { subject } = this;
    const isBook = 'bookId' in subject;
    if (isBook ? report.hasWhole('pixbook', 'bookId', subject.bookId) : this.hasReceipt) return;
    const expected = isBook ? `the book ${subject.bookId}, from its first receipt on` : `the receipt ${subject.eventId}, and good`;
    report.fail({ code: 'stream-mismatch', line: null, stream: null, streamVersion: null, eventId: isBook ? null : subject.eventId, expected, found: 'a bundle without it' });
  }
}
