import { contentReferences, parseContent, type ContentReference } from './content.js';
import { sha256 } from './crypto.js';
import { Fault } from './fault.js';
import { encode, type Bytes, type Json } from './json.js';
import type { Receipt } from './receipt.js';

const MAX_LISTED = 3;

/** Where the receipt stands that named content. */
export interface NamedBy {
  readonly line: number | null;
  readonly streamVersion: number;
  readonly eventId: string | null;
}

/** The content that receipts of one stream name, and what has come of it. */
export class Arrivals {
  /** Whether the last receipt can be believed about the content that it names. */
  isKnown = true;
  erasedCount = 0;
  private expected: ContentReference[] = [];
  private readonly erased = new Set<string>();
  /** What has not come, and who named it. */
  readonly missing = new Map<string, NamedBy>();

  /** @param isNeeded Whether content is a list of last trusted receipts, which is never erased. */
  constructor(private readonly suffix: string, private readonly isNeeded: (contentHash: string) => boolean) {}

  /** What a receipt names is to follow it. */
  expect(receipt: Receipt): void {
    this.expected = contentReferences(receipt.payload);
    const erased = receipt.type === 'CONTENT_ERASED' ? receipt.payload.get('contentHash') : undefined;
    if (typeof erased !== 'string') return;
    this.erased.add(erased);
    if (!this.isNeeded(erased) && this.missing.delete(erased)) this.erasedCount++;
  }

  /** The next receipt, or the end, has come: what has not followed yet will not. */
  finish(by: NamedBy): void {
    for (const { contentHash } of this.expected)
      if (this.erased.has(contentHash) && !this.isNeeded(contentHash)) this.erasedCount++;
      else this.missing.set(contentHash, by);
    this.expected = [];
    this.isKnown = true;
  }

  /**
   * The stored bytes of a content object: the line without its last member, which is the name of the stream.
   * @throws {Fault} `stream-mismatch`: it has the name of another, or none.
   */
  stored(line: Bytes): Bytes {
    const suffix = encode(this.suffix);
    const at = line.length - suffix.length;
    if (at < 0 || !suffix.every((byte, i) => byte === line[at + i])) throw new Fault('stream-mismatch', `content of this stream`, 'content of another stream, or none');
    const bytes = new Uint8Array(line.subarray(0, at + 1)); // a copy; slice() of Node's buffers is none
    bytes[at] = 0x7d; // }
    return bytes;
  }

  /**
   * Takes in content that the last receipt names.
   * @throws {Fault} `content-mismatch`.
   */
  async take(bytes: Bytes): Promise<{ contentHash: string; content: Json }> {
    const contentHash = await sha256(bytes);
    const index = this.expected.findIndex((reference) => reference.contentHash === contentHash && reference.bytes === bytes.length);
    if (index < 0) {
      const listed = this.listed();
      this.expected.shift(); // said once: what was expected here is not also missing
      throw new Fault('content-mismatch', listed, `${contentHash} of ${bytes.length} bytes`);
    }
    this.expected.splice(index, 1);
    return { contentHash, content: parseContent(bytes) };
  }

  // A receipt can name a thousand, and each line behind it can be none of them: not all are listed each time.
  private listed(): string {
    const { length } = this.expected;
    if (length === 0) return 'no content: no receipt before it names any';
    const first = this.expected.slice(0, MAX_LISTED).map(({ contentHash, bytes }) => `${contentHash} of ${bytes} bytes`).join(' or ');
    return length > MAX_LISTED ? `${first} or one of ${length - MAX_LISTED} more` : first;
  }
}
