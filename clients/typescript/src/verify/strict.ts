import { isHash, isInteger, isStream } from './forms.js';
import { canonicalText, isList, isObject, type Json } from './json.js';

/** Says what is wrong with a file or a payload that is read strictly. */
export class FormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FormatError';
  }
}

export const refuse = (why: string): never => {
  throw new FormatError(why);
};

/** The members of an object: those required, perhaps those optional, and no others. A member that is skipped may have been a restriction. */
export function members<R extends string, O extends string = never>(
  value: Json | undefined,
  what: string,
  required: readonly R[],
  optional: readonly O[] = [],
): Record<R, Json> & Partial<Record<O, Json>> {
  const object = map(value, what);
  for (const name of required) if (!object.has(name)) refuse(`${what} lacks "${name}"`);
  for (const name of object.keys()) if (!(required as readonly string[]).includes(name) && !(optional as readonly string[]).includes(name)) refuse(`${what} has no place for "${name}"`);
  return Object.fromEntries(object) as Record<R, Json> & Partial<Record<O, Json>>;
}

export const map = (value: Json | undefined, what: string): ReadonlyMap<string, Json> => (isObject(value) ? value : refuse(`${what} is an object`));
export const text = (value: Json | undefined, what: string): string => (typeof value === 'string' ? value : refuse(`${what} is text`));
export const list = (value: Json | undefined, what: string): readonly Json[] => (isList(value) ? value : refuse(`${what} is a list`));

/** A receipt that is known to stand in a stream: a pinned head, or the last trusted one of a key that ended. */
export interface Pin {
  readonly streamVersion: number;
  readonly hash: string;
}

/** A list of `{stream, streamVersion, hash}`, by the canonical name of the stream. */
export function parsePins(value: Json | undefined, what: string): ReadonlyMap<string, Pin> {
  const pins = new Map<string, Pin>();
  for (const item of list(value, what)) {
    const { stream, streamVersion, hash } = members(item, `an item of ${what}`, ['stream', 'streamVersion', 'hash']);
    if (!isStream(stream) || !isInteger(streamVersion, 1, Number.MAX_SAFE_INTEGER) || !isHash(hash)) return refuse(`an item of ${what} is not {stream, streamVersion, hash}`);
    const name = canonicalText(stream);
    if (pins.has(name)) refuse(`${what} lists ${name} twice`);
    pins.set(name, { streamVersion, hash });
  }
  return pins;
}
