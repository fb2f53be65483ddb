// Measures the Node peers on request, one JSON message a line: {"load":NAME,"text":…} keeps an input, and
// {"input":NAME,"peer":NAME,"milliseconds":n} works for about that long. The process stays: what is measured is warm.
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import canonicalize from 'canonicalize';
import { canonicalize as jsonCanonicalize } from 'json-canonicalize';

const peers = {
  'canonicalize': text => canonicalize(JSON.parse(text)),
  'json-canonicalize': text => jsonCanonicalize(JSON.parse(text)),
};
const inputs = new Map();
let sink = 0;

function measure(work, text, milliseconds) {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  const end = start + BigInt(Math.round(milliseconds * 1e6));
  let operations = 0;
  let now = start;
  // The clock is read once for several operations, so that reading it is not what is measured.
  const several = text.length > 10_000 ? 1 : 32;
  while (now < end) {
    for (let i = 0; i < several; i++) sink += work(text).length;
    operations += several;
    now = process.hrtime.bigint();
  }
  const { user, system } = process.cpuUsage(cpu);
  // The shorter of wall and processor time is the fairer to the peer: on a busy machine the wall counts its neighbours, on a quiet
  // one the processor counts the helper threads of its own runtime.
  return Math.min(Number(now - start), (user + system) * 1000) / operations;
}

function answer({ load, text, input, peer, milliseconds }) {
  if (load === undefined) return { nanoseconds: measure(peers[peer], inputs.get(input), milliseconds) };
  inputs.set(load, text);
  const digests = Object.entries(peers).map(([name, work]) => [name, createHash('sha256').update(work(text)).digest('hex')]);
  return { version: process.version, digests: Object.fromEntries(digests) };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(answer(JSON.parse(line))));
}
process.exitCode = sink < 0 ? 1 : 0;
