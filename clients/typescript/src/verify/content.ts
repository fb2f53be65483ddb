import { Fault } from './fault.js';
import { LIMITS, fromBase64, hasExactly, isHash, isInteger } from './forms.js';
import { byCodeUnits, canonicalText, decodeStrictly, isList, isObject, parseJsonText, type Json } from './json.js';

/** A content object that a receipt names: kept beside the stream, and erasable. */
export interface ContentReference {
  readonly contentHash: string;
  readonly bytes: number;
  readonly mediaType: string;
}

/** An object in a payload with exactly these members names a content object; null for anything else. */
export function contentReference(value: Json | undefined): ContentReference | null {
  if (!hasExactly(value, 'bytes', 'contentHash', 'mediaType')) return null;
  const [bytes, contentHash, mediaType] = [value.get('bytes'), value.get('contentHash'), value.get('mediaType')];
  return isInteger(bytes, 0, 0x7fffffff) && isHash(contentHash) && typeof mediaType === 'string' ? { contentHash, bytes, mediaType } : null;
}

/** The content that a payload names, in canonical order. */
export function contentReferences(value: Json | undefined, found: ContentReference[] = []): ContentReference[] {
  const reference = contentReference(value);
  if (reference !== null) found.push(reference);
  else if (isObject(value)) for (const name of [...value.keys()].sort(byCodeUnits)) contentReferences(value.get(name), found);
  else if (isList(value)) for (const item of value) contentReferences(item, found);
  return found;
}

/**
 * The content of a content object, whose hash is known to be right.
 * @throws {Fault} `content-mismatch`: it is none.
 */
export function parseContent(bytes: Uint8Array): Json {
  const content = bytes.length <= LIMITS.content ? readContent(bytes) : undefined;
  if (content === undefined) throw new Fault('content-mismatch', 'the canonical form of {"content":…,"salt":…}', 'something else with the right hash');
  return content;
}

function readContent(bytes: Uint8Array): Json | undefined {
  try {
    const text = decodeStrictly(bytes);
    const json = parseJsonText(text, { safeNumbers: true });
    return hasExactly(json, 'content', 'salt') && fromBase64(json.get('salt'))?.length === 32 && canonicalText(json) === text ? json.get('content') : undefined;
  } catch {
    return undefined;
  }
}
