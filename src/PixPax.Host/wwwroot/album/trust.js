// Which first platform key this browser has seen this host name: trust on first use, and a warning when it changes.

const SEEN = 'pixpax-album:first-key';

export function seenKey() {
  try {
    const seen = JSON.parse(localStorage.getItem(SEEN));
    return Array.isArray(seen?.ids) && typeof seen.since === 'string' ? seen : null;
  } catch {
    return null;
  }
}

export function rememberKey(ids) {
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
