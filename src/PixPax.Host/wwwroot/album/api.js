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

/** @returns The answer, which is a good one. */
export async function get(path) {
  const headers = {};
  const user = developmentUser();
  if (user) headers.authorization = `Bearer dev:${user}`;
  let response;
  try {
    response = await fetch(path, { headers, credentials: 'same-origin', redirect: 'error' });
  } catch {
    throw new Problem(0, 'unreachable', navigator.onLine ? 'The host cannot be reached.' : 'There is no network.');
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Problem(response.status, String(problem.code ?? response.status), String(problem.detail ?? response.statusText), problem.requestId ?? null);
}

const book = (bookId) => `/v1/pixbooks/${encodeURIComponent(bookId)}`;

export const getStickerbook = async (bookId) => (await get(`${book(bookId)}/stickerbook`)).json();

export const getBundle = async (bookId) => (await get(`${book(bookId)}/bundle`)).arrayBuffer();

export const getTrust = async () => (await get('/.well-known/concord-trust.json')).text();

/** The receipts from a version on, in their order, each with its exact text. */
export async function getReceipts(bookId, after, limit) {
  const text = await (await get(`${book(bookId)}/receipts?after=${after}&limit=${limit}`)).text();
  return splitReceipts(text).map((receipt) => ({ text: receipt, json: JSON.parse(receipt) }));
}

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
