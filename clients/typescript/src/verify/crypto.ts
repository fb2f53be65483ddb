import { fromBase64, toHex } from './forms.js';
import type { Bytes, Json } from './json.js';

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ECDSA = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** WebCrypto, which browsers give to secure contexts only. */
function subtle(): SubtleCrypto {
  const found = globalThis.crypto?.subtle;
  if (found === undefined) throw new Error('There is no WebCrypto here. In a browser it needs a secure context: https, or localhost.');
  return found;
}

/** `sha256:` and the hexadecimal digits of SHA-256 over the bytes. */
export const sha256 = async (bytes: Bytes): Promise<string> => 'sha256:' + toHex(new Uint8Array(await subtle().digest('SHA-256', bytes)));

// SubjectPublicKeyInfo of an uncompressed point on P-256 (RFC 5480): these 27 bytes, then x and y.
const SPKI_PREFIX = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';

/** A public key on P-256 that verifies signatures. */
export class PublicKey {
  private constructor(/** `sha256:` and the hash of its SubjectPublicKeyInfo. */ readonly id: string, private readonly key: CryptoKey) {}

  /** Reads base64 of a SubjectPublicKeyInfo: 91 bytes, uncompressed, a point on the curve. Null for anything else. */
  static async import(base64: Json | undefined): Promise<PublicKey | null> {
    const spki = fromBase64(base64);
    // Libraries also take compressed points and other curves: looked at before they are asked.
    if (spki?.length !== 91 || toHex(spki.subarray(0, 27)) !== SPKI_PREFIX) return null;
    let key: CryptoKey;
    try {
      key = await subtle().importKey('spki', spki, P256, false, ['verify']);
    } catch (error) {
      if (error instanceof DOMException) return null; // not on the curve
      throw error;
    }
    return new PublicKey(await sha256(spki), key);
  }

  /** The primitive: accepts both halves for s. WebCrypto hashes what is signed itself. */
  verify(signature: Bytes, signed: Bytes): Promise<boolean> {
    return subtle().verify(ECDSA, this.key, signature, signed);
  }
}

const ORDER = Uint8Array.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'.match(/../g)!, (hex) => parseInt(hex, 16));
const HALF_ORDER = Uint8Array.from('7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8'.match(/../g)!, (hex) => parseInt(hex, 16));

/** Less than zero, zero, or greater: as of two numbers of 32 bytes, the most significant first. */
function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < 32; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

const isInRange = (scalar: Uint8Array): boolean => scalar.some((byte) => byte !== 0) && compare(scalar, ORDER) < 0;

/** Whether s is in the lower half of the order: the format admits one signature of the two that the primitive accepts. */
export const isLowS = (signature: Uint8Array): boolean => compare(signature.subarray(32), HALF_ORDER) <= 0;

const SIGNATURE_PREFIX = 'ecdsa-p256:';

/** The 64 bytes r‖s of `ecdsa-p256:<base64>`, each from 1 to the order less one. Null for anything else. */
export function parseSignature(text: Json | undefined): Bytes | null {
  if (typeof text !== 'string' || !text.startsWith(SIGNATURE_PREFIX)) return null;
  const bytes = fromBase64(text.slice(SIGNATURE_PREFIX.length));
  return bytes?.length === 64 && isInRange(bytes.subarray(0, 32)) && isInRange(bytes.subarray(32)) ? bytes : null;
}
