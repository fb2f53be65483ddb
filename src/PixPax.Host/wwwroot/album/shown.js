// The verifier judges receipts; which stickers they add up to is the host's word. So they are added up here too.

/**
 * @param book What the page shows.
 * @param proven The receipts of the book in the bundle, in order.
 * @returns Whether they are the same, and if not, why not.
 */
export function shownAgainst(book, proven) {
  const upTo = proven.filter(({ json }) => json.streamVersion <= book.streamVersion);
  const head = upTo.at(-1)?.json;
  if (head?.streamVersion !== book.streamVersion) return { isSame: false, why: `The page shows the book at version ${book.streamVersion}, and the bundle does not reach there.` };
  if (head.hash !== book.hash) return { isSame: false, why: `The page shows another history: its receipt ${book.streamVersion} is not the one in the bundle.` };

  const held = new Map();
  for (const { json: { type, payload } } of upTo) {
    if (type === 'CARD_ADDED') held.set(payload.cardInstanceId, nameOf(payload.collectionId, payload.collectionVersion, payload.cardId, payload.itemHash));
    else if (type === 'CARD_REMOVED') held.delete(payload.cardInstanceId);
  }

  const shown = copiesOf(book);
  const differ = [...shown].filter(([id, name]) => held.get(id) !== name).length + [...held.keys()].filter((id) => !shown.has(id)).length;
  return differ === 0
    ? { isSame: true, cards: held.size }
    : { isSame: false, why: `The stickers that the page shows are not those that the receipts add up to: ${differ} differ.` };
}

function copiesOf(book) {
  const shown = new Map(book.unlisted.map((card) => [card.cardInstanceId, nameOf(card.collectionId, card.collectionVersion, card.cardId, card.itemHash)]));
  for (const { collectionId, version, series } of book.versions)
    for (const { cardId, itemHash, instances } of series.flatMap(({ slots }) => slots))
      for (const { cardInstanceId } of instances) shown.set(cardInstanceId, nameOf(collectionId, version, cardId, itemHash));
  return shown;
}

const nameOf = (...parts) => parts.join(' ');
