import type { Schemas } from './index.js';
import { PixPaxProblem } from './problem.js';
import { pauseBefore } from './retry.js';
import { Lost, eventsOf, type ServerSentEvent } from './sse.js';
import { delay, type CallOptions, type Transport } from './transport.js';

/** A receipt that was followed. */
export interface Followed {
  readonly receipt: Schemas['Receipt'];
  /** The bytes as they are stored, as text: what is hashed and signed. */
  readonly text: string;
  /** The place right after it: where to go on, also in another process. */
  readonly position: string;
}

export interface FollowOptions extends CallOptions {
  /** Where to go on: the `position` of what was followed last, or the version of a stream. From the start unless given. */
  readonly after?: string | number;
  /** Whether to go on when everything that there is has been given; true unless given. */
  readonly live?: boolean;
  /** How long the host may say nothing before the connection counts as lost, in milliseconds. It says something every 30 s. */
  readonly silence?: number;
}

const PATH = '/v1/subscriptions/events';

/**
 * Receipts as they come: each once, those of one stream in their order. A connection that is lost is made anew, with the position, for as
 * long as it takes; only the first one may fail for want of an answer. Ends when the caller stops asking, or gives up.
 */
export class Subscriptions {
  constructor(private readonly transport: Transport) {}

  /** The receipts of one stream, such as `pixbook/01J…`. */
  stream(stream: string, options: FollowOptions = {}): AsyncGenerator<Followed, void, undefined> {
    return this.follow({ stream }, options);
  }

  /** The receipts of all streams of an account, those too that are yet to come. Between streams there is no order. */
  account(account: string, options: FollowOptions = {}): AsyncGenerator<Followed, void, undefined> {
    return this.follow({ account }, options);
  }

  private async *follow(target: Record<string, string>, { after, live = true, silence = 75_000, signal }: FollowOptions): AsyncGenerator<Followed, void, undefined> {
    let position = after === undefined ? undefined : String(after);
    const seen = new Map<string, number>();
    const policy = { ...this.transport.policy, maxAttempts: Infinity, totalTimeout: Infinity };
    let fruitless = 0; // connections in a row that gave nothing
    for (let isAgain = false; ; isAgain = true) {
      let wait: number | null = null;
      let why: string | null = null;
      fruitless++;
      try {
        for await (const event of this.connect({ ...target, after: position, live: String(live) }, isAgain, silence, signal)) {
          if (event.name === 'receipt' || event.name === 'caught-up') {
            position = event.id ?? position;
            fruitless = 0;
          }
          if (event.name === 'receipt') {
            const receipt = JSON.parse(event.data) as Schemas['Receipt'];
            if (isNew(seen, receipt)) yield { receipt, text: event.data, position: position ?? '' };
          } else if (event.name === 'caught-up' && !live) return;
          else if (event.name === 'draining') wait = number(event.data, 'reconnectAfterMs');
          else if (event.name === 'ended') [wait, why] = [number(event.data, 'retryAfterMs'), event.data];
        }
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
      }
      // Why it ended is told again, as a refusal, if it still holds: the next connection will say.
      if (why !== null && fruitless >= this.transport.policy.maxAttempts) throw ended(why);
      await delay(pauseBefore(policy, 1 + Math.min(fruitless, 20), 0, wait, Math.random()) ?? 0, signal);
    }
  }

  /** One connection; ends when the host closes it. */
  private async *connect(query: Record<string, string | undefined>, isAgain: boolean, silence: number, signal: AbortSignal | undefined): AsyncGenerator<ServerSentEvent> {
    const response = await this.open(query, isAgain, signal);
    yield* eventsOf(response, silence, signal);
  }

  private async open(query: Record<string, string | undefined>, isAgain: boolean, signal: AbortSignal | undefined): Promise<Response> {
    const request = { method: 'GET' as const, path: PATH, query, headers: { Accept: 'text/event-stream' }, signal };
    for (;;) {
      try {
        return await this.transport.send(request);
      } catch (error) {
        signal?.throwIfAborted();
        // A host that was there once comes back.
        if (!isAgain || (error instanceof PixPaxProblem && error.status < 500 && error.status !== 429 && error.status !== 408)) throw error;
        await delay(this.transport.policy.maxPause, signal);
      }
    }
  }
}

/** Whether the receipt was not given yet: a new connection may begin before the place where the last one ended, never behind it. */
function isNew(seen: Map<string, number>, { stream, streamVersion }: Schemas['Receipt']): boolean {
  const name = JSON.stringify(stream);
  const last = seen.get(name);
  if (last !== undefined && streamVersion <= last) return false;
  if (last !== undefined && streamVersion > last + 1) throw new Error(`Version ${last + 1} of ${name} was left out.`);
  seen.set(name, streamVersion);
  return true;
}

function number(data: string, member: string): number | null {
  const value = (JSON.parse(data) as Record<string, unknown>)[member];
  return typeof value === 'number' ? value : null;
}

function ended(data: string): PixPaxProblem {
  const { code, detail } = JSON.parse(data) as { code: string; detail?: string };
  const nothing = { requestId: null, traceId: null, errors: [], currentVersion: null, retryAfter: null };
  return new PixPaxProblem({ status: 200, title: 'Subscription ended', detail: detail ?? code, code, ...nothing }, null);
}
