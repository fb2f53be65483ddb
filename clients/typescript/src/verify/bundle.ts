import { ahead } from './ahead.js';
import { streamName, type StreamName } from './forms.js';
import { parseHeader, type BundlePart } from './header.js';
import { encode, type Bytes } from './json.js';
import { KeyRing } from './keys.js';
import { LineFault, linesOf, type FileSource } from './lines.js';
import { readReceipt, type Reading } from './reading.js';
import { Report, type VerificationReport } from './report.js';
import { StreamVerifier } from './stream.js';
import { FormatError } from './strict.js';
import { SubjectWatch, type BundleSubject } from './subject.js';
import type { TrustFile } from './trust.js';

/** A receipt that was judged, in the order of the file. */
export interface JudgedReceipt {
  /** From 1. */
  readonly line: number;
  /** The stream around it, by the header. */
  readonly stream: StreamName;
  /** The receipt as it stands in the file; null when it cannot be read. */
  readonly text: string | null;
  /** Null when it cannot be read. */
  readonly eventId: string | null;
  /** Whether it broke no rule so far. The end of a stream may tell more: look for its line among the report's failures. */
  readonly isGood: boolean;
}

export interface VerifyOptions {
  /**
   * What to trust. It comes with the application or from its user, never with the receipts. Null leaves the trust root and the issuer
   * policy unchecked, and the report says so.
   */
  readonly trust: TrustFile | null;
  /** What the bundle was asked for: one that is without it is not good. Any bundle will do unless given. */
  readonly subject?: BundleSubject;
  /** The file's name, for the report. */
  readonly name?: string;
  /** Told of each receipt when it has been judged. */
  readonly onReceipt?: (receipt: JudgedReceipt) => void;
  /** Stops; the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
}

type Line = { readonly isContent: true; readonly bytes: Bytes } | { readonly isContent: false; readonly bytes: Bytes; readonly reading: Reading };

/**
 * Verifies a bundle, offline, in one pass and bounded memory: every receipt, every chain, every signature.
 *
 * The verdict is data; a file that is no bundle at all is a verdict too. Rejected is the promise only when the source fails, when it is
 * stopped, or where there is no WebCrypto.
 */
export async function verifyBundle(bundle: FileSource, { trust, subject, name = 'bundle', onReceipt, signal }: VerifyOptions): Promise<VerificationReport> {
  const watch = subject && new SubjectWatch(subject);
  const verifier = new BundleVerifier(trust, name, (receipt) => {
    watch?.see(receipt);
    onReceipt?.(receipt);
  });
  await verifier.read(bundle, signal);
  watch?.end(verifier.report);
  return verifier.report.finish();
}

const CONTENT = encode('{"content":');
const isContent = (line: Bytes): boolean => CONTENT.every((byte, i) => line[i] === byte);

class BundleVerifier {
  readonly report: Report;
  private readonly keys = new KeyRing();
  private parts: readonly BundlePart[] = [];
  private next = 0;
  private current: StreamVerifier | null = null;

  constructor(private readonly trust: TrustFile | null, name: string, private readonly onReceipt: NonNullable<VerifyOptions['onReceipt']>) {
    this.report = new Report(name);
  }

  async read(bundle: FileSource, signal: AbortSignal | undefined): Promise<void> {
    const lines = linesOf(bundle, signal);
    try {
      const first = await lines.next();
      this.parts = parseHeader(first.done ? new Uint8Array() : first.value);
    } catch (error) {
      await lines.return(undefined);
      return this.noBundle(1, reason(error));
    }
    let number = 1;
    try {
      for await (const line of ahead(lines, (bytes) => this.begin(bytes))) {
        signal?.throwIfAborted(); // lines that were read ahead are not judged
        if (!(await this.line(line, ++number))) break;
      }
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      this.noBundle(error.line, error.message);
    }
    this.completeStream();
    // Streams that the header promises and that never came.
    while (this.next < this.parts.length) {
      this.beginStream();
      this.completeStream();
    }
  }

  private begin(bytes: Bytes): Line {
    return isContent(bytes) ? { isContent: true, bytes } : { isContent: false, bytes, reading: readReceipt(bytes, (id) => this.keys.find(id)) };
  }

  /** @returns Whether to go on. */
  private async line(line: Line, number: number): Promise<boolean> {
    if (line.isContent) {
      if (this.current) await this.current.content(line.bytes, number);
      else this.noBundle(number, 'content before any receipt');
      return true;
    }
    while (!this.current || this.isBehind(line.bytes, line.reading)) {
      this.completeStream();
      if (this.next === this.parts.length) {
        this.noBundle(number, 'a line behind the last stream that the header names');
        return false;
      }
      this.beginStream();
    }
    const isGood = await this.current.verify(line.reading, number);
    const { stream } = this.parts[this.next - 1]!;
    const receipt = line.reading.fault ? null : line.reading.receipt;
    this.onReceipt({ line: number, stream: streamName(stream), text: receipt?.text ?? null, eventId: receipt?.eventId ?? null, isGood });
    return true;
  }

  /** Whether this receipt is of a stream that comes later: the current one is complete, or the rest of it is missing. */
  private isBehind(bytes: Bytes, reading: Reading): boolean {
    const { text } = this.current!;
    const shown = reading.fault ? mentionedStream(bytes, text) : reading.receipt.streamText === text;
    if (shown) return false;
    if (this.current!.lastVersion >= this.parts[this.next - 1]!.to) return true;
    return reading.fault === null && this.parts.some((part, i) => i >= this.next && part.text === reading.receipt.streamText);
  }

  private beginStream(): void {
    const { stream, from } = this.parts[this.next++]!;
    this.current = new StreamVerifier(stream, from, this.trust, this.keys, this.report);
  }

  private completeStream(): void {
    const { current } = this;
    if (!current) return;
    this.current = null;
    const { to, hash, stream } = this.parts[this.next - 1]!;
    const history = current.end(to, hash);
    if (!history) return;
    const { identityId, version } = history;
    if (!this.keys.tryAdd(history))
      return this.report.fail({ code: 'key-not-valid', line: null, stream: streamName(stream), streamVersion: version, eventId: null, expected: `one key history of ${identityId}`, found: 'a second one' });
    this.report.addKeyHistory({ identityId, version, hash: history.hash });
    this.report.addNotChecked('key-history-head', 'Keys were judged by the key histories as of the versions listed; nothing later was known.');
  }

  private noBundle(line: number, found: string): void {
    this.report.fail({ code: 'malformed', line, stream: null, streamVersion: null, eventId: null, expected: 'a bundle (concord-bundle, version 1)', found });
  }
}

function reason(error: unknown): string {
  if (error instanceof FormatError || error instanceof LineFault) return error.message;
  throw error;
}

/** Whether the last mention of a stream in a line that cannot be read is of the one named: in canonical order it is the receipt's own. */
function mentionedStream(line: Bytes, name: string): boolean {
  const shown = new TextDecoder('latin1').decode(line);
  const at = shown.lastIndexOf('"stream":');
  return at >= 0 && shown.startsWith(name, at + '"stream":'.length);
}

