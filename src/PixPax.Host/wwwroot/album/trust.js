// Which first platform key this browser has seen this host name: trust on first use, and a warning when it changes.

const SEEN = 'pixpax-album:first-key';

export function seenKey() {
  try {
    const seen = JSON.parse(localStorage.getItem(SEEN));
    return Array.isArray(seen?.ids) && seen.ids.length > 0 && typeof seen.since === 'string' ? seen : null;
  } catch {
    return null;
  }
}

/** No key at all is nothing to remember: every real one would look changed beside it. */
export function rememberKey(ids) {
  if (ids.length === 0) return;
  try {
    localStorage.setItem(SEEN, JSON.stringify({ ids, since: new Date().toISOString() }));
  } catch {
    // A browser that keeps nothing sees every host for the first time.
  }
}

export function keyIdsOf(trust) {
  try {
    return JSON.parse(trust).platformKeyIds.map(String);
  } catch {
    return [];
  }
}

export const isSame = (ids, others) => ids.length === others.length && [...ids].sort().every((id, i) => id === [...others].sort()[i]);
