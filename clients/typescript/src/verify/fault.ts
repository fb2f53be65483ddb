/** The rule that something broke. The names are stable: the same in every tool and every later version. */
export type FailureCode =
  | 'malformed'
  | 'too-large'
  | 'unsupported-schema'
  | 'not-canonical'
  | 'hash-mismatch'
  | 'signature-invalid'
  | 'signature-not-low-s'
  | 'key-unknown'
  | 'key-not-valid'
  | 'key-compromised'
  | 'issuer-not-allowed'
  | 'chain-broken'
  | 'version-gap'
  | 'event-id-not-increasing'
  | 'commit-torn'
  | 'fork'
  | 'stream-mismatch'
  | 'idempotency-key-reused'
  | 'content-mismatch'
  | 'truncated';

/** One broken rule, on its way to the report. Never leaves the verifier as an exception. */
export class Fault extends Error {
  constructor(readonly code: FailureCode, readonly expected: string, readonly found: string) {
    super(`${code}: expected ${expected}, found ${found}`);
    this.name = 'Fault';
  }
}

/** The fault that was thrown; anything else is thrown on. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  throw error;
}
