/** How many lines are begun before they are judged, and how many bytes of them: enough to keep cores busy, few enough to hold. */
const MAX_ITEMS = 64;
const MAX_BYTES = 1024 * 1024;

/** Begins the work on items a few ahead of their use. What the source throws is thrown behind the items before it. */
export async function* ahead<T>(source: AsyncIterable<Uint8Array>, begin: (line: Uint8Array<ArrayBuffer>) => T): AsyncGenerator<T> {
  const lines = source[Symbol.asyncIterator]();
  const begun: { item: T; bytes: number }[] = [];
  let bytes = 0;
  let isAtEnd = false;
  let problem: { error: unknown } | null = null;
  try {
    for (;;) {
      while (!isAtEnd && begun.length < MAX_ITEMS && bytes < MAX_BYTES) {
        try {
          const next = await lines.next();
          isAtEnd = next.done === true;
          if (next.done) break;
          begun.push({ item: begin(next.value as Uint8Array<ArrayBuffer>), bytes: next.value.length });
          bytes += next.value.length;
        } catch (error) {
          isAtEnd = true;
          problem = { error };
        }
      }
      const first = begun.shift();
      if (first === undefined) break;
      bytes -= first.bytes;
      yield first.item;
    }
  } finally {
    await lines.return?.();
  }
  if (problem) throw problem.error;
}
