// The receipts of the book that are known to the page, and what the album's labels say of them.

import { getReceipts } from './api.js';

export class Receipts {
  /** By version: the exact text and what it says. */
  known = new Map();
  /** The cards that were added, by their copies' ids. */
  cards = new Map();

  constructor(book) {
    this.bookId = book.bookId;
    this.head = book.streamVersion;
    this.faces = new Map();
    for (const version of book.versions)
      for (const series of version.series)
        for (const slot of series.slots)
          this.faces.set(`${version.collectionId} ${version.version} ${slot.cardId}`, { label: slot.label, grid: slot.grid, colors: (slot.palette ?? version.palette).colors });
  }

  /** Reads what is between two versions, the second one included, unless it is known. */
  async load(after, to) {
    let isKnown = true;
    for (let version = after + 1; version <= to; version++) isKnown &&= this.known.has(version);
    if (isKnown) return;
    for (const receipt of await getReceipts(this.bookId, after, to - after)) this.add(receipt);
  }

  async at(version) {
    await this.load(version - 1, version);
    return this.known.get(version) ?? null;
  }

  add({ text, json }) {
    if (this.known.has(json.streamVersion)) return;
    this.known.set(json.streamVersion, { text, json });
    if (json.type === 'CARD_ADDED') this.cards.set(json.payload.cardInstanceId, json.payload);
  }

  /** How a card looks, by the payload that added it; null when no collection that is shown lists it. */
  faceOf({ collectionId, collectionVersion, cardId }) {
    return this.faces.get(`${collectionId} ${collectionVersion} ${cardId}`) ?? null;
  }

  /** The card that a receipt is about, as it was added; null for one about none, or about one whose adding is not known here yet. */
  cardOf({ type, payload }) {
    return type === 'CARD_ADDED' ? payload : type === 'CARD_REMOVED' ? (this.cards.get(payload.cardInstanceId) ?? null) : null;
  }
}
