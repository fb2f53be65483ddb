import type { Json, JsonObject } from './json.js';
import { isObject } from './json.js';
import { list, map, members, refuse, text } from './strict.js';

/** Finds a text in a payload; undefined where there is none. */
type Pointer = (payload: JsonObject) => string | undefined;

/** Who a stream's signer is: an identity that the first receipt names, of an account that it or the stream's name gives. */
export interface Signer {
  readonly identity: Pointer;
  readonly account: Pointer | null;
  /** The id in the stream's name that is the account, when {@link account} is null. */
  readonly accountId: string;
}

interface Rule {
  readonly signer: string;
  readonly holds: (payload: JsonObject) => boolean;
}

/** Who may sign which receipt of one type of stream. */
export class StreamPolicy {
  constructor(readonly signers: ReadonlyMap<string, Signer>, private readonly rules: ReadonlyMap<string, readonly Rule[]>) {}

  /** The signer by the first rule that holds; undefined when nobody may sign this. */
  signerOf(type: string, payload: JsonObject): string | undefined {
    return (this.rules.get(type) ?? this.rules.get('*'))?.find((rule) => rule.holds(payload))?.signer;
  }
}

/**
 * Reads a policy: who may sign what, by the type of a stream.
 * @throws {FormatError} It is not of the format's form; a signer is used and not named.
 */
export function parsePolicy(json: Json): ReadonlyMap<string, StreamPolicy> {
  const policy = new Map<string, StreamPolicy>();
  for (const [type, entry] of map(members(json, 'the policy', ['streams']).streams, 'streams')) {
    const { receipts, signers } = members(entry, `the policy of ${type}`, ['receipts'], ['signers']);
    const named = new Map([...map(signers ?? new Map(), 'signers')].map(([name, signer]) => [name, parseSigner(name, signer)]));
    const rules = new Map([...map(receipts, 'receipts')].map(([name, items]) => [name, list(items, name).map((item) => parseRule(item, named))]));
    policy.set(type, new StreamPolicy(named, rules));
  }
  return policy;
}

function parseSigner(name: string, json: Json): Signer {
  if (name === 'platform') refuse('the signer "platform" is the platform');
  const { identity, account } = members(json, `the signer ${name}`, ['identity', 'account']);
  const accountId = text(account, 'account');
  return { identity: pointer(identity), account: accountId.startsWith('/') ? pointer(account) : null, accountId };
}

function parseRule(json: Json, named: ReadonlyMap<string, Signer>): Rule {
  const { signer: name, when } = members(json, 'a rule', ['signer'], ['when']);
  const signer = text(name, 'signer');
  if (signer !== 'platform' && !named.has(signer)) refuse(`nobody says who ${signer} is`);
  if (when === undefined) return { signer, holds: () => true };
  const condition = members(when, 'a condition', ['pointer', 'equals']);
  const [find, expected] = [pointer(condition.pointer), text(condition.equals, 'equals')];
  return { signer, holds: (payload) => find(payload) === expected };
}

/** A JSON Pointer (RFC 6901) of member names. */
function pointer(value: Json): Pointer {
  const path = text(value, 'a JSON Pointer');
  if (!path.startsWith('/')) refuse('a JSON Pointer begins with a slash');
  const names = path.slice(1).split('/').map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return (payload) => {
    const found = names.reduce<Json | undefined>((at, name) => (isObject(at) ? at.get(name) : undefined), payload);
    return typeof found === 'string' ? found : undefined;
  };
}
