// The verifier judges receipts; which stickers they add up to is the host's word. So they are added up here too.

/**
 * @param book What the page shows.
 * @param proven The receipts of the book in the bundle, in order.
 * @param report The verifier's, on the bundle.
 * @returns Whether they are the same, and if not, why not; and whether the receipts are the book's whole history, from the first on.
 */
export function shownAgainst(book, proven, report) {
  const why = whyNotWhole(book, proven, report);
  if (why !== null) return { isSame: false, isWhole: false, why };
  const upTo = proven.slice(0, book.streamVersion);
  if (upTo.at(-1).json.hash !== book.hash) return { isSame: false, isWhole: true, why: `The page shows another history: its receipt ${book.streamVersion} is not the one in the bundle.` };

  const held = new Map();
  for (const { json: { type, payload } } of upTo) {
    if (type === 'CARD_ADDED') held.set(payload.cardInstanceId, nameOf(payload.collectionId, payload.collectionVersion, payload.cardId, payload.itemHash));
    else if (type === 'CARD_REMOVED') held.delete(payload.cardInstanceId);
  }

  const differ = countDifferent(book, held);
  return differ === 0
    ? { isSame: true, isWhole: true, cards: held.size }
    : { isSame: false, isWhole: true, why: `The stickers that the page shows are not those that the receipts add up to: ${differ} differ.` };
}

/** A bundle may be good and be another book's, or begin where its maker liked: then it says nothing of this one. */
function whyNotWhole(book, proven, { streams }) {
  const books = streams.filter(({ stream }) => stream.type === 'pixbook');
  const own = books.filter(({ stream }) => stream.bookId === book.bookId);
  if (own.length === 0 && books.length > 0) return 'The host gave another book’s receipts.';
  if (own.length > 1) return 'The bundle holds more than one history under the number of this book.';
  if (own.length === 1 && own[0].from !== 1) return `The bundle begins at version ${own[0].from}: what the book was before is not in it.`;
  for (let version = 1; version <= book.streamVersion; version++) {
    const found = proven[version - 1]?.json.streamVersion;
    if (found === version) continue;
    return version > proven.length && version > 1
      ? `The page shows the book at version ${book.streamVersion}, and the bundle does not reach there.`
      : `The bundle does not hold receipt ${version} in its place.`;
  }
  return own.length === 1 ? null : 'The bundle does not hold this book.';
}

/** Each copy is in one place, once; each slot counts what it lists. */
function countDifferent(book, held) {
  const seen = new Set();
  let differ = 0;
  const compare = (id, name) => {
    if (seen.has(id) || held.get(id) !== name) differ++;
    seen.add(id);
  };
  for (const { collectionId, version, series } of book.versions)
    for (const { cardId, itemHash, count, instances } of series.flatMap(({ slots }) => slots)) {
      if (count !== instances.length) differ++;
      for (const { cardInstanceId } of instances) compare(cardInstanceId, nameOf(collectionId, version, cardId, itemHash));
    }
  for (const { cardInstanceId, collectionId, collectionVersion, cardId, itemHash } of book.unlisted) compare(cardInstanceId, nameOf(collectionId, collectionVersion, cardId, itemHash));
  for (const id of held.keys()) if (!seen.has(id)) differ++;
  return differ;
}

const nameOf = (...parts) => parts.join(' ');
