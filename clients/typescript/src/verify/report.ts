import type { FailureCode } from './fault.js';
import type { StreamName } from './forms.js';

/** One broken rule: where, which, what was expected and what was found. */
export interface VerificationFailure {
  readonly code: FailureCode;
  /** The file and the line, such as `book.receipts.jsonl:4`. */
  readonly location: string;
  /** From 1; null where there is none: a stream that never came. */
  readonly line: number | null;
  /** Null where it could not be read. */
  readonly stream: StreamName | null;
  /** The receipt's place, as it should be. */
  readonly streamVersion: number | null;
  readonly eventId: string | null;
  readonly expected: string;
  readonly found: string;
}

/** What a verification could not or did not check. The names are stable. */
export type NotCheckedName =
  | 'trust-root'
  | 'issuer-policy'
  | 'signatures'
  | 'content'
  | 'predecessors'
  | 'head'
  | 'key-history-head'
  | 'idempotency-keys';

/** Something that was not checked, and what would let it be. */
export interface NotChecked {
  readonly name: NotCheckedName;
  readonly detail: string;
}

/** What was verified of one stream. */
export interface StreamVerdict {
  readonly stream: StreamName;
  readonly from: number;
  readonly to: number;
  /** Of the last receipt; null when that one cannot be believed. */
  readonly hash: string | null;
}

/** The version of a key history that signatures were judged by: nothing later was known. */
export interface KeyHistoryVerdict {
  readonly identityId: string;
  readonly version: number;
  readonly hash: string;
}

/** A verdict as data: what broke, what was verified, by which key histories, and what was not checked. */
export interface VerificationReport {
  /** Whether no rule was broken. Look at {@link isComplete} and {@link notChecked} too. */
  readonly isGood: boolean;
  /** Whether nothing was left unchecked for want of something that the caller could have supplied. */
  readonly isComplete: boolean;
  /** The first hundred failures, in the order of reading. */
  readonly failures: readonly VerificationFailure[];
  readonly failureCount: number;
  readonly notChecked: readonly NotChecked[];
  readonly streams: readonly StreamVerdict[];
  readonly keyHistories: readonly KeyHistoryVerdict[];
  /** The number of receipts read. */
  readonly receipts: number;
  /** The number of content objects that are gone because a receipt says that they were erased. */
  readonly erasedContents: number;
}

export const MAX_FAILURES = 100;

const FOR_WANT_OF_INPUT: ReadonlySet<NotCheckedName> = new Set(['trust-root', 'issuer-policy', 'signatures', 'content']);

/** A report that is being written. */
export class Report {
  private readonly failures: VerificationFailure[] = [];
  private readonly notChecked: NotChecked[] = [];
  private readonly streams: StreamVerdict[] = [];
  private readonly keyHistories: KeyHistoryVerdict[] = [];
  failureCount = 0;
  private isComplete = true;
  receipts = 0;
  erasedContents = 0;

  constructor(private readonly name: string) {}

  fail(failure: Omit<VerificationFailure, 'location'>): void {
    this.failureCount++;
    if (this.failures.length < MAX_FAILURES) this.failures.push({ ...failure, location: failure.line === null ? this.name : `${this.name}:${failure.line}` });
  }

  addNotChecked(name: NotCheckedName, detail: string): void {
    // Before the bound: whoever makes a long list of what was not checked must not make it whole by that.
    if (FOR_WANT_OF_INPUT.has(name)) this.isComplete = false;
    // The same reason for a thousand streams is one reason.
    if (this.notChecked.length < MAX_FAILURES && !this.notChecked.some((item) => item.name === name && item.detail === detail)) this.notChecked.push({ name, detail });
  }

  addStream(stream: StreamVerdict): void {
    this.streams.push(stream);
  }

  /** Whether a stream of this type and id was verified from its first receipt on. */
  hasWhole(type: string, name: string, id: string): boolean {
    return this.streams.some(({ stream, from }) => from === 1 && stream.type === type && stream[name] === id);
  }

  addKeyHistory(history: KeyHistoryVerdict): void {
    this.keyHistories.push(history);
  }

  finish(): VerificationReport {
    const { failures, failureCount, isComplete, notChecked, streams, keyHistories, receipts, erasedContents } = this;
    return { isGood: failureCount === 0, isComplete, failures, failureCount, notChecked, streams, keyHistories, receipts, erasedContents };
  }
}
