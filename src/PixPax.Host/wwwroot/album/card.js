// One card, large, with its copies.

import { counted, el, named } from './dom.js';
import { drawCard } from './pixels.js';
import { showSheet } from './sheet.js';
import { numberOf } from './stickerbook.js';

const SOURCES = { grant: 'from a grant', pack: 'from a pack', trade: 'in a trade' };

export class CardSheet {
  constructor(openReceipt) {
    this.openReceipt = openReceipt;
  }

  open({ version, series, slot, colors, tint }) {
    showSheet(named(slot.label),
      el('div', { class: 'card-view' },
        el('div', { class: 'cut' }, el('div', { class: `card-large tint-${tint}${slot.role === 'shiny' ? ' shiny' : ''}` }, drawCard(slot.grid, colors, slot.label))),
        el('dl', { class: 'facts-list' },
          el('dt', {}, 'Series'), el('dd', {}, named(series.name), series.isRetired && ' (retired)'),
          el('dt', {}, 'Number'), el('dd', {}, `${numberOf(slot)} of ${series.slots.length}`),
          el('dt', {}, 'Kind'), el('dd', {}, named(slot.role, 60)),
          el('dt', {}, 'Collection'), el('dd', {}, named(version.name ?? version.collectionId), ` ${version.version}`),
          el('dt', {}, 'Hash of the picture'), el('dd', {}, el('code', {}, slot.itemHash)))),
      el('h3', {}, counted(slot.instances.length, 'copy', 'copies')),
      el('ul', { class: 'copies', role: 'list' }, slot.instances.map((copy) => el('li', {},
        el('button', { type: 'button', class: 'button', click: () => this.openReceipt(copy.addedAtVersion) }, `Receipt ${copy.addedAtVersion}`),
        ` ${SOURCES[copy.source] ?? copy.source}`))));
  }
}
