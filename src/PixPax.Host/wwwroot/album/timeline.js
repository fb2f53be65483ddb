// The receipts as a timeline, newest first: what happened last is what one comes to see.

import { Problem } from './api.js';
import { el, moment, shortHash } from './dom.js';
import { drawCard } from './pixels.js';
import { sentenceOf } from './sentences.js';

const PAGE = 20;

export async function renderTimeline(container, receipts, proof, open) {
  const list = el('ol', { class: 'timeline', role: 'list', 'aria-label': 'Timeline' });
  const more = el('button', { type: 'button', class: 'button', click: () => load() }, 'Show older receipts');
  const told = el('p', { class: 'told', role: 'status' });
  const entries = new Map();
  let next = receipts.head;

  const draw = () => {
    for (const entry of entries.values()) entry.draw();
  };
  proof.addEventListener('change', draw);

  async function load() {
    more.disabled = true;
    const after = Math.max(0, next - PAGE);
    try {
      await receipts.load(after, next);
    } catch (error) {
      more.disabled = false;
      if (!(error instanceof Problem)) throw error;
      told.textContent = `The receipts could not be read: ${error.message}`;
      return;
    }
    const first = next;
    for (; next > after; next--) {
      const entry = new Entry(receipts.known.get(next).json, receipts, proof, open);
      entries.set(next, entry);
      list.append(entry.element);
    }
    draw();
    told.textContent = after === 0 ? `All ${receipts.head} receipts are shown.` : `Receipts ${after + 1} to ${receipts.head} are shown.`;
    more.hidden = after === 0;
    more.disabled = false;
    // The button moves away under who pressed it: go on where the new ones begin.
    if (first !== receipts.head) entries.get(first).button.focus();
  }

  container.replaceChildren(list, el('div', { class: 'more' }, told, more));
  await load();
}

/** One receipt of the list. Its button stays the same when more is known of it: the focus may be on it, or come back to it. */
class Entry {
  #mark = el('span', { 'aria-hidden': 'true' });
  #verdict = el('span');

  constructor(receipt, receipts, proof, open) {
    Object.assign(this, { receipt, receipts, proof });
    this.button = el('button', { type: 'button', class: 'event-open', 'aria-haspopup': 'dialog', click: () => open(receipt.streamVersion) });
    this.element = el('li', { class: 'event' },
      this.#mark,
      el('div', { class: 'event-body' },
        this.button,
        el('p', { class: 'event-facts' },
          moment(receipt.createdAt), ' · ', el('span', {}, `receipt ${receipt.streamVersion}`), ' · ', el('code', {}, shortHash(receipt.hash)), ' ', this.#verdict)));
  }

  draw() {
    const { receipt, receipts, proof } = this;
    const card = receipts.cardOf(receipt);
    const face = card && receipts.faceOf(card);
    const verdict = proof.verdictOf(receipt.streamVersion);
    this.button.replaceChildren(...sentenceOf(receipt, receipts));
    this.#mark.className = `event-mark ${verdict?.kind ?? ''}`;
    this.#mark.replaceChildren(face ? drawCard(face.grid, face.colors, '') : el('span', { class: `sign ${signOf(receipt.type)}` }));
    this.#verdict.className = verdict ? `tag ${verdict.kind}` : '';
    this.#verdict.textContent = verdict?.word ?? '';
  }
}

const signOf = (type) => (type === 'PIXBOOK_CREATED' ? 'opened' : type === 'PIXBOOK_SAVE' ? 'saved' : type === 'CARD_REMOVED' ? 'removed' : 'other');
