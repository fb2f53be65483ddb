// The verifier's worker, as a function.

const WORKER = '/album/files/verify-worker.js';

const worker = new Worker(scriptUrl(WORKER), { type: 'module' });
const waiting = new Map();
let last = 0;

/** Fulfilled when the worker has all that it needs. */
export const ready = new Promise((resolve, reject) => {
  worker.addEventListener('message', ({ data }) => {
    if (data.isReady) return resolve();
    const { fulfil, refuse } = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.problem === undefined) fulfil(data);
    else refuse(new Error(data.problem));
  });
  worker.addEventListener('error', () => {
    const error = new Error('The verifier could not be loaded. Load the page again.');
    reject(error);
    for (const { refuse } of waiting.values()) refuse(error);
    waiting.clear();
  });
});
ready.catch(() => undefined);

/** Verifies a bundle; see verify.js for the report. */
export async function verify(bundle, trust, name) {
  await ready;
  const id = ++last;
  return new Promise((fulfil, refuse) => {
    waiting.set(id, { fulfil, refuse });
    worker.postMessage({ id, bundle, trust, name });
  });
}

// The one script address that the page makes; the policy of its headers allows this maker and no other.
function scriptUrl(url) {
  if (!globalThis.trustedTypes) return url;
  const policy = trustedTypes.createPolicy('pixpax-album', {
    createScriptURL(asked) {
      if (asked === WORKER) return asked;
      throw new TypeError(`The album runs no ${asked}.`);
    },
  });
  return policy.createScriptURL(url);
}
