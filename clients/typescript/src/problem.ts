import type { ProblemCode } from './generated/codes.js';

/** One place of a request that is wrong: in the body by a JSON Pointer, in the query or a header by its name. */
export interface ProblemPlace {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly detail: string;
}

/** A problem as the API tells it (RFC 9457), or what can be told of an answer that is none. */
export interface ProblemDetails {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** For programs: never changes its meaning. `unknown` when the answer was no problem of the API, such as a proxy's. */
  readonly code: ProblemCode | 'unknown' | (string & {});
  readonly requestId: string | null;
  readonly traceId: string | null;
  readonly errors: readonly ProblemPlace[];
  /** Of `version-conflict` and `version-not-reached`: where the stream is. */
  readonly currentVersion: number | null;
  /** In milliseconds; null when the answer did not say. */
  readonly retryAfter: number | null;
}

/** The API refused a request. Look at {@link code}. */
export class PixPaxProblem extends Error implements ProblemDetails {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly code: ProblemDetails['code'];
  readonly requestId: string | null;
  readonly traceId: string | null;
  readonly errors: readonly ProblemPlace[];
  readonly currentVersion: number | null;
  readonly retryAfter: number | null;
  /** The key of the command, to go on with when its outcome is unknown; null of a read. */
  readonly idempotencyKey: string | null;

  constructor(details: ProblemDetails, idempotencyKey: string | null) {
    super(`${details.status} ${details.code}: ${details.detail}`);
    this.name = 'PixPaxProblem';
    this.status = details.status;
    this.title = details.title;
    this.detail = details.detail;
    this.code = details.code;
    this.requestId = details.requestId;
    this.traceId = details.traceId;
    this.errors = details.errors;
    this.currentVersion = details.currentVersion;
    this.retryAfter = details.retryAfter;
    this.idempotencyKey = idempotencyKey;
  }

  /** Whether it is the problem of this code. */
  is(code: ProblemCode): boolean {
    return this.code === code;
  }
}

/** Nothing came back, or not in time. A command may have been committed: go on with its key. */
export class PixPaxUnreachable extends Error {
  constructor(readonly idempotencyKey: string | null, readonly attempts: number, cause: unknown) {
    super(`The API did not answer (${attempts} ${attempts === 1 ? 'attempt' : 'attempts'})${idempotencyKey === null ? '' : `; the command with the key ${idempotencyKey} may have been committed`}.`, { cause });
    this.name = 'PixPaxUnreachable';
  }
}

/** Reads what an answer that is no success says. */
export async function readProblem(response: Response, now: number): Promise<ProblemDetails> {
  const body = await readObject(response);
  const text = (name: string): string | null => (typeof body[name] === 'string' ? (body[name] as string) : null);
  return {
    status: response.status,
    title: text('title') ?? response.statusText,
    detail: text('detail') ?? `The answer is no problem of the API: ${mediaTypeOf(response) || 'no media type'}.`,
    code: text('code') ?? 'unknown',
    requestId: text('requestId') ?? response.headers.get('x-request-id'),
    traceId: text('traceId'),
    errors: Array.isArray(body['errors']) ? (body['errors'] as ProblemPlace[]) : [],
    currentVersion: typeof body['currentVersion'] === 'number' ? body['currentVersion'] : null,
    retryAfter: retryAfterOf(response, now),
  };
}

/** The problem of an answer that says yes and is not what was asked for: a proxy's page, a sign-in portal's. */
export function notJson(response: Response, idempotencyKey: string | null): PixPaxProblem {
  const detail = `The answer is no JSON of the API: ${mediaTypeOf(response) || 'no media type'}.`;
  const requestId = response.headers.get('x-request-id');
  const nothing = { traceId: null, errors: [], currentVersion: null, retryAfter: null };
  return new PixPaxProblem({ status: response.status, title: response.statusText, detail, code: 'unknown', requestId, ...nothing }, idempotencyKey);
}

export const mediaTypeOf = (response: Response): string => response.headers.get('content-type') ?? '';

/** Lets go of a body that nobody will read. It is not waited for: one that hangs or has failed is as good. */
export function letGo(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}

async function readObject(response: Response): Promise<Record<string, unknown>> {
  // What is no problem of the API is not waited for, however long it is.
  if (!/^application\/problem\+json\b/i.test(mediaTypeOf(response))) {
    letGo(response);
    return {};
  }
  try {
    const body: unknown = JSON.parse(await response.text());
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** `Retry-After` (RFC 9110, 10.2.3) in milliseconds: seconds, or a date. */
export function retryAfterOf(response: Response, now: number): number | null {
  const value = response.headers.get('retry-after');
  if (value === null) return null;
  if (/^[0-9]{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

