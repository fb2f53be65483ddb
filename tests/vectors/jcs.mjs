// Strict JSON (I-JSON) and its canonical form (RFC 8785), for verify.mjs.

export class JsonFault extends Error {
  constructor(fault) { super(fault); this.fault = fault; }
}

// One token. No quantifier stands inside another: a hostile text is refused in linear time.
const TOKEN = /[ \n\r\t]*([{}[\],:]|true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"|$)/y;
const fault = (name) => { throw new JsonFault(name); };

/** Parses bytes strictly. Objects become Maps: "__proto__" is a name like any other. */
export function parseJson(bytes, { maxDepth = 64, safeNumbers = false } = {}) {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) fault('byte-order-mark');
  let text;
  try { text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes); } catch { fault('invalid-utf8'); }
  const pattern = new RegExp(TOKEN);
  const read = () => pattern.exec(text)?.[1] ?? fault('syntax'); // the empty token is the end

  function value(token, level) {
    if ((token === '{' || token === '[') && level > maxDepth) fault('too-deep');
    switch (token[0]) {
      case '{': return object(level);
      case '[': return array(level);
      case '"': return string(token);
      case 't': return true;
      case 'f': return false;
      case 'n': return null;
      default: return number(token);
    }
  }

  function object(level) {
    const members = new Map();
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

  function array(level) {
    const items = [];
    for (let token = read(); token !== ']' || items.length > 0; token = read()) {
      items.push(value(token, level + 1));
      const behind = read();
      if (behind === ']') break;
      if (behind !== ',') fault('syntax');
    }
    return items;
  }

  function string(token) {
    const result = JSON.parse(token); // the token is one string by now; what is left to do are its escapes
    return /[\ud800-\udfff]/u.test(result) ? fault('lone-surrogate') : result;
  }

  function number(token) {
    const result = /[-0-9]/.test(token) ? Number(token) : fault('syntax');
    if (!Number.isFinite(result)) fault('number-out-of-range');
    if (safeNumbers && Math.abs(result) > Number.MAX_SAFE_INTEGER)
      fault(/^-?[0-9]+$/.test(token) && BigInt(token) !== BigInt(result) ? 'integer-not-exact' : 'number-out-of-range');
    return result;
  }

  const result = value(read(), 1);
  return read() === '' ? result : fault('syntax');
}

/** ECMAScript is what RFC 8785 took its numbers, its string escapes and its order of names from, so this is short. */
export function canonicalText(value) {
  if (value instanceof Map) {
    const names = [...value.keys()].sort((a, b) => (a < b ? -1 : 1)); // by UTF-16 code units, as < compares strings
    return '{' + names.map((name) => JSON.stringify(name) + ':' + canonicalText(value.get(name))).join(',') + '}';
  }
  return Array.isArray(value) ? '[' + value.map(canonicalText).join(',') + ']' : JSON.stringify(value); // -0 is written 0
}

export const canonicalBytes = (value) => new TextEncoder().encode(canonicalText(value));
