/** One server-sent event (HTML Standard, section 9.2). */
export interface ServerSentEvent {
  readonly name: string;
  readonly data: string;
  /** Of this event itself; null when it has none. */
  readonly id: string | null;
}

/**
 * The events of an answer, as they come.
 * @param silence How long nothing may come, in milliseconds.
 * @throws {Lost} The connection broke off, or nothing came for too long.
 */
export async function* eventsOf(response: Response, silence: number, signal?: AbortSignal): AsyncGenerator<ServerSentEvent> {
  let event = begin();
  for await (const line of linesOf(response, silence, signal)) {
    if (line === '') {
      if (event.data.length > 0) yield { name: event.name, data: event.data.join('\n'), id: event.id };
      event = begin();
      continue;
    }
    const colon = line.indexOf(':');
    const [field, rest] = colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1)];
    const value = rest.startsWith(' ') ? rest.slice(1) : rest;
    if (field === 'data') event.data.push(value);
    else if (field === 'event') event.name = value;
    else if (field === 'id') event.id = value;
  }
}

const begin = (): { name: string; data: string[]; id: string | null } => ({ name: 'message', data: [], id: null });

async function* linesOf(response: Response, silence: number, signal?: AbortSignal): AsyncGenerator<string> {
  const reader = (response.body ?? new Blob([]).stream()).pipeThrough(new TextDecoderStream()).getReader();
  const timeLeft = (): Promise<never> => new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`Nothing came for ${silence} ms.`)), silence)));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let begun = '';
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), timeLeft()]).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw new Lost(error);
      });
      clearTimeout(timer);
      if (done) return;
      const lines = (begun + value).split(/\r\n|\n|\r(?!$)/);
      begun = lines.pop()!;
      yield* lines;
    }
  } finally {
    clearTimeout(timer);
    await reader.cancel().catch(() => undefined);
  }
}

/** A connection that broke off, or has said nothing for too long. */
export class Lost extends Error {
  constructor(cause: unknown) {
    super('The connection was lost.', { cause });
    this.name = 'Lost';
  }
}
