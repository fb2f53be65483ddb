// Verifies a bundle several times; the same in Node.js and in browsers.

import { TrustFile, verifyBundle } from '../../clients/typescript/dist/verify.js';

export async function measure(bundle, trustText, rounds) {
  const trust = TrustFile.parse(trustText);
  const bytes = new TextEncoder().encode(bundle);
  const times = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    const report = await verifyBundle(bytes, { trust });
    if (!report.isGood) throw new Error(JSON.stringify(report.failures[0]));
    if (round > 0) times.push(report.receipts / ((performance.now() - start) / 1000)); // the first is for warming up
  }
  return times.sort((a, b) => a - b);
}
