// The receipts of the book that are known to the page, and what the album's labels say of them.

import { Problem, getReceipts } from './api.js';

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

  /**
   * Reads what is between two versions, the second one included, unless it is known.
   * @throws {Problem} It could not be read, or the host left some of it out.
   */
  async load(after, to) {
    if (this.firstUnknown(after, to) === null) return;
    for (const receipt of await getReceipts(this.bookId, after, to - after)) this.add(receipt);
    const missing = this.firstUnknown(after, to);
    if (missing !== null) throw new Problem(0, 'left-out', `The host left out receipt ${missing}.`);
  }

  firstUnknown(after, to) {
    for (let version = after + 1; version <= to; version++) if (!this.known.has(version)) return version;
    return null;
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
