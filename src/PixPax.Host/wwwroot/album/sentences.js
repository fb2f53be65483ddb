// A receipt in a sentence.

import { el, named } from './dom.js';

const SOURCES = { grant: 'from a grant', pack: 'from a pack', trade: 'in a trade' };
const REASONS = { discarded: 'discarded', traded: 'in a trade', correction: 'as a correction' };

/** @returns What to put into a heading: text, and names that somebody else chose. */
export function sentenceOf(receipt, receipts) {
  const { type, payload } = receipt;
  const card = receipts.cardOf(receipt);
  const name = card ? nameOf(card, receipts) : 'A card';
  switch (type) {
    case 'PIXBOOK_CREATED':
      return ['The book was opened'];
    case 'PIXBOOK_SAVE':
      return [payload.snapshot?.contentHash && typeof payload.snapshot.bytes === 'number' ? `The book was saved, ${payload.snapshot.bytes.toLocaleString()} bytes` : 'The book was saved'];
    case 'CARD_ADDED':
      return [name, ' was added ', SOURCES[payload.source?.kind] ?? ''];
    case 'CARD_REMOVED':
      return [name, ' was taken out, ', REASONS[payload.reason] ?? named(String(payload.reason), 60)];
    case 'CONTENT_ERASED':
      return ['A text was erased for good'];
    default:
      return [spoken(type)];
  }
}

function nameOf(card, receipts) {
  return el('strong', {}, named(receipts.faceOf(card)?.label ?? String(card.cardId), 60));
}

/** What this page does not know yet is called by its type. */
const spoken = (type) => String(type).toLowerCase().replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());
