import { contentReference } from './content.js';
import { PublicKey } from './crypto.js';
import { hasExactly, isHash, isInteger } from './forms.js';
import type { Json, JsonObject } from './json.js';
import type { Receipt } from './receipt.js';
import { members, parsePins, refuse, text, type Pin } from './strict.js';

/** How a key ended: which rule its later receipts break, and the last receipt of each stream that stays good. */
export interface KeyEnd {
  readonly code: 'key-not-valid' | 'key-compromised';
  readonly reason: string;
  readonly lastTrusted: ReadonlyMap<string, Pin>;
  /** The content object that has the list, until it has come. */
  readonly listContent: string | null;
}

export interface KeyEntry {
  readonly publicKey: PublicKey;
  /** The place in the history, from 0: within a stream an issuer's keys appear in this order. */
  readonly order: number;
  /** The id of the only key that may follow; of the platform's keys only. */
  readonly next: string | null;
  readonly end: KeyEnd | null;
}

/** The keys of one issuer, as of a version of the stream that records them. */
export class KeyHistory {
  private constructor(
    readonly identityId: string,
    readonly accountId: string | undefined,
    readonly version: number,
    readonly hash: string,
    readonly keys: readonly KeyEntry[],
  ) {}

  find(publicKeyId: string): KeyEntry | undefined {
    return this.keys.find((key) => key.publicKey.id === publicKeyId);
  }

  /** Whether the content is a list of last trusted receipts: never erased, and needed to judge by. */
  needs(contentHash: string): boolean {
    return this.keys.some((key) => key.end?.listContent === contentHash);
  }

  /** @throws {FormatError} It is no list of last trusted receipts. */
  withLastTrusted(contentHash: string, content: Json): KeyHistory {
    const lastTrusted = parsePins(content, 'a list of last trusted receipts');
    const keys = this.keys.map((key) => (key.end?.listContent === contentHash ? { ...key, end: { ...key.end, lastTrusted, listContent: null } } : key));
    return new KeyHistory(this.identityId, this.accountId, this.version, this.hash, keys);
  }

  /**
   * The history after one more receipt.
   * @throws {FormatError} The payload is not what belongs to the type, or the type has no place here.
   */
  static async evolve(before: KeyHistory | null, receipt: Receipt, streamType: KeyStreamType): Promise<KeyHistory> {
    const keys = before?.keys ?? [];
    const identityId = streamType === 'identity' ? receipt.stream.get('identityId')! : 'platform';
    const after = (next: readonly KeyEntry[]): KeyHistory =>
      new KeyHistory(identityId, receipt.stream.get('accountId'), receipt.streamVersion, receipt.hash, next);

    if (receipt.type === 'CONTENT_ERASED') return after(keys);
    const adds = streamType === 'platform-keys' ? 'KEY_ADDED' : keys.length === 0 ? 'IDENTITY_CREATED' : 'IDENTITY_KEY_ROTATED';
    if (receipt.type === adds) return after([...keys, await addition(receipt.payload, adds, keys)]);
    const code = ENDS[streamType].get(receipt.type) ?? refuse(`a ${receipt.type} has no place here`);
    const { publicKeyId, end } = ending(receipt.payload, receipt.type, code);
    if (!before?.find(publicKeyId)) refuse(`the history does not have the key ${publicKeyId}`);
    return after(keys.map((key) => (key.publicKey.id === publicKeyId ? { ...key, end } : key)));
  }
}

export type KeyStreamType = 'platform-keys' | 'identity';

const ENDS: Readonly<Record<KeyStreamType, ReadonlyMap<string, KeyEnd['code']>>> = {
  'platform-keys': new Map([['KEY_COMPROMISED', 'key-compromised']]),
  identity: new Map([['IDENTITY_REVOKED', 'key-not-valid'], ['IDENTITY_KEY_COMPROMISED', 'key-compromised']]),
};

const ALSO = { KEY_ADDED: ['nextPublicKeyId'], IDENTITY_CREATED: ['label'], IDENTITY_KEY_ROTATED: [] } as const;

async function addition(payload: JsonObject, type: keyof typeof ALSO, keys: readonly KeyEntry[]): Promise<KeyEntry> {
  const { publicKeyId, publicKey: spki, keyRef, ...also } = members(payload, `the payload of ${type}`, ['publicKeyId', 'publicKey', 'keyRef', ...ALSO[type]]);
  const { nextPublicKeyId, label } = also as Partial<Record<'nextPublicKeyId' | 'label', Json>>;
  const publicKey = await PublicKey.import(spki);
  if (publicKey === null) return refuse('publicKey is not the base64 of an uncompressed P-256 SubjectPublicKeyInfo');
  if (publicKey.id !== publicKeyId) refuse(`publicKey hashes to ${publicKey.id}, not to the publicKeyId beside it`);
  if (keys.some((key) => key.publicKey.id === publicKey.id)) refuse('the history has this key already');
  if (!hasExactly(keyRef, 'provider', 'name', 'version') || typeof keyRef.get('provider') !== 'string' || typeof keyRef.get('name') !== 'string'
    || !isInteger(keyRef.get('version'), -0x80000000, 0x7fffffff)) refuse('keyRef is {provider, name, version}');
  if (nextPublicKeyId !== undefined && !isHash(nextPublicKeyId)) return refuse('nextPublicKeyId is sha256:<64 hex>');
  if (label !== undefined && contentReference(label) === null) refuse('label is a content reference');
  return { publicKey, order: keys.length, next: nextPublicKeyId ?? null, end: null };
}

function ending(payload: JsonObject, type: string, code: KeyEnd['code']): { publicKeyId: string; end: KeyEnd } {
  const { publicKeyId, reason, lastTrusted } = members(payload, `the payload of ${type}`, ['publicKeyId', 'reason', 'lastTrusted']);
  const content = contentReference(lastTrusted);
  const end = {
    code,
    reason: text(reason, 'reason'),
    lastTrusted: content === null ? parsePins(lastTrusted, 'lastTrusted') : new Map<string, Pin>(),
    listContent: content?.contentHash ?? null,
  };
  return { publicKeyId: text(publicKeyId, 'publicKeyId'), end };
}

/** Whether a receipt by a key that has ended stays good, as far as its version and hash tell: a version alone proves nothing. */
export function trusts(end: KeyEnd, stream: string, streamVersion: number, hash: string): boolean {
  const last = end.lastTrusted.get(stream);
  return last !== undefined && (streamVersion < last.streamVersion || (streamVersion === last.streamVersion && hash === last.hash));
}

/** The verified key histories at hand. */
export class KeyRing {
  private readonly histories = new Map<string, KeyHistory>();
  private readonly holders = new Map<string, KeyHistory[]>();

  /** False when the issuer has a history already. */
  tryAdd(history: KeyHistory): boolean {
    if (this.histories.has(history.identityId)) return false;
    this.histories.set(history.identityId, history);
    for (const { publicKey } of history.keys) this.holders.set(publicKey.id, [...(this.holders.get(publicKey.id) ?? []), history]);
    return true;
  }

  /** The histories that have the key. */
  holdersOf(publicKeyId: string): readonly KeyHistory[] {
    return this.holders.get(publicKeyId) ?? [];
  }

  /** The key, whoever has it: its id is the hash of it, so there is one. */
  find(publicKeyId: string): PublicKey | undefined {
    return this.holders.get(publicKeyId)?.[0]?.find(publicKeyId)?.publicKey;
  }
}
