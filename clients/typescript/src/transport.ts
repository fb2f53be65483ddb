import { PixPaxProblem, PixPaxUnreachable, letGo, mediaTypeOf, notJson, readProblem, retryAfterOf } from './problem.js';
import { DEFAULT_RETRY, isTransient, pauseBefore, type RetryPolicy } from './retry.js';

export interface ClientOptions {
  /** Where the API is, such as `https://pixpax.example`; a path in it is kept. In a browser: the page's own origin unless given. */
  readonly baseUrl?: string | URL;
  /** Gives the access token of each attempt, for `Authorization: Bearer`; without one the browser's session cookie is what signs in. */
  readonly token?: () => string | Promise<string>;
  readonly retry?: Partial<RetryPolicy>;
  /** Another fetch: for tests, or to add what a network asks for. */
  readonly fetch?: typeof fetch;
}

/** What a single call can say besides what it asks for. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface CommandOptions extends CallOptions {
  /** A UUID. One is made when none is given, and is the same for all attempts of the call. */
  readonly idempotencyKey?: string;
  /** The entity tag that the stream must have: see {@link entityTag}. */
  readonly ifMatch?: string;
}

export interface Request {
  readonly method: 'GET' | 'POST';
  /** From the root of the API. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Whether an answer `304` is an answer. */
  readonly mayBeUnchanged?: boolean;
}

/** Sends requests, and again those that are safe to repeat: reads, and commands, which carry their key. */
export class Transport {
  readonly baseUrl: URL;
  private readonly token: ClientOptions['token'];
  readonly policy: RetryPolicy;
  private readonly fetch: typeof fetch;

  constructor(options: ClientOptions) {
    const base = options.baseUrl ?? (globalThis as { location?: { origin?: string } }).location?.origin;
    if (base === undefined) throw new TypeError('baseUrl says where the API is.');
    this.baseUrl = new URL(base);
    if (!this.baseUrl.pathname.endsWith('/')) this.baseUrl.pathname += '/';
    this.token = options.token;
    this.policy = { ...DEFAULT_RETRY, ...options.retry };
    this.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  /**
   * @throws {PixPaxProblem} The API refused.
   * @throws {PixPaxUnreachable} Nothing came back, or not in time.
   */
  async send(request: Request): Promise<Response> {
    const idempotencyKey = request.headers?.['Idempotency-Key'] ?? null;
    const start = performance.now();
    for (let attempts = 1; ; attempts++) {
      request.signal?.throwIfAborted();
      const answer = await this.attempt(request);
      const pause = (retryAfter: number | null): number | null => pauseBefore(this.policy, attempts, performance.now() - start, retryAfter, Math.random());
      let wait: number | null;
      if ('error' in answer) {
        request.signal?.throwIfAborted();
        wait = pause(null);
        if (wait === null) throw new PixPaxUnreachable(idempotencyKey, attempts, answer.error);
      } else {
        const { response } = answer;
        if (response.ok || (request.mayBeUnchanged && response.status === 304)) return response;
        wait = isTransient(response.status) ? pause(retryAfterOf(response, Date.now())) : null;
        if (wait === null) throw new PixPaxProblem(await readProblem(response, Date.now()), idempotencyKey);
        letGo(response);
      }
      await delay(wait, request.signal);
    }
  }

  /** Sends a request and reads its JSON answer: an answer that breaks off is tried again as well. */
  async json<T>(request: Request): Promise<T> {
    return this.read(await this.send(request), request);
  }

  /**
   * The JSON of an answer.
   * @throws {PixPaxProblem} It is none, and so not the API's: `unknown`. A command may have been committed all the same: go on with its key.
   */
  async read<T>(response: Response, { headers }: Request): Promise<T> {
    const problem = notJson(response, headers?.['Idempotency-Key'] ?? null);
    if (!isSmall(response)) {
      letGo(response);
      throw problem;
    }
    try {
      return (await response.json()) as T; // its bytes are here: what fails is their form
    } catch {
      throw problem;
    }
  }

  /** The headers that say who asks. */
  async authorization(): Promise<Record<string, string>> {
    return this.token ? { Authorization: `Bearer ${await this.token()}` } : {};
  }

  private async attempt({ method, path, query, headers, body, signal }: Request): Promise<{ response: Response } | { error: unknown }> {
    const url = new URL(path.replace(/^\//, ''), this.baseUrl);
    for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
    const sent = new Headers(await this.authorization()); // what the caller's own function throws is the caller's
    for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) sent.set(name, value);
    if (body !== undefined) sent.set('Content-Type', 'application/json');
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new DOMException('The attempt took too long.', 'TimeoutError')), this.policy.attemptTimeout);
    const stop = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
    try {
      // Whom to believe was said once: nobody sends the token, or a command, on to another place.
      const init = { method, headers: sent, signal: stop, redirect: 'manual' as const, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const response = await this.fetch(url, init);
      // A small answer, and a problem, belongs to its attempt and its time: one that breaks off is tried again. A file is read as it comes.
      return { response: isSmall(response) ? new Whole(await response.arrayBuffer(), response) : response };
    } catch (error) {
      return { error };
    } finally {
      clearTimeout(timer);
    }
  }
}

const isSmall = (response: Response): boolean => /^application\/(problem\+)?json\b/i.test(mediaTypeOf(response));

/** An answer that has been read to its end. */
class Whole extends Response {
  constructor(body: ArrayBuffer, { status, statusText, headers }: Response) {
    super(status === 204 || status === 304 ? null : body, { status, statusText, headers });
  }
}

/** Waits; rejected with the signal's reason as soon as that says so. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
