/** A JSON value. Objects are maps: `__proto__` is a name like any other. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

export type JsonFaultName =
  | 'byte-order-mark'
  | 'invalid-utf8'
  | 'syntax'
  | 'too-deep'
  | 'duplicate-name'
  | 'lone-surrogate'
  | 'number-out-of-range'
  | 'integer-not-exact';

/** Says why bytes are not I-JSON (RFC 7493) within the rules asked for. */
export class JsonFault extends Error {
  constructor(readonly fault: JsonFaultName) {
    super(`not strict JSON: ${fault}`);
    this.name = 'JsonFault';
  }
}

export interface JsonRules {
  /** The greatest number of levels; the outermost container is level 1. */
  readonly maxDepth?: number;
  /** Whether a number beyond 2^53−1 is refused, however it is written. */
  readonly safeNumbers?: boolean;
}

// One token; of a string that has escapes, or no end, its first quote. No quantifier stands inside another, and what is repeated is one
// class of characters: a hostile text is refused in linear time, and the longest string needs no stack.
const TOKEN =
  /[ \n\r\t]*([{}[\],:]|true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|"[^"\\\x00-\x1f]*"|"|$)/y;
// What a string goes on with: plain characters, some at a time, or an escape.
const PIECE = /[^"\\\x00-\x1f]{1,4096}|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export const encode = (text: string): Bytes => encoder.encode(text);

/** Bytes of their own, not of memory that is shared between threads: what WebCrypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Decodes UTF-8 that has neither a byte-order mark nor an invalid sequence.
 * @throws {JsonFault} It has.
 */
export function decodeStrictly(bytes: Uint8Array): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) throw new JsonFault('byte-order-mark');
  try {
    return utf8.decode(bytes);
  } catch {
    throw new JsonFault('invalid-utf8');
  }
}

/**
 * Parses a text strictly, as RFC 7493 has it: duplicate names, lone surrogates and numbers outside of a double are refused, not repaired.
 * @throws {JsonFault} The first thing that is wrong.
 */
export function parseJsonText(text: string, { maxDepth = 64, safeNumbers = false }: JsonRules = {}): Json {
  const pattern = new RegExp(TOKEN);

  function read(): string {
    const token = pattern.exec(text)?.[1] ?? fault('syntax'); // the empty token is the end
    return token === '"' ? rest(pattern.lastIndex) : token;
  }

  /** The token of the string that begins before the place. */
  function rest(from: number): string {
    PIECE.lastIndex = from;
    let end = from;
    while (PIECE.test(text)) end = PIECE.lastIndex;
    if (text[end] !== '"') fault('syntax');
    pattern.lastIndex = end + 1;
    return text.slice(from - 1, end + 1);
  }

  function value(token: string, level: number): Json {
    switch (token[0]) {
      case '{':
        return level > maxDepth ? fault('too-deep') : object(level);
      case '[':
        return level > maxDepth ? fault('too-deep') : array(level);
      case '"':
        return string(token);
      case 't':
        return true;
      case 'f':
        return false;
      case 'n':
        return null;
      default:
        return number(token);
    }
  }

  function object(level: number): JsonObject {
    const members = new Map<string, Json>();
    for (let token = read(); token !== '}' || members.size > 0; token = read()) {
      const name = token[0] === '"' ? string(token) : fault('syntax');
      if (members.has(name)) fault('duplicate-name');
      if (read() !== ':') fault('syntax');
      members.set(name, value(read(), level + 1));
      const behind = read();
      if (behind === '}') break;
      if (behind !== ',') fault('syntax');
    }
    return members;
  }

  function array(level: number): Json[] {
    const items: Json[] = [];
    for (let token = read(); token !== ']' || items.length > 0; token = read()) {
      items.push(value(token, level + 1));
      const behind = read();
      if (behind === ']') break;
      if (behind !== ',') fault('syntax');
    }
    return items;
  }

  function string(token: string): string {
    // The token is one string by now; what is left to do are its escapes.
    const result = token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
    return /[\ud800-\udfff]/u.test(result) ? fault('lone-surrogate') : result;
  }

  function number(token: string): number {
    const result = /[-0-9]/.test(token) ? Number(token) : fault('syntax');
    if (!Number.isFinite(result)) fault('number-out-of-range');
    if (safeNumbers && Math.abs(result) > Number.MAX_SAFE_INTEGER)
      fault(/^-?[0-9]+$/.test(token) && BigInt(token) !== BigInt(result) ? 'integer-not-exact' : 'number-out-of-range');
    return result;
  }

  const result = value(read(), 1);
  return read() === '' ? result : fault('syntax');
}

function fault(name: JsonFaultName): never {
  throw new JsonFault(name);
}

/** Parses bytes strictly: see {@link parseJsonText}. */
export const parseJson = (bytes: Uint8Array, rules?: JsonRules): Json => parseJsonText(decodeStrictly(bytes), rules);

/** The canonical form (RFC 8785). ECMAScript is where it has its numbers, its escapes and its order of names from, so this is short. */
export function canonicalText(value: Json): string {
  if (value instanceof Map) {
    const names = ([...value.keys()] as string[]).sort(byCodeUnits);
    return '{' + names.map((name) => JSON.stringify(name) + ':' + canonicalText(value.get(name) as Json)).join(',') + '}';
  }
  return Array.isArray(value) ? '[' + value.map(canonicalText).join(',') + ']' : JSON.stringify(value); // −0 is written 0
}

/** The order of names in canonical form: by UTF-16 code units, as `<` compares strings. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const canonicalBytes = (value: Json): Bytes => encode(canonicalText(value));

export const isObject = (value: Json | undefined): value is JsonObject => value instanceof Map;
export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
