// Verifies beside the page, so that it can be read meanwhile. It is started with the page and never again: it needs no network.

import { TrustFile, verifyBundle } from './verify.js';

addEventListener('message', async ({ data: { id, bundle, trust, name } }) => {
  const receipts = [];
  try {
    const report = await verifyBundle(new Uint8Array(bundle), {
      trust: trust === null ? null : TrustFile.parse(trust),
      name,
      onReceipt: (receipt) => receipts.push(receipt),
    });
    postMessage({ id, report, receipts });
  } catch (error) {
    postMessage({ id, problem: error.message });
  }
});

postMessage({ isReady: true });
