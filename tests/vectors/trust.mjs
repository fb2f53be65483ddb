// What to trust: the trust file, who may sign what, and pinned heads, for verify.mjs.

import { canonicalText, parseJson } from './jcs.mjs';
import { Failure, HASH, isStream, isText } from './receipt.mjs';

export const refuse = (why) => { throw new Failure('malformed', why); };

export function members(value, required, optional = []) {
  if (!(value instanceof Map)) refuse('not an object');
  for (const name of required) if (!value.has(name)) refuse(`${name} is missing`);
  for (const name of value.keys()) if (!required.includes(name) && !optional.includes(name)) refuse(`no place for ${name}`);
  return Object.fromEntries(value);
}

export const text = (value) => (typeof value === 'string' ? value : refuse('not text'));
export const list = (value) => (Array.isArray(value) ? value : refuse('not a list'));

/** A JSON Pointer of member names, as a function that finds the string there. */
function pointer(path) {
  if (!text(path).startsWith('/')) refuse('a JSON Pointer begins with a slash');
  const names = path.slice(1).split('/').map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return (payload) => {
    const found = names.reduce((value, name) => (value instanceof Map ? value.get(name) : undefined), payload);
    return typeof found === 'string' ? found : undefined;
  };
}

function parsePolicy(json) {
  const policy = new Map();
  for (const [type, entry] of toMap(members(json, ['streams']).streams)) {
    const { receipts, signers = new Map() } = members(entry, ['receipts'], ['signers']);
    const named = new Map();
    for (const [name, signer] of toMap(signers)) {
      if (name === 'platform') refuse('platform is the platform');
      const { identity, account } = members(signer, ['identity', 'account']);
      named.set(name, { identity: pointer(identity), account: text(account).startsWith('/') ? pointer(account) : null, accountId: account });
    }
    const rules = new Map();
    for (const [receiptType, items] of toMap(receipts))
      rules.set(receiptType, list(items).map((item) => {
        const { signer, when } = members(item, ['signer'], ['when']);
        if (text(signer) !== 'platform' && !named.has(signer)) refuse(`nobody says who ${signer} is`);
        if (when === undefined) return { signer, holds: () => true };
        const condition = members(when, ['pointer', 'equals']);
        const [find, expected] = [pointer(condition.pointer), text(condition.equals)];
        return { signer, holds: (payload) => find(payload) === expected };
      }));
    policy.set(type, { rules, signers: named });
  }
  return policy;
}

const toMap = (value) => (value instanceof Map ? value : refuse('not an object'));

/** A list of {stream, streamVersion, hash}, by stream: heads of a trust file, last trusted receipts of a key. */
export function parsePins(value) {
  const pins = new Map();
  for (const item of list(value)) {
    const { stream, streamVersion, hash } = members(item, ['stream', 'streamVersion', 'hash']);
    if (!isStream(stream) || !Number.isInteger(streamVersion) || !isText(hash, HASH)) refuse('not {stream, streamVersion, hash}');
    if (pins.has(canonicalText(stream))) refuse('a stream is listed twice');
    pins.set(canonicalText(stream), { streamVersion, hash });
  }
  return pins;
}

export function parseTrust(bytes) {
  let json;
  try { json = parseJson(bytes); } catch (error) { refuse(error.message); }
  const { format, version, platformKeyIds, policy, heads } = members(json, ['format', 'version', 'platformKeyIds'], ['policy', 'heads']);
  if (format !== 'concord-trust' || version !== 1) refuse('not a trust file of version 1');
  if (list(platformKeyIds).length === 0 || !platformKeyIds.every((id) => isText(id, HASH))) refuse('no key to trust');
  return { roots: new Set(platformKeyIds), policy: policy === undefined ? null : parsePolicy(policy), heads: heads === undefined ? new Map() : parsePins(heads) };
}
