/** How often, and how long, a request that is safe to repeat is tried. Times in milliseconds. */
export interface RetryPolicy {
  /** Attempts in all; 1 for none again. */
  readonly maxAttempts: number;
  /** The bound of the first pause; it doubles with each. */
  readonly firstPause: number;
  /** The greatest bound of a pause. What the API asks for comes on top. */
  readonly maxPause: number;
  /** An attempt that has no answer by then is given up. */
  readonly attemptTimeout: number;
  /** No pause goes beyond this, from the first attempt on. */
  readonly totalTimeout: number;
}

export const DEFAULT_RETRY: RetryPolicy = { maxAttempts: 5, firstPause: 200, maxPause: 5_000, attemptTimeout: 30_000, totalTimeout: 60_000 };

const AGAIN: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Whether the same request may have another answer later. */
export const isTransient = (status: number): boolean => AGAIN.has(status);

/**
 * How long to wait before the next attempt; null to give up.
 * @param attempts Attempts so far, at least one.
 * @param elapsed Since the first began.
 * @param retryAfter What the API asks for, or null.
 * @param random From 0 to 1: clients that failed together must not come back together (full jitter).
 */
export function pauseBefore({ maxAttempts, firstPause, maxPause, totalTimeout }: RetryPolicy, attempts: number, elapsed: number, retryAfter: number | null, random: number): number | null {
  if (attempts >= maxAttempts) return null;
  const pause = (retryAfter ?? 0) + random * Math.min(maxPause, firstPause * 2 ** (attempts - 1));
  return elapsed + pause <= totalTimeout ? pause : null;
}
