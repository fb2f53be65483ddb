import { isHash } from './forms.js';
import { JsonFault, encode, parseJson, type Json } from './json.js';
import { parsePolicy, type StreamPolicy } from './policy.js';
import { FormatError, list, members, parsePins, refuse, type Pin } from './strict.js';

/**
 * What a verifier trusts: the ids of first platform keys, who may sign what, and heads that streams may not fall behind.
 *
 * Get it over a way that you trust, and keep it with the application: everything else is verified against it, offline. A trust file that
 * came along with the receipts shows only that they agree with themselves.
 */
export class TrustFile {
  private constructor(
    readonly platformKeyIds: ReadonlySet<string>,
    /** Who may sign what, by the type of a stream; null when the file does not say. */
    readonly policy: ReadonlyMap<string, StreamPolicy> | null,
    /** Pinned heads, by the canonical name of the stream. */
    readonly heads: ReadonlyMap<string, Pin>,
  ) {}

  /**
   * Reads a trust file, of version 1, strictly.
   * @throws {FormatError} It is none, or has a member that this program does not know: it may have been a restriction.
   */
  static parse(file: Uint8Array | string): TrustFile {
    const { format, version, platformKeyIds, policy, heads } = members(
      parseFile(typeof file === 'string' ? encode(file) : file), 'a trust file', ['format', 'version', 'platformKeyIds'], ['policy', 'heads']);
    if (format !== 'concord-trust') refuse('this is not a trust file: "format" is not "concord-trust"');
    if (version !== 1) refuse('a trust file of a version that this program does not know; it knows version 1');
    const ids = list(platformKeyIds, 'platformKeyIds');
    if (ids.length === 0 || !ids.every(isHash)) return refuse('platformKeyIds lists at least one sha256:<64 hex>, and nothing else');
    return new TrustFile(new Set(ids), policy === undefined ? null : parsePolicy(policy), heads === undefined ? new Map() : parsePins(heads, 'heads'));
  }
}

function parseFile(bytes: Uint8Array): Json {
  try {
    return parseJson(bytes);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw new FormatError(`the trust file is ${error.message}`);
  }
}
