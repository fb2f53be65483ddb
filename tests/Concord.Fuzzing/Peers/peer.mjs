// Answers for the second implementation: reads lines "PARSER BASE64", writes its verdict on each as one line. NodePeer.cs asks.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { JsonFault, canonicalBytes, canonicalText, parseJson } from '../../vectors/jcs.mjs';
import * as receipts from '../../vectors/receipt.mjs';
import * as bundles from '../../vectors/verify.mjs';

const read = (file) => readFileSync(new URL('../../vectors/' + file, import.meta.url));
const manifest = JSON.parse(read('manifest.json'));
const keys = (await Promise.all(manifest.keys.filter((key) => key.good).map((key) => receipts.importKey(key.spki))));
// The same as in BundleTarget.cs, by the length of the file.
const trusts = [null, bundles.parseTrust(read('trust/trust.json')), bundles.parseTrust(read('trust/pinned.json'))];

async function kindOf(check) {
  try {
    await check();
    return 'good';
  } catch (error) {
    if (error instanceof receipts.Failure) return error.kind;
    throw error;
  }
}

async function canonical(bytes, rules) {
  try {
    return await receipts.sha256(canonicalBytes(parseJson(bytes, rules)));
  } catch (error) {
    if (error instanceof JsonFault) return 'refused';
    throw error;
  }
}

const streamText = (stream) => (stream === null ? '-' : canonicalText(stream));

const parsers = {
  canonical: (bytes) => canonical(bytes, {}),

  receipt: (bytes) => kindOf(async () => {
    const receipt = receipts.parseReceipt(bytes);
    await receipts.checkHash(receipt);
    const key = keys.find((item) => item.id === receipt.publicKeyId);
    receipts.demand(key, 'key-unknown', receipt.publicKeyId);
    await receipts.checkSignature(receipt, key);
  }),

  commit: (bytes) => kindOf(() => receipts.parseCommit(bytes)),

  content: async (bytes) => (await kindOf(() => receipts.parseContent(bytes)) === 'good' ? 'good' : 'refused'),

  trust: async (bytes) => (await kindOf(() => bundles.parseTrust(bytes)) === 'good' ? 'good' : 'refused'),

  bundle: async (bytes) => {
    const { failures, notChecked, streams } = await bundles.verifyBundle(bytes, trusts[bytes.length % 3]);
    const told = failures.slice(0, 100).map((item) => [item.kind, item.line ?? '-', streamText(item.stream), item.streamVersion ?? '-', item.eventId ?? '-'].join(' '));
    const verified = streams.map((item) => [streamText(item.stream), item.from, item.to].join(' '));
    return [failures.length, ...told, ...notChecked, ...verified].join('; ');
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [parser, base64] = line.split(' ');
  let answer;
  try {
    answer = await parsers[parser](new Uint8Array(Buffer.from(base64 ?? '', 'base64')));
  } catch (error) {
    answer = 'error: ' + String(error.stack).replaceAll('\n', ' ');
  }
  process.stdout.write(answer + '\n');
}
