import { isObject, type Bytes, type Json, type JsonObject } from './json.js';

/** The limits of the format, in bytes, receipts and levels. */
export const LIMITS = { receipt: 256 * 1024, depth: 63, commitReceipts: 64, commit: 1024 * 1024, content: 4 * 1024 * 1024 } as const;

/** The name of a stream: its type, and the ids that name it. */
export type StreamName = Readonly<Record<string, string>> & { readonly type: string };

export const HASH = /^sha256:[0-9a-f]{64}$/;
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const STREAM_TYPE = /^[a-z][a-z0-9-]{0,63}$/;
const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;

/** Three types have a fixed set of ids. */
const STREAM_SHAPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['platform-keys', []],
  ['identity', ['accountId', 'identityId']],
  ['pixbook', ['accountId', 'bookId']],
]);

export const isText = (value: Json | undefined, form: RegExp): value is string => typeof value === 'string' && form.test(value);
export const isHash = (value: Json | undefined): value is string => isText(value, HASH);
export const isId = (value: Json | undefined): value is string => isText(value, ID);
export const isEventId = (value: Json | undefined): value is string => isText(value, ULID);
export const isInteger = (value: Json | undefined, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

export const hasExactly = (value: Json | undefined, ...names: readonly string[]): value is JsonObject =>
  isObject(value) && value.size === names.length && names.every((name) => value.has(name));

/** Whether it names a stream: a type and at most eight ids. */
export function isStream(value: Json | undefined): value is ReadonlyMap<string, string> {
  if (!isObject(value) || value.size > 9) return false;
  const type = value.get('type');
  if (!isText(type, STREAM_TYPE)) return false;
  for (const [name, id] of value) if (name !== 'type' && !(isId(name) && isId(id))) return false;
  const shape = STREAM_SHAPES.get(type);
  return shape === undefined || hasExactly(value, 'type', ...shape);
}

export const streamName = (stream: ReadonlyMap<string, string>): StreamName => Object.fromEntries(stream) as StreamName;

/** A time in UTC with three fraction digits, on a day that the calendar has. */
export function isTime(value: Json | undefined): value is string {
  if (!isText(value, TIME) || value.startsWith('0000')) return false;
  const time = new Date(value);
  return !Number.isNaN(time.getTime()) && time.toISOString() === value; // the 30th of February comes back as another day
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Base64 that is exactly what an encoder writes: padded, no white space, no unused bits set. Null for anything else. */
export function fromBase64(text: Json | undefined): Bytes | null {
  if (!isText(text, BASE64)) return null;
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return null;
  }
  return btoa(binary) === text ? Uint8Array.from(binary, (c) => c.charCodeAt(0)) : null;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}
