// The album's pages: collections by version, series, slots.

import { counted, el, named } from './dom.js';
import { drawCard, drawShape } from './pixels.js';

const TINTS = 6;

/** @param open Is given a card that the book holds: its slot, series, version and colours. */
export function renderStickers(book, open) {
  const pages = book.versions.map((version, index) => renderVersion(version, `page-${index}`, open));
  const parts = [];
  if (pages.length === 0) parts.push(el('p', { class: 'empty' }, 'Its collection is not published yet: there is nothing to collect.'));
  if (book.versions.reduce((count, version) => count + version.series.length, 0) > 1) parts.push(renderContents(book));
  parts.push(...pages);
  if (book.unlisted.length > 0) parts.push(renderUnlisted(book.unlisted));
  const all = document.createDocumentFragment();
  all.append(...parts);
  return all;
}

/** How far slots are, by the copies that they list: the host's own counts are compared with these and never drawn. */
export function completionOf(slots) {
  const copies = slots.map(({ instances }) => instances.length);
  return { unique: copies.filter((count) => count > 0).length, total: slots.length, spares: copies.reduce((sum, count) => sum + Math.max(0, count - 1), 0) };
}

export function completionBar({ unique, total, spares }) {
  const percent = total === 0 ? 0 : Math.floor((100 * unique) / total);
  return el('div', { class: 'completion' },
    el('progress', { max: Math.max(total, 1), value: unique, 'aria-label': 'Completion' }),
    el('p', {}, el('strong', {}, `${unique} of ${total}`), ` stickers · ${percent} %`, spares > 0 && ` · ${counted(spares, 'spare', 'spares')}`));
}

function renderContents(book) {
  const links = book.versions.flatMap((version, page) => version.series.map((series, index) =>
    el('li', {}, el('a', { href: `#page-${page}-${index}`, class: `chip tint-${index % TINTS}` }, named(series.name, 40), ' ', el('span', { class: 'chip-count' }, chipCount(completionOf(series.slots)))))));
  return el('nav', { class: 'contents', 'aria-label': 'Series' }, el('ul', { role: 'list' }, links));
}

const chipCount = ({ unique, total }) => `${unique}/${total}`;

function renderVersion(version, id, open) {
  return el('section', { class: 'page', 'aria-labelledby': id },
    el('header', { class: 'page-head' },
      el('h2', { id }, named(version.name ?? version.collectionId), ' ', el('span', { class: 'version' }, version.version)),
      version.description && el('p', { class: 'lead' }, named(version.description, 300))),
    version.series.map((series, index) => renderSeries(version, series, `${id}-${index}`, index % TINTS, open)));
}

function renderSeries(version, series, id, tint, open) {
  const { unique, total, spares } = completionOf(series.slots);
  const isComplete = total > 0 && unique === total;
  return el('section', { class: `series tint-${tint}${series.isRetired ? ' retired' : ''}`, 'aria-labelledby': id },
    el('header', { class: 'series-head' },
      el('h3', { id, tabIndex: -1 }, named(series.name)),
      series.isRetired && el('span', { class: 'mark retired-mark', title: 'No card of this series is given out any more.' }, 'Retired'),
      isComplete && el('span', { class: 'mark complete-mark' }, 'Complete'),
      el('p', { class: 'count' }, `${unique} of ${total}`, spares > 0 && ` · ${counted(spares, 'spare', 'spares')}`)),
    el('div', { class: 'blocks', 'aria-hidden': 'true' }, series.slots.map((slot) => el('span', { class: slot.instances.length > 0 ? 'block on' : 'block' }))),
    el('ol', { class: 'slots', role: 'list' }, series.slots.map((slot) => renderSlot({ version, series, slot, colors: (slot.palette ?? version.palette).colors, tint }, open))));
}

function renderSlot(card, open) {
  const { slot } = card;
  const copies = slot.instances.length;
  const label = (hidden) => el('span', { class: 'label', 'aria-hidden': hidden ? 'true' : null }, named(slot.label, 60));
  if (copies === 0) {
    return el('li', { class: 'slot empty-slot' },
      el('div', { class: 'frame' }, drawShape(slot.grid), el('span', { class: 'number', 'aria-hidden': 'true' }, numberOf(slot))),
      label(false), el('span', { class: 'unseen' }, ', missing'));
  }

  const isShiny = slot.role === 'shiny';
  return el('li', { class: `slot filled-slot${isShiny ? ' shiny' : ''}` },
    el('button', { type: 'button', class: 'sticker', click: () => open(card) },
      el('span', { class: 'cut' },
        el('span', { class: 'frame' }, drawCard(slot.grid, card.colors, slot.label)),
        copies > 1 && el('span', { class: 'badge', 'aria-hidden': 'true' }, `×${copies}`)),
      copies > 1 && el('span', { class: 'unseen' }, `, ${copies} copies`),
      isShiny && el('span', { class: 'unseen' }, ', shiny'),
      label(true)));
}

export const numberOf = (slot) => String(slot.slotIndex + 1).padStart(2, '0');

/** What a collection would have to list and does not: shown by its ids, because nothing else of it is known. */
function renderUnlisted(cards) {
  return el('section', { class: 'page', 'aria-labelledby': 'unlisted' },
    el('h2', { id: 'unlisted' }, 'Cards that no collection lists'),
    el('p', { class: 'lead' }, 'The receipts say that they are in the book, and no published collection knows them as they are.'),
    el('ul', { class: 'unlisted', role: 'list' }, cards.map((card) => el('li', {}, el('strong', {}, card.cardId), ` of ${card.collectionId} ${card.collectionVersion}`))));
}
