import { isHash, isInteger, isStream } from './forms.js';
import { JsonFault, byCodeUnits, canonicalText, decodeStrictly, parseJsonText } from './json.js';
import { FormatError, list, members, refuse } from './strict.js';

/** A stream of a bundle: the versions that the file has of it, and the hash of the last. */
export interface BundlePart {
  readonly stream: ReadonlyMap<string, string>;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly hash: string;
}

const RANKS: ReadonlyMap<string, number> = new Map([['platform-keys', 0], ['identity', 1]]);
const rank = (stream: ReadonlyMap<string, string>): number => RANKS.get(stream.get('type')!) ?? 2;

/**
 * The streams that the first line of a bundle names, in their order.
 * @throws {FormatError} It is no header of version 1.
 */
export function parseHeader(line: Uint8Array): readonly BundlePart[] {
  const { format, version, streams } = members(parseCanonical(line), 'the header', ['format', 'version', 'streams']);
  if (format !== 'concord-bundle') refuse('"format" is not "concord-bundle"');
  if (version !== 1) refuse("the bundle's version is not 1, the one that this program knows");
  // A verdict "good" about nothing would be read as one about something.
  if (list(streams, 'streams').length === 0) refuse('the header names no stream');
  const parts: BundlePart[] = [];
  for (const item of list(streams, 'streams')) {
    const { stream, from, to, hash } = members(item, 'a stream of the header', ['stream', 'from', 'to', 'hash']);
    if (!isStream(stream) || !isInteger(from, 1, Number.MAX_SAFE_INTEGER) || !isInteger(to, from, Number.MAX_SAFE_INTEGER) || !isHash(hash))
      return refuse('a stream of the header is not {from, hash, stream, to}');
    const part = { stream, text: canonicalText(stream), from, to, hash };
    if (from !== 1 && rank(stream) < 2) refuse(`the key history ${part.text} begins at version ${from}, not at 1`);
    const before = parts.at(-1);
    if (before && compare(before, part) >= 0) refuse(`${part.text} stands behind ${before.text}: out of order, or twice`);
    parts.push(part);
  }
  return parts;
}

/** The platform's keys, the identities, then the rest, each by canonical form. */
const compare = (a: BundlePart, b: BundlePart): number => rank(a.stream) - rank(b.stream) || byCodeUnits(a.text, b.text);

function parseCanonical(line: Uint8Array) {
  try {
    const text = decodeStrictly(line);
    const json = parseJsonText(text);
    if (canonicalText(json) !== text) refuse('the first line is not canonical JSON');
    return json;
  } catch (error) {
    if (error instanceof JsonFault) throw new FormatError(`the first line is ${error.message}`);
    throw error;
  }
}
