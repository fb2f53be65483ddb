// A verifier of Concord receipts, written from docs/receipt-format.md: WebCrypto and nothing else, no dependency, no network.
//
//   node verify.mjs BUNDLE [--trust TRUST_FILE]        exit code 0: good; 1: bad; 2: usage; 3: good as far as it was checked
//
// Read it beside docs/verifying.md. It reads the file into memory to stay short; the format itself allows one pass in constant memory.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { canonicalBytes, canonicalText, parseJson } from './jcs.mjs';
import { Failure, HASH, MAX_SAFE, isInteger, isStream, isText, parseReceipt, sameBytes } from './receipt.mjs';
import { StreamVerifier } from './stream.mjs';
import { list, members, parseTrust, refuse } from './trust.mjs';

export { parseTrust };

const RANK = { 'platform-keys': 0, identity: 1 };
const rank = (stream) => RANK[stream.get('type')] ?? 2;
const isBefore = (a, b) => rank(a) !== rank(b) ? rank(a) < rank(b) : canonicalText(a) < canonicalText(b);

function parseHeader(line) {
  let json;
  try { json = parseJson(line); } catch (error) { refuse(error.message); }
  if (!sameBytes(canonicalBytes(json), line)) refuse('the header is not canonical');
  const { format, version, streams } = members(json, ['format', 'version', 'streams']);
  if (format !== 'concord-bundle' || version !== 1) refuse('not a bundle of version 1');
  const parts = list(streams).map((item) => members(item, ['stream', 'from', 'to', 'hash']));
  if (parts.length === 0) refuse('a bundle of nothing');
  parts.forEach(({ stream, from, to, hash }, i) => {
    if (!isStream(stream) || !isInteger(from, 1, MAX_SAFE) || !isInteger(to, from, MAX_SAFE) || !isText(hash, HASH)) refuse('not {stream, from, to, hash}');
    if (from !== 1 && rank(stream) < 2) refuse('a key history begins at version 1');
    if (i > 0 && !isBefore(parts[i - 1].stream, stream)) refuse('streams out of order');
  });
  return parts;
}

/** Verifies a bundle. The verdict is data: failures, what was verified, and what was not checked. */
export async function verifyBundle(bytes, trust) {
  const report = { failures: [], notChecked: new Set(), streams: [], keyHistories: [] };
  const noBundle = (line, why) => report.failures.push({ kind: 'malformed', line, stream: null, streamVersion: null, eventId: null, why });
  const lines = [];
  for (let start = 0, end; start < bytes.length; start = end + 1) {
    end = bytes.indexOf(0x0a, start);
    if (end < 0) { lines.push(null); break; } // cut off
    lines.push(bytes.subarray(start, end));
  }
  let parts;
  try { parts = parseHeader(lines[0] ?? refuse('no line')); } catch (error) {
    if (!(error instanceof Failure)) throw error;
    noBundle(1, error.message);
    return finish(report);
  }

  const histories = new Map();
  let next = 0;
  let current = null;
  const begin = () => { current = new StreamVerifier(report, trust, histories, parts[next].stream, parts[next].from); next++; };
  const complete = () => {
    if (!current) return;
    const history = current.end(parts[next - 1].to, parts[next - 1].hash);
    if (history && histories.has(history.identityId)) current.fail('key-not-valid', 'a second history of one issuer', { line: null, streamVersion: history.version });
    else if (history) {
      histories.set(history.identityId, history);
      report.keyHistories.push({ identityId: history.identityId, version: history.version, hash: history.hash });
      report.notChecked.add('key-history-head');
    }
    current = null;
  };
  // The receipt is of a stream that comes later: the current one is complete, or the rest of it is missing.
  const isBehind = (line) => {
    const shown = new TextDecoder('latin1').decode(line);
    if (shown.slice(shown.lastIndexOf('"stream":') + 9).startsWith(current.name)) return false; // the last mention is the receipt's own
    if (current.last.streamVersion >= parts[next - 1].to) return true;
    try {
      const { streamText } = parseReceipt(line);
      return parts.slice(next).some((part) => canonicalText(part.stream) === streamText);
    } catch { return false; }
  };

  scan: for (let i = 1; i < lines.length; i++) {
    const line = lines[i];
    if (line === null) { noBundle(i + 1, 'the last line does not end in a line feed'); break; }
    if (new TextDecoder().decode(line.subarray(0, 11)) === '{"content":') {
      if (current) await current.content(line, i + 1);
      else noBundle(i + 1, 'content before any receipt');
      continue;
    }
    while (!current || isBehind(line)) {
      complete();
      if (next === parts.length) { noBundle(i + 1, 'a line behind the last stream'); break scan; }
      begin();
    }
    await current.receipt(line, i + 1);
  }
  complete();
  while (next < parts.length) { begin(); complete(); } // promised, and never came
  return finish(report);
}

const finish = (report) => ({ ...report, notChecked: [...report.notChecked].sort() });

// ---------------------------------------------------------------------------------------------------------------- command line

const toJson = (key, value) => (value instanceof Map ? Object.fromEntries(value) : value);
export const reportText = (report) => JSON.stringify(report, toJson, 2);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, option, trustFile, more] = process.argv.slice(2);
  if (!file || more || (option !== undefined && (option !== '--trust' || !trustFile))) {
    console.error('usage: node verify.mjs BUNDLE [--trust TRUST_FILE]');
    process.exit(2);
  }
  const report = await verifyBundle(readFileSync(file), trustFile ? parseTrust(readFileSync(trustFile)) : null);
  console.log(reportText(report));
  const wanting = report.notChecked.some((item) => ['trust-root', 'issuer-policy', 'signatures', 'content'].includes(item));
  process.exit(report.failures.length ? 1 : wanting ? 3 : 0);
}
