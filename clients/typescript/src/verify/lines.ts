import { encode, type Bytes } from './json.js';

/** A file, as bytes or text, or as what gives its bytes bit by bit. */
export type FileSource = Uint8Array | string | Blob | Response | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** The greatest length of a line, in bytes: the first line of a bundle names every stream of the file. */
const MAX_LINE = 64 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** Says why a file has no more lines. */
export class LineFault extends Error {
  constructor(readonly line: number, message: string) {
    super(message);
    this.name = 'LineFault';
  }
}

/**
 * The lines of a file without their line feeds, in memory that is bounded by the longest line.
 * @throws {LineFault} A line is too long, or the last one does not end in a line feed.
 */
export async function* linesOf(source: FileSource, signal?: AbortSignal): AsyncGenerator<Bytes> {
  let begun: Uint8Array[] = []; // the parts of a line whose end has not come
  let length = 0;
  let number = 1;
  for await (const chunk of chunksOf(source, signal)) {
    signal?.throwIfAborted();
    let start = 0;
    for (let end; (end = chunk.indexOf(LINE_FEED, start)) >= 0; start = end + 1) {
      yield joined(begun, chunk.subarray(start, end), length);
      begun = [];
      signal?.throwIfAborted();
      length = 0;
      number++;
    }
    if (start < chunk.length) begun.push(new Uint8Array(chunk.subarray(start)));
    length += chunk.length - start;
    if (length > MAX_LINE) throw new LineFault(number, `a line of more than ${MAX_LINE} bytes`);
  }
  signal?.throwIfAborted(); // a stream that was let go of ends like one that is complete
  if (length > 0) throw new LineFault(number, 'the last line does not end in a line feed: the file was cut off');
}

// WebCrypto takes no bytes of shared memory: what may be such is copied, the rest is looked at where it is.
function joined(begun: readonly Uint8Array[], last: Uint8Array, length: number): Bytes {
  if (begun.length === 0) return last.buffer instanceof ArrayBuffer ? (last as Bytes) : new Uint8Array(last);
  const line = new Uint8Array(length + last.length);
  let at = 0;
  for (const part of [...begun, last]) {
    line.set(part, at);
    at += part.length;
  }
  return line;
}

async function* chunksOf(source: FileSource, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  if (typeof source === 'string') yield encode(source);
  else if (source instanceof Uint8Array) yield source;
  else if (source instanceof Blob) yield* streamed(source.stream(), signal);
  else if (source instanceof Response) yield* streamed(source.body ?? new Blob([]).stream(), signal);
  else if ('getReader' in source) yield* streamed(source, signal);
  else yield* source;
}

// Not every browser iterates over a stream by itself.
async function* streamed(stream: ReadableStream<Uint8Array>, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  // Nothing may come for long: whoever gives up does not wait for it.
  const stop = (): void => void reader.cancel(signal!.reason).catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });
  let isDone = false;
  try {
    signal?.throwIfAborted();
    for (;;) {
      const { done, value } = await reader.read();
      isDone = done;
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    if (!isDone) await reader.cancel().catch(() => undefined);
  }
}
