// The host's API, as whoever is signed in: by the session's cookie, or in development by a name.

const NAME = 'pixpax-album:development-user';

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? '';

export const signIn = { isDevelopment: meta('pixpax-sign-in') === 'development', url: meta('pixpax-sign-in-url') };

/** The host's problem (RFC 9457), or that it could not be reached: then its status is 0. */
export class Problem extends Error {
  constructor(status, code, detail, requestId = null) {
    super(detail);
    Object.assign(this, { name: 'Problem', status, code, requestId });
  }
}

export const developmentUser = () => (signIn.isDevelopment ? sessionStorage.getItem(NAME) : null);

export function setDevelopmentUser(name) {
  if (name) sessionStorage.setItem(NAME, name);
  else sessionStorage.removeItem(NAME);
}

/**
 * Asks the host, and reads its answer.
 *
 * @param read What is to come of a good answer. A body that breaks off, or is not what it should be, is a problem as any other.
 * @returns What `read` makes of it; the answer itself when it is not given.
 */
export async function get(path, read = (response) => response) {
  const headers = {};
  const user = developmentUser();
  if (user) headers.authorization = `Bearer dev:${user}`;
  let response;
  try {
    response = await fetch(path, { headers, credentials: 'same-origin', redirect: 'error' });
    if (response.ok) return await read(response);
  } catch {
    if (response) throw new Problem(0, 'broken-off', 'The answer of the host broke off, or is not what it should be.');
    throw new Problem(0, 'unreachable', navigator.onLine ? 'The host cannot be reached.' : 'There is no network.');
  }
  const problem = (await response.json().catch(() => null)) ?? {};
  throw new Problem(response.status, String(problem.code ?? response.status), String(problem.detail ?? response.statusText), problem.requestId ?? null);
}

export const getJson = (path) => get(path, (response) => response.json());

const book = (bookId) => `/v1/pixbooks/${encodeURIComponent(bookId)}`;

export const getStickerbook = (bookId) => getJson(`${book(bookId)}/stickerbook`);

export const getBundle = (bookId) => get(`${book(bookId)}/bundle`, (response) => response.arrayBuffer());

export const getTrust = () => get('/.well-known/concord-trust.json', (response) => response.text());

/** The receipts from a version on, in their order, each with its exact text. */
export const getReceipts = (bookId, after, limit) =>
  get(`${book(bookId)}/receipts?after=${after}&limit=${limit}`, async (response) => {
    const text = await response.text();
    // Only what is whole is split: it would look for the end of a text that broke off for ever.
    JSON.parse(text);
    return splitReceipts(text).map((receipt) => ({ text: receipt, json: JSON.parse(receipt) }));
  });

/**
 * The items of a page's `data`, as they are written. What was parsed and written again would be other bytes than those that were hashed.
 */
export function splitReceipts(text) {
  const start = text.indexOf('[') + 1;
  const items = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (character === '{' || character === '[') {
      if (depth++ === 0) from = at;
    } else if (character === '}' || character === ']') {
      if (depth === 0) break;
      if (--depth === 0) items.push(text.slice(from, at + 1));
    }
  }
  return items;
}
