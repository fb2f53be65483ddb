// The verifier of Concord receipts, built from clients/typescript. Apache-2.0, The Concord contributors.

// src/verify/ahead.ts
var MAX_ITEMS = 64;
var MAX_BYTES = 1024 * 1024;
async function* ahead(source, begin) {
  const lines = source[Symbol.asyncIterator]();
  const begun = [];
  let bytes = 0;
  let isAtEnd = false;
  let problem = null;
  try {
    for (; ; ) {
      while (!isAtEnd && begun.length < MAX_ITEMS && bytes < MAX_BYTES) {
        try {
          const next = await lines.next();
          isAtEnd = next.done === true;
          if (next.done) break;
          begun.push({ item: begin(next.value), bytes: next.value.length });
          bytes += next.value.length;
        } catch (error) {
          isAtEnd = true;
          problem = { error };
        }
      }
      const first = begun.shift();
      if (first === void 0) break;
      bytes -= first.bytes;
      yield first.item;
    }
  } finally {
    await lines.return?.();
  }
  if (problem) throw problem.error;
}

// src/verify/json.ts
var JsonFault = class extends Error {
  constructor(fault2) {
    super(`not strict JSON: ${fault2}`);
    this.fault = fault2;
    this.name = "JsonFault";
  }
  fault;
};
var TOKEN = /[ \n\r\t]*([{}[\],:]|true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|"[^"\\\x00-\x1f]*"|"|$)/y;
var PIECE = /[^"\\\x00-\x1f]{1,4096}|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;
var utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
var encoder = new TextEncoder();
var encode = (text2) => encoder.encode(text2);
function decodeStrictly(bytes) {
  if (bytes[0] === 239 && bytes[1] === 187 && bytes[2] === 191) throw new JsonFault("byte-order-mark");
  try {
    return utf8.decode(bytes);
  } catch {
    throw new JsonFault("invalid-utf8");
  }
}
function parseJsonText(text2, { maxDepth = 64, safeNumbers = false } = {}) {
  const pattern = new RegExp(TOKEN);
  function read() {
    const token = pattern.exec(text2)?.[1] ?? fault("syntax");
    return token === '"' ? rest(pattern.lastIndex) : token;
  }
  function rest(from) {
    PIECE.lastIndex = from;
    let end = from;
    while (PIECE.test(text2)) end = PIECE.lastIndex;
    if (text2[end] !== '"') fault("syntax");
    pattern.lastIndex = end + 1;
    return text2.slice(from - 1, end + 1);
  }
  function value(token, level) {
    switch (token[0]) {
      case "{":
        return level > maxDepth ? fault("too-deep") : object(level);
      case "[":
        return level > maxDepth ? fault("too-deep") : array(level);
      case '"':
        return string(token);
      case "t":
        return true;
      case "f":
        return false;
      case "n":
        return null;
      default:
        return number(token);
    }
  }
  function object(level) {
    const members2 = /* @__PURE__ */ new Map();
    for (let token = read(); token !== "}" || members2.size > 0; token = read()) {
      const name = token[0] === '"' ? string(token) : fault("syntax");
      if (members2.has(name)) fault("duplicate-name");
      if (read() !== ":") fault("syntax");
      members2.set(name, value(read(), level + 1));
      const behind = read();
      if (behind === "}") break;
      if (behind !== ",") fault("syntax");
    }
    return members2;
  }
  function array(level) {
    const items = [];
    for (let token = read(); token !== "]" || items.length > 0; token = read()) {
      items.push(value(token, level + 1));
      const behind = read();
      if (behind === "]") break;
      if (behind !== ",") fault("syntax");
    }
    return items;
  }
  function string(token) {
    const result2 = token.includes("\\") ? JSON.parse(token) : token.slice(1, -1);
    return /[\ud800-\udfff]/u.test(result2) ? fault("lone-surrogate") : result2;
  }
  function number(token) {
    const result2 = /[-0-9]/.test(token) ? Number(token) : fault("syntax");
    if (!Number.isFinite(result2)) fault("number-out-of-range");
    if (safeNumbers && Math.abs(result2) > Number.MAX_SAFE_INTEGER)
      fault(/^-?[0-9]+$/.test(token) && BigInt(token) !== BigInt(result2) ? "integer-not-exact" : "number-out-of-range");
    return result2;
  }
  const result = value(read(), 1);
  return read() === "" ? result : fault("syntax");
}
function fault(name) {
  throw new JsonFault(name);
}
var parseJson = (bytes, rules) => parseJsonText(decodeStrictly(bytes), rules);
function canonicalText(value) {
  if (value instanceof Map) {
    const names = [...value.keys()].sort(byCodeUnits);
    return "{" + names.map((name) => JSON.stringify(name) + ":" + canonicalText(value.get(name))).join(",") + "}";
  }
  return Array.isArray(value) ? "[" + value.map(canonicalText).join(",") + "]" : JSON.stringify(value);
}
var byCodeUnits = (a, b) => a < b ? -1 : a > b ? 1 : 0;
var isObject = (value) => value instanceof Map;
var isList = (value) => Array.isArray(value);

// src/verify/forms.ts
var LIMITS = { receipt: 256 * 1024, depth: 63, commitReceipts: 64, commit: 1024 * 1024, content: 4 * 1024 * 1024 };
var HASH = /^sha256:[0-9a-f]{64}$/;
var ID = /^[A-Za-z0-9_-]{1,64}$/;
var ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
var STREAM_TYPE = /^[a-z][a-z0-9-]{0,63}$/;
var TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;
var STREAM_SHAPES = /* @__PURE__ */ new Map([
  ["platform-keys", []],
  ["identity", ["accountId", "identityId"]],
  ["pixbook", ["accountId", "bookId"]]
]);
var isText = (value, form) => typeof value === "string" && form.test(value);
var isHash = (value) => isText(value, HASH);
var isId = (value) => isText(value, ID);
var isEventId = (value) => isText(value, ULID);
var isInteger = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
var hasExactly = (value, ...names) => isObject(value) && value.size === names.length && names.every((name) => value.has(name));
function isStream(value) {
  if (!isObject(value) || value.size > 9) return false;
  const type = value.get("type");
  if (!isText(type, STREAM_TYPE)) return false;
  for (const [name, id] of value) if (name !== "type" && !(isId(name) && isId(id))) return false;
  const shape = STREAM_SHAPES.get(type);
  return shape === void 0 || hasExactly(value, "type", ...shape);
}
var streamName = (stream) => Object.fromEntries(stream);
function isTime(value) {
  if (!isText(value, TIME) || value.startsWith("0000")) return false;
  const time = new Date(value);
  return !Number.isNaN(time.getTime()) && time.toISOString() === value;
}
var BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
function fromBase64(text2) {
  if (!isText(text2, BASE64)) return null;
  let binary;
  try {
    binary = atob(text2);
  } catch {
    return null;
  }
  return btoa(binary) === text2 ? Uint8Array.from(binary, (c) => c.charCodeAt(0)) : null;
}
var HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
function toHex(bytes) {
  let text2 = "";
  for (const byte of bytes) text2 += HEX[byte];
  return text2;
}

// src/verify/strict.ts
var FormatError = class extends Error {
  constructor(message) {
    super(message);
    this.name = "FormatError";
  }
};
var refuse = (why) => {
  throw new FormatError(why);
};
function members(value, what, required, optional = []) {
  const object = map(value, what);
  for (const name of required) if (!object.has(name)) refuse(`${what} lacks "${name}"`);
  for (const name of object.keys()) if (!required.includes(name) && !optional.includes(name)) refuse(`${what} has no place for "${name}"`);
  return Object.fromEntries(object);
}
var map = (value, what) => isObject(value) ? value : refuse(`${what} is an object`);
var text = (value, what) => typeof value === "string" ? value : refuse(`${what} is text`);
var list = (value, what) => isList(value) ? value : refuse(`${what} is a list`);
function parsePins(value, what) {
  const pins = /* @__PURE__ */ new Map();
  for (const item of list(value, what)) {
    const { stream, streamVersion, hash } = members(item, `an item of ${what}`, ["stream", "streamVersion", "hash"]);
    if (!isStream(stream) || !isInteger(streamVersion, 1, Number.MAX_SAFE_INTEGER) || !isHash(hash)) return refuse(`an item of ${what} is not {stream, streamVersion, hash}`);
    const name = canonicalText(stream);
    if (pins.has(name)) refuse(`${what} lists ${name} twice`);
    pins.set(name, { streamVersion, hash });
  }
  return pins;
}

// src/verify/header.ts
var RANKS = /* @__PURE__ */ new Map([["platform-keys", 0], ["identity", 1]]);
var rank = (stream) => RANKS.get(stream.get("type")) ?? 2;
function parseHeader(line) {
  const { format, version, streams } = members(parseCanonical(line), "the header", ["format", "version", "streams"]);
  if (format !== "concord-bundle") refuse('"format" is not "concord-bundle"');
  if (version !== 1) refuse("the bundle's version is not 1, the one that this program knows");
  if (list(streams, "streams").length === 0) refuse("the header names no stream");
  const parts = [];
  for (const item of list(streams, "streams")) {
    const { stream, from, to, hash } = members(item, "a stream of the header", ["stream", "from", "to", "hash"]);
    if (!isStream(stream) || !isInteger(from, 1, Number.MAX_SAFE_INTEGER) || !isInteger(to, from, Number.MAX_SAFE_INTEGER) || !isHash(hash))
      return refuse("a stream of the header is not {from, hash, stream, to}");
    const part = { stream, text: canonicalText(stream), from, to, hash };
    if (from !== 1 && rank(stream) < 2) refuse(`the key history ${part.text} begins at version ${from}, not at 1`);
    const before = parts.at(-1);
    if (before && compare(before, part) >= 0) refuse(`${part.text} stands behind ${before.text}: out of order, or twice`);
    parts.push(part);
  }
  return parts;
}
var compare = (a, b) => rank(a.stream) - rank(b.stream) || byCodeUnits(a.text, b.text);
function parseCanonical(line) {
  try {
    const text2 = decodeStrictly(line);
    const json = parseJsonText(text2);
    if (canonicalText(json) !== text2) refuse("the first line is not canonical JSON");
    return json;
  } catch (error) {
    if (error instanceof JsonFault) throw new FormatError(`the first line is ${error.message}`);
    throw error;
  }
}

// src/verify/fault.ts
var Fault = class extends Error {
  constructor(code, expected, found) {
    super(`${code}: expected ${expected}, found ${found}`);
    this.code = code;
    this.expected = expected;
    this.found = found;
    this.name = "Fault";
  }
  code;
  expected;
  found;
};
function asFault(error) {
  if (error instanceof Fault) return error;
  throw error;
}

// src/verify/content.ts
function contentReference(value) {
  if (!hasExactly(value, "bytes", "contentHash", "mediaType")) return null;
  const [bytes, contentHash, mediaType] = [value.get("bytes"), value.get("contentHash"), value.get("mediaType")];
  return isInteger(bytes, 0, 2147483647) && isHash(contentHash) && typeof mediaType === "string" ? { contentHash, bytes, mediaType } : null;
}
function contentReferences(value, found = []) {
  const reference = contentReference(value);
  if (reference !== null) found.push(reference);
  else if (isObject(value)) for (const name of [...value.keys()].sort(byCodeUnits)) contentReferences(value.get(name), found);
  else if (isList(value)) for (const item of value) contentReferences(item, found);
  return found;
}
function parseContent(bytes) {
  const content = bytes.length <= LIMITS.content ? readContent(bytes) : void 0;
  if (content === void 0) throw new Fault("content-mismatch", 'the canonical form of {"content":…,"salt":…}', "something else with the right hash");
  return content;
}
function readContent(bytes) {
  try {
    const text2 = decodeStrictly(bytes);
    const json = parseJsonText(text2, { safeNumbers: true });
    return hasExactly(json, "content", "salt") && fromBase64(json.get("salt"))?.length === 32 && canonicalText(json) === text2 ? json.get("content") : void 0;
  } catch {
    return void 0;
  }
}

// src/verify/crypto.ts
var P256 = { name: "ECDSA", namedCurve: "P-256" };
var ECDSA = { name: "ECDSA", hash: "SHA-256" };
function subtle() {
  const found = globalThis.crypto?.subtle;
  if (found === void 0) throw new Error("There is no WebCrypto here. In a browser it needs a secure context: https, or localhost.");
  return found;
}
var sha256 = async (bytes) => "sha256:" + toHex(new Uint8Array(await subtle().digest("SHA-256", bytes)));
var SPKI_PREFIX = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
var PublicKey = class _PublicKey {
  constructor(id, key) {
    this.id = id;
    this.key = key;
  }
  id;
  key;
  /** Reads base64 of a SubjectPublicKeyInfo: 91 bytes, uncompressed, a point on the curve. Null for anything else. */
  static async import(base64) {
    const spki = fromBase64(base64);
    if (spki?.length !== 91 || toHex(spki.subarray(0, 27)) !== SPKI_PREFIX) return null;
    let key;
    try {
      key = await subtle().importKey("spki", spki, P256, false, ["verify"]);
    } catch (error) {
      if (error instanceof DOMException) return null;
      throw error;
    }
    return new _PublicKey(await sha256(spki), key);
  }
  /** The primitive: accepts both halves for s. WebCrypto hashes what is signed itself. */
  verify(signature, signed) {
    return subtle().verify(ECDSA, this.key, signature, signed);
  }
};
var ORDER = Uint8Array.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551".match(/../g), (hex) => parseInt(hex, 16));
var HALF_ORDER = Uint8Array.from("7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8".match(/../g), (hex) => parseInt(hex, 16));
function compare2(a, b) {
  for (let i = 0; i < 32; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}
var isInRange = (scalar) => scalar.some((byte) => byte !== 0) && compare2(scalar, ORDER) < 0;
var isLowS = (signature) => compare2(signature.subarray(32), HALF_ORDER) <= 0;
var SIGNATURE_PREFIX = "ecdsa-p256:";
function parseSignature(text2) {
  if (typeof text2 !== "string" || !text2.startsWith(SIGNATURE_PREFIX)) return null;
  const bytes = fromBase64(text2.slice(SIGNATURE_PREFIX.length));
  return bytes?.length === 64 && isInRange(bytes.subarray(0, 32)) && isInRange(bytes.subarray(32)) ? bytes : null;
}

// src/verify/keys.ts
var KeyHistory = class _KeyHistory {
  constructor(identityId, accountId, version, hash, keys) {
    this.identityId = identityId;
    this.accountId = accountId;
    this.version = version;
    this.hash = hash;
    this.keys = keys;
  }
  identityId;
  accountId;
  version;
  hash;
  keys;
  find(publicKeyId) {
    return this.keys.find((key) => key.publicKey.id === publicKeyId);
  }
  /** Whether the content is a list of last trusted receipts: never erased, and needed to judge by. */
  needs(contentHash) {
    return this.keys.some((key) => key.end?.listContent === contentHash);
  }
  /** @throws {FormatError} It is no list of last trusted receipts. */
  withLastTrusted(contentHash, content) {
    const lastTrusted = parsePins(content, "a list of last trusted receipts");
    const keys = this.keys.map((key) => key.end?.listContent === contentHash ? { ...key, end: { ...key.end, lastTrusted, listContent: null } } : key);
    return new _KeyHistory(this.identityId, this.accountId, this.version, this.hash, keys);
  }
  /**
   * The history after one more receipt.
   * @throws {FormatError} The payload is not what belongs to the type, or the type has no place here.
   */
  static async evolve(before, receipt, streamType) {
    const keys = before?.keys ?? [];
    const identityId = streamType === "identity" ? receipt.stream.get("identityId") : "platform";
    const after = (next) => new _KeyHistory(identityId, receipt.stream.get("accountId"), receipt.streamVersion, receipt.hash, next);
    if (receipt.type === "CONTENT_ERASED") return after(keys);
    const adds = streamType === "platform-keys" ? "KEY_ADDED" : keys.length === 0 ? "IDENTITY_CREATED" : "IDENTITY_KEY_ROTATED";
    if (receipt.type === adds) return after([...keys, await addition(receipt.payload, adds, keys)]);
    const code = ENDS[streamType].get(receipt.type) ?? refuse(`a ${receipt.type} has no place here`);
    const { publicKeyId, end } = ending(receipt.payload, receipt.type, code);
    if (!before?.find(publicKeyId)) refuse(`the history does not have the key ${publicKeyId}`);
    return after(keys.map((key) => key.publicKey.id === publicKeyId ? { ...key, end } : key));
  }
};
var ENDS = {
  "platform-keys": /* @__PURE__ */ new Map([["KEY_COMPROMISED", "key-compromised"]]),
  identity: /* @__PURE__ */ new Map([["IDENTITY_REVOKED", "key-not-valid"], ["IDENTITY_KEY_COMPROMISED", "key-compromised"]])
};
var ALSO = { KEY_ADDED: ["nextPublicKeyId"], IDENTITY_CREATED: ["label"], IDENTITY_KEY_ROTATED: [] };
async function addition(payload, type, keys) {
  const { publicKeyId, publicKey: spki, keyRef, ...also } = members(payload, `the payload of ${type}`, ["publicKeyId", "publicKey", "keyRef", ...ALSO[type]]);
  const { nextPublicKeyId, label } = also;
  const publicKey = await PublicKey.import(spki);
  if (publicKey === null) return refuse("publicKey is not the base64 of an uncompressed P-256 SubjectPublicKeyInfo");
  if (publicKey.id !== publicKeyId) refuse(`publicKey hashes to ${publicKey.id}, not to the publicKeyId beside it`);
  if (keys.some((key) => key.publicKey.id === publicKey.id)) refuse("the history has this key already");
  if (!hasExactly(keyRef, "provider", "name", "version") || typeof keyRef.get("provider") !== "string" || typeof keyRef.get("name") !== "string" || !isInteger(keyRef.get("version"), -2147483648, 2147483647)) refuse("keyRef is {provider, name, version}");
  if (nextPublicKeyId !== void 0 && !isHash(nextPublicKeyId)) return refuse("nextPublicKeyId is sha256:<64 hex>");
  if (label !== void 0 && contentReference(label) === null) refuse("label is a content reference");
  return { publicKey, order: keys.length, next: nextPublicKeyId ?? null, end: null };
}
function ending(payload, type, code) {
  const { publicKeyId, reason: reason2, lastTrusted } = members(payload, `the payload of ${type}`, ["publicKeyId", "reason", "lastTrusted"]);
  const content = contentReference(lastTrusted);
  const end = {
    code,
    reason: text(reason2, "reason"),
    lastTrusted: content === null ? parsePins(lastTrusted, "lastTrusted") : /* @__PURE__ */ new Map(),
    listContent: content?.contentHash ?? null
  };
  return { publicKeyId: text(publicKeyId, "publicKeyId"), end };
}
function trusts(end, stream, streamVersion, hash) {
  const last = end.lastTrusted.get(stream);
  return last !== void 0 && (streamVersion < last.streamVersion || streamVersion === last.streamVersion && hash === last.hash);
}
var KeyRing = class {
  histories = /* @__PURE__ */ new Map();
  holders = /* @__PURE__ */ new Map();
  /** False when the issuer has a history already. */
  tryAdd(history) {
    if (this.histories.has(history.identityId)) return false;
    this.histories.set(history.identityId, history);
    for (const { publicKey } of history.keys) this.holders.set(publicKey.id, [...this.holders.get(publicKey.id) ?? [], history]);
    return true;
  }
  /** The histories that have the key. */
  holdersOf(publicKeyId) {
    return this.holders.get(publicKeyId) ?? [];
  }
  /** The key, whoever has it: its id is the hash of it, so there is one. */
  find(publicKeyId) {
    return this.holders.get(publicKeyId)?.[0]?.find(publicKeyId)?.publicKey;
  }
};

// src/verify/lines.ts
var MAX_LINE = 64 * 1024 * 1024;
var LINE_FEED = 10;
var LineFault = class extends Error {
  constructor(line, message) {
    super(message);
    this.line = line;
    this.name = "LineFault";
  }
  line;
};
async function* linesOf(source, signal) {
  let begun = [];
  let length = 0;
  let number = 1;
  for await (const chunk of chunksOf(source, signal)) {
    signal?.throwIfAborted();
    let start = 0;
    for (let end; (end = chunk.indexOf(LINE_FEED, start)) >= 0; start = end + 1) {
      yield joined(begun, chunk.subarray(start, end), length);
      begun = [];
      signal?.throwIfAborted();
      length = 0;
      number++;
    }
    if (start < chunk.length) begun.push(new Uint8Array(chunk.subarray(start)));
    length += chunk.length - start;
    if (length > MAX_LINE) throw new LineFault(number, `a line of more than ${MAX_LINE} bytes`);
  }
  signal?.throwIfAborted();
  if (length > 0) throw new LineFault(number, "the last line does not end in a line feed: the file was cut off");
}
function joined(begun, last, length) {
  if (begun.length === 0) return last.buffer instanceof ArrayBuffer ? last : new Uint8Array(last);
  const line = new Uint8Array(length + last.length);
  let at = 0;
  for (const part of [...begun, last]) {
    line.set(part, at);
    at += part.length;
  }
  return line;
}
async function* chunksOf(source, signal) {
  if (typeof source === "string") yield encode(source);
  else if (source instanceof Uint8Array) yield source;
  else if (source instanceof Blob) yield* streamed(source.stream(), signal);
  else if (source instanceof Response) yield* streamed(source.body ?? new Blob([]).stream(), signal);
  else if ("getReader" in source) yield* streamed(source, signal);
  else yield* source;
}
async function* streamed(stream, signal) {
  const reader = stream.getReader();
  const stop = () => void reader.cancel(signal.reason).catch(() => void 0);
  signal?.addEventListener("abort", stop, { once: true });
  let isDone = false;
  try {
    signal?.throwIfAborted();
    for (; ; ) {
      const { done, value } = await reader.read();
      isDone = done;
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    if (!isDone) await reader.cancel().catch(() => void 0);
  }
}

// src/verify/receipt.ts
var MEMBERS = [
  "commit",
  "createdAt",
  "eventId",
  "hash",
  "idempotencyKey",
  "issuer",
  "payload",
  "prevEventId",
  "prevHash",
  "requestHash",
  "schemaVersion",
  "signature",
  "stream",
  "streamVersion",
  "type"
];
var IDEMPOTENCY_KEY = /^[A-Za-z0-9._:-]{1,128}$/;
var TYPE = /^[A-Z][A-Z0-9_]{0,63}$/;
function parseReceipt(bytes) {
  if (bytes.length > LIMITS.receipt) throw new Fault("too-large", `at most ${LIMITS.receipt} bytes`, `${bytes.length} bytes`);
  const { text: text2, json } = parseStrictly(bytes, LIMITS.depth);
  return readReceipt(text2, json);
}
function parseStrictly(bytes, maxDepth) {
  try {
    const text2 = decodeStrictly(bytes);
    return { text: text2, json: parseJsonText(text2, { maxDepth, safeNumbers: true }) };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    if (error.fault === "too-deep") throw new Fault("too-large", `at most ${maxDepth} levels`, "more");
    throw new Fault("malformed", "strict JSON", error.fault);
  }
}
function readReceipt(text2, json) {
  if (!isObject(json)) throw new Fault("malformed", "an object", typeof json);
  const schemaVersion = json.get("schemaVersion");
  if (typeof schemaVersion === "number" && schemaVersion !== 1) throw new Fault("unsupported-schema", "schemaVersion 1", `${schemaVersion}`);
  const names = [...json.keys()];
  if (!hasExactly(json, ...MEMBERS)) throw new Fault("malformed", "the members of a receipt and no others", names.sort().join(", ").slice(0, 400));
  const member = (name, isOne) => {
    const value = json.get(name);
    if (!isOne(value)) throw new Fault("malformed", name, canonicalText(value).slice(0, 200));
    return value;
  };
  const receipt = {
    text: text2,
    commit: readCommit(member("commit", (value) => hasExactly(value, "count", "index"))),
    createdAt: member("createdAt", isTime),
    eventId: member("eventId", isEventId),
    hash: member("hash", isHash),
    idempotencyKey: member("idempotencyKey", (value) => isText(value, IDEMPOTENCY_KEY)),
    issuer: readIssuer(member("issuer", (value) => hasExactly(value, "identityId", "publicKeyId"))),
    payload: member("payload", isObject),
    prevEventId: member("prevEventId", orNull(isEventId)),
    prevHash: member("prevHash", orNull(isHash)),
    requestHash: member("requestHash", isHash),
    signature: readSignature(json.get("signature")),
    stream: member("stream", isStream),
    streamVersion: member("streamVersion", (value) => isInteger(value, 1, Number.MAX_SAFE_INTEGER)),
    type: member("type", (value) => isText(value, TYPE))
  };
  if (schemaVersion !== 1) throw new Fault("malformed", "schemaVersion 1", typeof schemaVersion);
  if (receipt.prevEventId === null !== (receipt.prevHash === null)) throw new Fault("malformed", "both of prevEventId and prevHash, or neither", "one");
  const members2 = MEMBERS.map((name) => `"${name}":${canonicalText(json.get(name))}`);
  if ("{" + members2.join(",") + "}" !== text2) throw new Fault("not-canonical", "the canonical form (RFC 8785)", "another text of the same meaning");
  const signed = "{" + members2.filter((_, i) => MEMBERS[i] !== "hash" && MEMBERS[i] !== "signature").join(",") + "}";
  return { ...receipt, streamText: canonicalText(receipt.stream), signed: encode(signed) };
}
var orNull = (isOne) => (value) => value === null || isOne(value);
function readCommit(commit) {
  const [count, index] = [commit.get("count"), commit.get("index")];
  if (!isInteger(count, 1, LIMITS.commitReceipts) || !isInteger(index, 0, count - 1))
    throw new Fault("malformed", `an index below a count of at most ${LIMITS.commitReceipts}`, canonicalText(commit));
  return { count, index };
}
function readIssuer(issuer) {
  const [identityId, publicKeyId] = [issuer.get("identityId"), issuer.get("publicKeyId")];
  if (!isId(identityId) || !isHash(publicKeyId)) throw new Fault("malformed", "issuer", canonicalText(issuer).slice(0, 200));
  return { identityId, publicKeyId };
}
function readSignature(value) {
  const signature = parseSignature(value);
  if (signature === null) throw new Fault("malformed", "ecdsa-p256: and base64 of r‖s, each from 1 to n − 1", canonicalText(value).slice(0, 200));
  return signature;
}
function checkHash(receipt, computed) {
  if (computed !== receipt.hash) throw new Fault("hash-mismatch", computed, receipt.hash);
}
async function checkSignature(receipt, key, isGood) {
  if (!await (isGood ?? key.verify(receipt.signature, receipt.signed))) throw new Fault("signature-invalid", `a signature by ${key.id}`, "another");
  if (!isLowS(receipt.signature)) throw new Fault("signature-not-low-s", "s in the lower half of the order", "the upper half");
}
var hashOf = (receipt) => sha256(receipt.signed);

// src/verify/reading.ts
function readReceipt2(line, findKey) {
  try {
    const receipt = parseReceipt(line);
    const key = findKey(receipt.issuer.publicKeyId);
    return { fault: null, receipt, hash: hashOf(receipt), key, isSignatureGood: key?.verify(receipt.signature, receipt.signed) };
  } catch (error) {
    return { fault: asFault(error) };
  }
}

// src/verify/report.ts
var MAX_FAILURES = 100;
var FOR_WANT_OF_INPUT = /* @__PURE__ */ new Set(["trust-root", "issuer-policy", "signatures", "content"]);
var Report = class {
  constructor(name) {
    this.name = name;
  }
  name;
  failures = [];
  notChecked = [];
  streams = [];
  keyHistories = [];
  failureCount = 0;
  isComplete = true;
  receipts = 0;
  erasedContents = 0;
  fail(failure) {
    this.failureCount++;
    if (this.failures.length < MAX_FAILURES) this.failures.push({ ...failure, location: failure.line === null ? this.name : `${this.name}:${failure.line}` });
  }
  addNotChecked(name, detail) {
    if (FOR_WANT_OF_INPUT.has(name)) this.isComplete = false;
    if (this.notChecked.length < MAX_FAILURES && !this.notChecked.some((item) => item.name === name && item.detail === detail)) this.notChecked.push({ name, detail });
  }
  addStream(stream) {
    this.streams.push(stream);
  }
  /** Whether a stream of this type and id was verified from its first receipt on. */
  hasWhole(type, name, id) {
    return this.streams.some(({ stream, from }) => from === 1 && stream.type === type && stream[name] === id);
  }
  addKeyHistory(history) {
    this.keyHistories.push(history);
  }
  finish() {
    const { failures, failureCount, isComplete, notChecked, streams, keyHistories, receipts, erasedContents } = this;
    return { isGood: failureCount === 0, isComplete, failures, failureCount, notChecked, streams, keyHistories, receipts, erasedContents };
  }
};

// src/verify/arrivals.ts
var MAX_LISTED = 3;
var Arrivals = class {
  /** @param isNeeded Whether content is a list of last trusted receipts, which is never erased. */
  constructor(suffix, isNeeded) {
    this.suffix = suffix;
    this.isNeeded = isNeeded;
  }
  suffix;
  isNeeded;
  /** Whether the last receipt can be believed about the content that it names. */
  isKnown = true;
  erasedCount = 0;
  expected = [];
  erased = /* @__PURE__ */ new Set();
  /** What has not come, and who named it. */
  missing = /* @__PURE__ */ new Map();
  /** What a receipt names is to follow it. */
  expect(receipt) {
    this.expected = contentReferences(receipt.payload);
    const erased = receipt.type === "CONTENT_ERASED" ? receipt.payload.get("contentHash") : void 0;
    if (typeof erased !== "string") return;
    this.erased.add(erased);
    if (!this.isNeeded(erased) && this.missing.delete(erased)) this.erasedCount++;
  }
  /** The next receipt, or the end, has come: what has not followed yet will not. */
  finish(by) {
    for (const { contentHash } of this.expected)
      if (this.erased.has(contentHash) && !this.isNeeded(contentHash)) this.erasedCount++;
      else this.missing.set(contentHash, by);
    this.expected = [];
    this.isKnown = true;
  }
  /**
   * The stored bytes of a content object: the line without its last member, which is the name of the stream.
   * @throws {Fault} `stream-mismatch`: it has the name of another, or none.
   */
  stored(line) {
    const suffix = encode(this.suffix);
    const at = line.length - suffix.length;
    if (at < 0 || !suffix.every((byte, i) => byte === line[at + i])) throw new Fault("stream-mismatch", `content of this stream`, "content of another stream, or none");
    const bytes = new Uint8Array(line.subarray(0, at + 1));
    bytes[at] = 125;
    return bytes;
  }
  /**
   * Takes in content that the last receipt names.
   * @throws {Fault} `content-mismatch`.
   */
  async take(bytes) {
    const contentHash = await sha256(bytes);
    const index = this.expected.findIndex((reference) => reference.contentHash === contentHash && reference.bytes === bytes.length);
    if (index < 0) {
      const listed = this.listed();
      this.expected.shift();
      throw new Fault("content-mismatch", listed, `${contentHash} of ${bytes.length} bytes`);
    }
    this.expected.splice(index, 1);
    return { contentHash, content: parseContent(bytes) };
  }
  // A receipt can name a thousand, and each line behind it can be none of them: not all are listed each time.
  listed() {
    const { length } = this.expected;
    if (length === 0) return "no content: no receipt before it names any";
    const first = this.expected.slice(0, MAX_LISTED).map(({ contentHash, bytes }) => `${contentHash} of ${bytes} bytes`).join(" or ");
    return length > MAX_LISTED ? `${first} or one of ${length - MAX_LISTED} more` : first;
  }
};

// src/verify/issuers.ts
var IssuerRules = class {
  constructor(stream, name, trust, report) {
    this.stream = stream;
    this.name = name;
    this.trust = trust;
    this.report = report;
    this.type = stream.get("type");
  }
  stream;
  name;
  trust;
  report;
  type;
  signers = null;
  /**
   * @param history The history of the issuer that has the key; undefined when the key is another's, which the next rule tells.
   * @throws {Fault} `issuer-not-allowed`.
   */
  check(receipt, history) {
    const { identityId } = receipt.issuer;
    const isPlatform = identityId === "platform";
    const deny = (expected) => {
      throw new Fault("issuer-not-allowed", expected, identityId);
    };
    if (this.type === "identity") return isPlatform ? void 0 : deny("the platform, which signs key histories");
    const policies = this.trust?.policy;
    if (!policies) return this.report.addNotChecked("issuer-policy", "No trust file with a policy was given: who may sign what was not checked.");
    const policy = policies.get(this.type) ?? deny(`nobody: the policy knows no streams of type ${this.type}`);
    if (receipt.streamVersion === 1) this.signers ??= this.readSigners(policy, receipt);
    const name = policy.signerOf(receipt.type, receipt.payload) ?? deny(`nobody: the policy has no rule for ${receipt.type} like this`);
    if (name === "platform") return isPlatform ? void 0 : deny("the platform");
    if (isPlatform) deny(`the ${name}`);
    const known = this.signers?.get(name) ?? this.unknown(name, policy.signers.get(name), identityId);
    if (known.identityId !== identityId) deny(`the ${name}, ${known.identityId}`);
    if ("accountId" in known && history && history.accountId !== known.accountId) deny(`an identity of account ${known.accountId}`);
  }
  readSigners(policy, first) {
    return new Map([...policy.signers].map(([name, signer]) => [name, {
      identityId: signer.identity(first.payload),
      accountId: signer.account ? signer.account(first.payload) : this.stream.get(signer.accountId)
    }]));
  }
  // Of a part of a stream without its first receipt the signers are not known; the account may be, from the stream's name.
  unknown(name, signer, identityId) {
    this.report.addNotChecked("issuer-policy", `The first receipt of ${this.name} is not here: that ${identityId} is its ${name} was not checked.`);
    return signer.account ? { identityId } : { identityId, accountId: this.stream.get(signer.accountId) };
  }
};

// src/verify/place.ts
function checkPlace(r, { streamText, from, last, pinned }) {
  const before = last.isKnown ? last.receipt : null;
  if (r.streamVersion !== last.streamVersion + 1) throw new Fault("version-gap", `version ${last.streamVersion + 1}`, `version ${r.streamVersion}`);
  if (last.streamVersion === 0 && r.prevHash !== null) throw new Fault("chain-broken", "no predecessor of the first receipt", r.prevHash);
  if (last.streamVersion > 0 && r.prevHash === null) throw new Fault("chain-broken", "a predecessor", "none");
  if (before && (r.prevEventId !== before.eventId || r.prevHash !== before.hash))
    throw new Fault("chain-broken", `predecessor ${before.eventId} ${before.hash}`, `${r.prevEventId} ${r.prevHash}`);
  if (r.prevEventId !== null && r.eventId <= r.prevEventId) throw new Fault("event-id-not-increasing", `an id greater than ${r.prevEventId}`, r.eventId);
  if (r.streamText !== streamText) throw new Fault("stream-mismatch", streamText, r.streamText);
  if (pinned?.streamVersion === r.streamVersion && pinned.hash !== r.hash) throw new Fault("fork", `the pinned ${pinned.hash}`, r.hash);
  if (before && before.commit.index + 1 < before.commit.count) continuesCommit(r, before);
  else if (r.commit.index !== 0 && (before || last.streamVersion < from)) throw new Fault("commit-torn", "the first receipt of a commit", `index ${r.commit.index}`);
}
function continuesCommit(r, before) {
  const { count, index } = before.commit;
  if (r.commit.count !== count || r.commit.index !== index + 1) throw new Fault("commit-torn", `index ${index + 1} of ${count}`, `index ${r.commit.index} of ${r.commit.count}`);
  if (r.idempotencyKey !== before.idempotencyKey || r.requestHash !== before.requestHash) throw new Fault("commit-torn", "the key and request hash of the rest of the commit", "others");
}

// src/verify/unproven.ts
var Unproven = class {
  byKey = /* @__PURE__ */ new Map();
  await(key, streamText, receipt, line) {
    const pin = key?.end?.lastTrusted.get(streamText);
    if (key?.end && pin && receipt.streamVersion < pin.streamVersion) this.byKey.set(key.publicKey.id, { code: key.end.code, pin, receipt, line });
  }
  /** Those whose last trusted receipt would have the version. */
  takeAt(streamVersion) {
    return this.take(({ pin }) => pin.streamVersion === streamVersion);
  }
  /** Those whose last trusted receipt would come behind the version. */
  takeBehind(streamVersion) {
    return this.take(({ pin }) => pin.streamVersion > streamVersion);
  }
  take(which) {
    if (this.byKey.size === 0) return [];
    const taken = [...this.byKey].filter(([, unproven]) => which(unproven));
    for (const [id] of taken) this.byKey.delete(id);
    return taken.map(([, unproven]) => unproven).sort((a, b) => a.receipt.streamVersion - b.receipt.streamVersion);
  }
};

// src/verify/stream.ts
var StreamVerifier = class {
  constructor(stream, from, trust, keys, report) {
    this.from = from;
    this.trust = trust;
    this.keys = keys;
    this.report = report;
    this.text = canonicalText(stream);
    this.name = streamName(stream);
    this.type = this.name.type;
    this.last = { isKnown: false, streamVersion: from - 1, receipt: null };
    this.issuers = new IssuerRules(stream, this.text, trust, report);
    this.arrivals = new Arrivals(`,"stream":${this.text}}`, (hash) => this.history?.needs(hash) ?? false);
    if (from > 1) report.addNotChecked("predecessors", `${this.text} begins at version ${from}: what came before was not seen.`);
  }
  from;
  trust;
  keys;
  report;
  text;
  name;
  type;
  issuers;
  arrivals;
  unproven = new Unproven();
  /** Of each issuer, the order of the newest key seen in this stream. */
  newest = /* @__PURE__ */ new Map();
  /** In the platform's own history: what each key signed last. */
  lastSigned = /* @__PURE__ */ new Map();
  last;
  line = null;
  lastLine = null;
  /** The key history that this stream is, as far as its receipts were good. */
  history = null;
  /** The version of the last receipt read: its place, as it should be. */
  get lastVersion() {
    return this.last.streamVersion;
  }
  /** @returns Whether every rule holds. */
  async verify(reading, line) {
    this.finishContent();
    this.report.receipts++;
    this.line = this.lastLine = line;
    if (reading.fault !== null) return this.cannotBelieve(reading.fault, null);
    const { receipt } = reading;
    try {
      checkHash(receipt, await reading.hash);
    } catch (error) {
      return this.cannotBelieve(asFault(error), receipt.eventId);
    }
    const { history } = this;
    const isGood = await this.judge(reading, line);
    if (!isGood) this.history = history;
    if (this.arrivals.isKnown) this.arrivals.expect(receipt);
    return isGood;
  }
  async judge(reading, line) {
    const { receipt } = reading;
    let isIssued = false;
    try {
      const key = this.type === "platform-keys" ? await this.keyOfThePlatform(reading) : await this.issuer(reading);
      isIssued = true;
      checkPlace(receipt, { streamText: this.text, from: this.from, last: this.last, pinned: this.trust?.heads.get(this.text) });
      this.lastSigned.set(receipt.issuer.publicKeyId, { receipt, line });
      for (const unproven of this.unproven.takeAt(receipt.streamVersion))
        if (unproven.pin.hash !== receipt.hash) this.failUnproven(unproven, `${receipt.hash} there`);
      this.unproven.await(key, this.text, receipt, line);
      this.remember(receipt, true);
      return true;
    } catch (error) {
      this.fail(asFault(error), receipt);
      this.unproven.takeAt(receipt.streamVersion);
      this.remember(receipt, !isIssued);
      return false;
    }
  }
  /** One receipt is here that cannot be believed: it takes its place, and the next one is not judged against it. */
  cannotBelieve(fault2, eventId) {
    this.pass();
    return this.fail(fault2, { streamVersion: this.last.streamVersion, eventId });
  }
  pass() {
    this.last = { isKnown: false, streamVersion: this.last.streamVersion + 1, receipt: null };
    this.arrivals.isKnown = false;
  }
  remember(receipt, isInPlace) {
    const { last } = this;
    let isKnown = isInPlace;
    if (!isInPlace && receipt.streamVersion !== last.streamVersion + 1) {
      if (receipt.streamText !== this.text) {
        this.arrivals.isKnown = false;
        return;
      }
      if (last.isKnown && receipt.prevHash === last.receipt.hash) return this.pass();
      isKnown = true;
    }
    this.last = { isKnown, streamVersion: receipt.streamVersion, receipt };
  }
  /** Key known, issuer allowed, key valid, signature. */
  async issuer({ receipt, key: known, isSignatureGood }) {
    const { identityId, publicKeyId } = receipt.issuer;
    const holders = this.keys.holdersOf(publicKeyId);
    if (holders.length === 0 && !this.history?.find(publicKeyId)) throw new Fault("key-unknown", "a key of the histories at hand", publicKeyId);
    const holder = holders.find((history) => history.identityId === identityId);
    this.issuers.check(receipt, holder);
    const entry = holder?.find(publicKeyId);
    if (!entry) throw new Fault("key-not-valid", `a key of ${identityId}`, `${publicKeyId}, which is another issuer's`);
    const { publicKey, order, end } = entry;
    if (order < (this.newest.get(identityId) ?? 0)) throw new Fault("key-not-valid", "the newest key that this issuer has used in this stream, or a newer one", `${publicKeyId}, which is older`);
    if (end && !trusts(end, this.text, receipt.streamVersion, receipt.hash))
      throw new Fault(end.code, "a receipt that was listed as trusted when the key ended", `${publicKeyId}, ended: ${end.reason}`);
    await checkSignature(receipt, publicKey, known && isSignatureGood);
    this.newest.set(identityId, order);
    if (this.type === "identity") this.history = await this.evolve(receipt, "identity");
    return entry;
  }
  /** The platform's history verifies itself: each key signs its own addition and was named by the one before; all else is signed by the newest. */
  async keyOfThePlatform({ receipt }) {
    const { identityId, publicKeyId } = receipt.issuer;
    const before = this.history?.keys ?? [];
    const history = await this.evolve(receipt, "platform-keys");
    const newest = before.at(-1);
    const added = history.keys.length > before.length ? history.keys.at(-1) : void 0;
    const signing = added ?? newest;
    if (!signing || !history.find(publicKeyId)) throw new Fault("key-unknown", "a key that the history has added", publicKeyId);
    if (identityId !== "platform") throw new Fault("issuer-not-allowed", "platform", identityId);
    const { publicKey } = signing;
    if (publicKeyId !== publicKey.id) throw new Fault("key-not-valid", `the ${added ? "added" : "newest"} key ${publicKey.id}`, publicKeyId);
    if (added && newest && newest.next !== publicKey.id) throw new Fault("key-not-valid", `the successor ${newest.next} that the key before it named`, publicKey.id);
    if (added && !newest) this.checkRoot(publicKey.id);
    await checkSignature(receipt, publicKey);
    this.history = history;
    return null;
  }
  checkRoot(publicKeyId) {
    if (this.trust === null) this.report.addNotChecked("trust-root", `No trust file was given: that the platform's first key is ${publicKeyId} was believed, not checked.`);
    else if (!this.trust.platformKeyIds.has(publicKeyId)) throw new Fault("key-not-valid", "a first platform key that the trust file names", publicKeyId);
  }
  async evolve(receipt, type) {
    try {
      return await KeyHistory.evolve(this.history, receipt, type);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw new Fault("malformed", "a receipt of a key history", error.message);
    }
  }
  /** Verifies a content object that the last receipt names. */
  async content(line, lineNumber) {
    this.line = lineNumber;
    let eventId = null;
    try {
      const bytes = this.arrivals.stored(line);
      if (!this.arrivals.isKnown) return;
      eventId = this.last.receipt?.eventId ?? null;
      const { contentHash, content } = await this.arrivals.take(bytes);
      if (this.history?.needs(contentHash)) this.history = this.history.withLastTrusted(contentHash, content);
    } catch (error) {
      const fault2 = error instanceof FormatError ? new Fault("content-mismatch", "a list of last trusted receipts", error.message) : asFault(error);
      this.fail(fault2, { eventId });
    }
  }
  finishContent() {
    this.arrivals.finish({ line: this.lastLine, streamVersion: this.last.streamVersion, eventId: this.last.receipt?.eventId ?? null });
  }
  /**
   * Ends the stream: nothing more will come.
   * @returns The key history as far as its receipts were good, when this was one.
   */
  end(to, hash) {
    this.finishContent();
    this.line = this.lastLine;
    this.checkEnd(to, hash);
    this.checkMissingContent();
    this.checkEndedKeysOfThePlatform();
    const { streamVersion, receipt } = this.last;
    if (streamVersion >= to) for (const unproven of this.unproven.takeBehind(streamVersion)) this.failUnproven(unproven, `version ${streamVersion} is the last here`);
    if (streamVersion >= this.from) this.report.addStream({ stream: this.name, from: this.from, to: streamVersion, hash: receipt?.hash ?? null });
    this.report.erasedContents += this.arrivals.erasedCount;
    return this.history?.keys.length ? this.history : null;
  }
  checkEnd(to, hash) {
    const { streamVersion, receipt, isKnown } = this.last;
    const at = { eventId: receipt?.eventId ?? null };
    if (isKnown && receipt.commit.index + 1 < receipt.commit.count)
      this.fail(new Fault("commit-torn", `${receipt.commit.count} receipts in the last commit`, `${receipt.commit.index + 1}`), at);
    if (streamVersion < to) this.fail(new Fault("truncated", `receipts up to version ${to}`, `${streamVersion} is the last`));
    else if (streamVersion > to) this.fail(new Fault("version-gap", `the end of the stream at version ${to}`, `version ${streamVersion}`), at);
    else if (isKnown && receipt.hash !== hash) this.fail(new Fault("fork", hash, receipt.hash), at);
    const pinned = this.trust?.heads.get(this.text);
    if (!pinned) this.report.addNotChecked("head", "No head was pinned: a chain alone cannot show that its tail was cut off.");
    else if (streamVersion < pinned.streamVersion && streamVersion >= to) this.fail(new Fault("truncated", `the pinned head at version ${pinned.streamVersion}`, `${streamVersion} is the last`), at);
    this.report.addNotChecked("idempotency-keys", "That no idempotency key stands in two commits needs every key of a stream; a fold checks it.");
  }
  checkMissingContent() {
    for (const [contentHash, by] of this.arrivals.missing)
      if (this.history?.needs(contentHash)) this.fail(new Fault("content-mismatch", `the list of last trusted receipts ${contentHash}`, "none"), by);
      else this.report.addNotChecked("content", `The content ${contentHash} that version ${by.streamVersion} of ${this.text} names is not here: perhaps erased since.`);
  }
  // In its own history a key's compromise is known only after the receipts that it signed have passed: judged at the end.
  checkEndedKeysOfThePlatform() {
    if (this.type !== "platform-keys") return;
    for (const { publicKey, end } of this.history?.keys ?? []) {
      const signed = this.lastSigned.get(publicKey.id);
      if (end && signed && !trusts(end, this.text, signed.receipt.streamVersion, signed.receipt.hash))
        this.fail(new Fault("key-compromised", "a receipt that was listed as trusted when the key ended", `${publicKey.id}, ended: ${end.reason}`), { ...pick(signed.receipt), line: signed.line });
    }
  }
  failUnproven({ code, pin, receipt, line }, found) {
    this.fail(new Fault(code, `a chain that leads to the last trusted receipt, version ${pin.streamVersion} with ${pin.hash}`, found), { ...pick(receipt), line });
  }
  /** Puts a failure into the report, at the line in hand unless it stands elsewhere. */
  fail({ code, expected, found }, { line = this.line, streamVersion = this.last.streamVersion, eventId = null } = {}) {
    this.report.fail({ code, line, stream: this.name, streamVersion, eventId, expected, found });
    return false;
  }
};
var pick = ({ streamVersion, eventId }) => ({ streamVersion, eventId });

// src/verify/subject.ts
var SubjectWatch = class {
  constructor(subject) {
    this.subject = subject;
  }
  subject;
  hasReceipt = false;
  see({ eventId, isGood }) {
    if (isGood && "eventId" in this.subject && eventId === this.subject.eventId) this.hasReceipt = true;
  }
  /** Makes a failure of what did not come. */
  end(report) {
    const { subject } = this;
    const isBook = "bookId" in subject;
    if (isBook ? report.hasWhole("pixbook", "bookId", subject.bookId) : this.hasReceipt) return;
    const expected = isBook ? `the book ${subject.bookId}, from its first receipt on` : `the receipt ${subject.eventId}, and good`;
    report.fail({ code: "stream-mismatch", line: null, stream: null, streamVersion: null, eventId: isBook ? null : subject.eventId, expected, found: "a bundle without it" });
  }
};

// src/verify/bundle.ts
async function verifyBundle(bundle, { trust, subject, name = "bundle", onReceipt, signal }) {
  const watch = subject && new SubjectWatch(subject);
  const verifier = new BundleVerifier(trust, name, (receipt) => {
    watch?.see(receipt);
    onReceipt?.(receipt);
  });
  await verifier.read(bundle, signal);
  watch?.end(verifier.report);
  return verifier.report.finish();
}
var CONTENT = encode('{"content":');
var isContent = (line) => CONTENT.every((byte, i) => line[i] === byte);
var BundleVerifier = class {
  constructor(trust, name, onReceipt) {
    this.trust = trust;
    this.onReceipt = onReceipt;
    this.report = new Report(name);
  }
  trust;
  onReceipt;
  report;
  keys = new KeyRing();
  parts = [];
  next = 0;
  current = null;
  async read(bundle, signal) {
    const lines = linesOf(bundle, signal);
    try {
      const first = await lines.next();
      this.parts = parseHeader(first.done ? new Uint8Array() : first.value);
    } catch (error) {
      await lines.return(void 0);
      return this.noBundle(1, reason(error));
    }
    let number = 1;
    try {
      for await (const line of ahead(lines, (bytes) => this.begin(bytes))) {
        signal?.throwIfAborted();
        if (!await this.line(line, ++number)) break;
      }
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      this.noBundle(error.line, error.message);
    }
    this.completeStream();
    while (this.next < this.parts.length) {
      this.beginStream();
      this.completeStream();
    }
  }
  begin(bytes) {
    return isContent(bytes) ? { isContent: true, bytes } : { isContent: false, bytes, reading: readReceipt2(bytes, (id) => this.keys.find(id)) };
  }
  /** @returns Whether to go on. */
  async line(line, number) {
    if (line.isContent) {
      if (this.current) await this.current.content(line.bytes, number);
      else this.noBundle(number, "content before any receipt");
      return true;
    }
    while (!this.current || this.isBehind(line.bytes, line.reading)) {
      this.completeStream();
      if (this.next === this.parts.length) {
        this.noBundle(number, "a line behind the last stream that the header names");
        return false;
      }
      this.beginStream();
    }
    const isGood = await this.current.verify(line.reading, number);
    const { stream } = this.parts[this.next - 1];
    const receipt = line.reading.fault ? null : line.reading.receipt;
    this.onReceipt({ line: number, stream: streamName(stream), text: receipt?.text ?? null, eventId: receipt?.eventId ?? null, isGood });
    return true;
  }
  /** Whether this receipt is of a stream that comes later: the current one is complete, or the rest of it is missing. */
  isBehind(bytes, reading) {
    const { text: text2 } = this.current;
    const shown = reading.fault ? mentionedStream(bytes, text2) : reading.receipt.streamText === text2;
    if (shown) return false;
    if (this.current.lastVersion >= this.parts[this.next - 1].to) return true;
    return reading.fault === null && this.parts.some((part, i) => i >= this.next && part.text === reading.receipt.streamText);
  }
  beginStream() {
    const { stream, from } = this.parts[this.next++];
    this.current = new StreamVerifier(stream, from, this.trust, this.keys, this.report);
  }
  completeStream() {
    const { current } = this;
    if (!current) return;
    this.current = null;
    const { to, hash, stream } = this.parts[this.next - 1];
    const history = current.end(to, hash);
    if (!history) return;
    const { identityId, version } = history;
    if (!this.keys.tryAdd(history))
      return this.report.fail({ code: "key-not-valid", line: null, stream: streamName(stream), streamVersion: version, eventId: null, expected: `one key history of ${identityId}`, found: "a second one" });
    this.report.addKeyHistory({ identityId, version, hash: history.hash });
    this.report.addNotChecked("key-history-head", "Keys were judged by the key histories as of the versions listed; nothing later was known.");
  }
  noBundle(line, found) {
    this.report.fail({ code: "malformed", line, stream: null, streamVersion: null, eventId: null, expected: "a bundle (concord-bundle, version 1)", found });
  }
};
function reason(error) {
  if (error instanceof FormatError || error instanceof LineFault) return error.message;
  throw error;
}
function mentionedStream(line, name) {
  const shown = new TextDecoder("latin1").decode(line);
  const at = shown.lastIndexOf('"stream":');
  return at >= 0 && shown.startsWith(name, at + '"stream":'.length);
}

// src/verify/single.ts
async function verifyReceipt(receipt, publicKeys) {
  const keys = await Promise.all(publicKeys.map(importKey));
  let parsed;
  try {
    parsed = parseReceipt(typeof receipt === "string" ? encode(receipt) : receipt);
    checkHash(parsed, await hashOf(parsed));
    const { publicKeyId } = parsed.issuer;
    const key = keys.find(({ id }) => id === publicKeyId);
    if (!key) throw new Fault("key-unknown", "one of the keys at hand", publicKeyId);
    await checkSignature(parsed, key);
    return { isGood: true, eventId: parsed.eventId, hash: parsed.hash, publicKeyId };
  } catch (error) {
    const { code, expected, found } = asFault(error);
    return { isGood: false, code, expected, found, eventId: parsed?.eventId ?? null, streamVersion: parsed?.streamVersion ?? null };
  }
}
async function importKey(base64) {
  const key = await PublicKey.import(base64);
  if (key === null) throw new TypeError("A public key is the base64 of an uncompressed P-256 SubjectPublicKeyInfo.");
  return key;
}

// src/verify/policy.ts
var StreamPolicy = class {
  constructor(signers, rules) {
    this.signers = signers;
    this.rules = rules;
  }
  signers;
  rules;
  /** The signer by the first rule that holds; undefined when nobody may sign this. */
  signerOf(type, payload) {
    return (this.rules.get(type) ?? this.rules.get("*"))?.find((rule) => rule.holds(payload))?.signer;
  }
};
function parsePolicy(json) {
  const policy = /* @__PURE__ */ new Map();
  for (const [type, entry] of map(members(json, "the policy", ["streams"]).streams, "streams")) {
    const { receipts, signers } = members(entry, `the policy of ${type}`, ["receipts"], ["signers"]);
    const named = new Map([...map(signers ?? /* @__PURE__ */ new Map(), "signers")].map(([name, signer]) => [name, parseSigner(name, signer)]));
    const rules = new Map([...map(receipts, "receipts")].map(([name, items]) => [name, list(items, name).map((item) => parseRule(item, named))]));
    policy.set(type, new StreamPolicy(named, rules));
  }
  return policy;
}
function parseSigner(name, json) {
  if (name === "platform") refuse('the signer "platform" is the platform');
  const { identity, account } = members(json, `the signer ${name}`, ["identity", "account"]);
  const accountId = text(account, "account");
  return { identity: pointer(identity), account: accountId.startsWith("/") ? pointer(account) : null, accountId };
}
function parseRule(json, named) {
  const { signer: name, when } = members(json, "a rule", ["signer"], ["when"]);
  const signer = text(name, "signer");
  if (signer !== "platform" && !named.has(signer)) refuse(`nobody says who ${signer} is`);
  if (when === void 0) return { signer, holds: () => true };
  const condition = members(when, "a condition", ["pointer", "equals"]);
  const [find, expected] = [pointer(condition.pointer), text(condition.equals, "equals")];
  return { signer, holds: (payload) => find(payload) === expected };
}
function pointer(value) {
  const path = text(value, "a JSON Pointer");
  if (!path.startsWith("/")) refuse("a JSON Pointer begins with a slash");
  const names = path.slice(1).split("/").map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  return (payload) => {
    const found = names.reduce((at, name) => isObject(at) ? at.get(name) : void 0, payload);
    return typeof found === "string" ? found : void 0;
  };
}

// src/verify/trust.ts
var TrustFile = class _TrustFile {
  constructor(platformKeyIds, policy, heads) {
    this.platformKeyIds = platformKeyIds;
    this.policy = policy;
    this.heads = heads;
  }
  platformKeyIds;
  policy;
  heads;
  /**
   * Reads a trust file, of version 1, strictly.
   * @throws {FormatError} It is none, or has a member that this program does not know: it may have been a restriction.
   */
  static parse(file) {
    const { format, version, platformKeyIds, policy, heads } = members(
      parseFile(typeof file === "string" ? encode(file) : file),
      "a trust file",
      ["format", "version", "platformKeyIds"],
      ["policy", "heads"]
    );
    if (format !== "concord-trust") refuse('this is not a trust file: "format" is not "concord-trust"');
    if (version !== 1) refuse("a trust file of a version that this program does not know; it knows version 1");
    const ids = list(platformKeyIds, "platformKeyIds");
    if (ids.length === 0 || !ids.every(isHash)) return refuse("platformKeyIds lists at least one sha256:<64 hex>, and nothing else");
    return new _TrustFile(new Set(ids), policy === void 0 ? null : parsePolicy(policy), heads === void 0 ? /* @__PURE__ */ new Map() : parsePins(heads, "heads"));
  }
};
function parseFile(bytes) {
  try {
    return parseJson(bytes);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw new FormatError(`the trust file is ${error.message}`);
  }
}
export {
  FormatError,
  TrustFile,
  verifyBundle,
  verifyReceipt
};
