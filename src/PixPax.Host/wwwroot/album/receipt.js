// One receipt: where it stands in the chain, who signed it, what was found of it, and its very bytes.

import { Problem } from './api.js';
import { el, moment, named, shortHash } from './dom.js';
import { sentenceOf } from './sentences.js';
import { isSheetOpen, onSheetClose, showSheet } from './sheet.js';
import { banner, renderFailure } from './verdict.js';

// What moves or hides other characters is shown by its number. It means the same in JSON.
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu;

export class ReceiptSheet {
  #version = null;
  #verdict = el('div', { class: 'receipt-verdict', role: 'status' });

  constructor(receipts, proof) {
    this.receipts = receipts;
    this.proof = proof;
    proof.addEventListener('change', () => this.#version !== null && isSheetOpen() && this.#drawVerdict());
    onSheetClose(() => (this.#version = null));
  }

  /** Opens, unless another one was asked for meanwhile, or none any more. */
  async open(version) {
    this.#version = version;
    const { receipts } = this;
    try {
      await receipts.load(Math.max(0, version - 2), Math.min(receipts.head, version + 1));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (this.#version !== version) return;
      if (!receipts.known.has(version)) return showSheet(`Receipt ${version}`, el('p', { role: 'alert' }, `It could not be read: ${error.message}`));
    }
    if (this.#version !== version) return;
    const { text, json } = receipts.known.get(version);
    this.#drawVerdict();
    showSheet([`Receipt ${version}: `, sentenceOf(json, receipts)],
      this.#renderChain(version, json),
      el('div', { class: 'actions' }, el('button', { type: 'button', class: 'button primary', click: () => this.proof.verify() }, 'Verify in this browser')),
      this.#verdict,
      renderFacts(json),
      el('details', { class: 'json', open: true }, el('summary', {}, 'JSON'), el('pre', { tabIndex: 0, 'aria-label': 'The receipt, indented' }, visible(JSON.stringify(json, null, 2)))),
      renderExact(text));
  }

  #renderChain(version, json) {
    const link = (other, word) => {
      const receipt = this.receipts.known.get(other)?.json;
      if (other < 1) return el('li', { class: 'link none' }, el('span', { class: 'link-name' }, 'The beginning'), el('span', {}, 'nothing before'));
      if (other > this.receipts.head) return el('li', { class: 'link none' }, el('span', { class: 'link-name' }, 'The head'), el('span', {}, 'nothing after'));
      return el('li', { class: 'link' },
        el('button', { type: 'button', class: 'link-name', 'aria-label': `${word}: receipt ${other}`, click: () => this.open(other) }, `Receipt ${other}`),
        el('code', {}, receipt ? shortHash(receipt.hash) : '…'));
    };
    return el('section', { class: 'chain', 'aria-label': 'Place in the chain' },
      el('p', {}, `Version ${version} of ${this.receipts.head} · `, moment(json.createdAt)),
      el('ol', { class: 'links', role: 'list' },
        link(version - 1, 'Before'),
        el('li', { class: 'link here', 'aria-current': 'true' }, el('span', { class: 'link-name' }, `Receipt ${version}`), el('code', {}, shortHash(json.hash))),
        link(version + 1, 'After')));
  }

  #drawVerdict() {
    this.#verdict.replaceChildren(...this.#renderVerdict());
  }

  #renderVerdict() {
    const { proof } = this;
    if (proof.isWorking) return [el('p', { class: 'working' }, 'Verifying the whole book: one receipt is only as good as the chain before it…')];
    if (proof.problem !== null) return [banner('bad', 'It could not be verified', [named(proof.problem, 300)])];
    const verdict = proof.verdictOf(this.#version);
    if (!verdict) return [];
    const words = {
      good: ['This receipt is good', ['Its bytes, hash, signature and place in the chain, by keys that the trust file leads to.']],
      partly: ['This receipt fits', [verdict.word === 'fits' ? 'Its bytes and hash agree, and it names the receipt before it. Look at the verdict on the whole book for the rest.' : 'It is not in the bundle that was verified. Load the page again.']],
      bad: ['This receipt is not good', [verdict.failures.length === 0 ? 'The bundle holds something else in its place.' : 'It breaks a rule.']],
    };
    const whole = verdict.kind !== 'bad' && proof.kind === 'bad' && el('p', { class: 'finding bad' }, 'But the book as a whole is not: look at its verdict.');
    return [banner(verdict.kind, ...words[verdict.kind]), whole, verdict.failures.length > 0 && el('ol', { class: 'failures', role: 'list' }, verdict.failures.map(renderFailure))].filter(Boolean);
  }
}

function renderFacts(json) {
  const rows = [
    ['Type', json.type],
    ['Hash', json.hash],
    ['Hash before', json.prevHash ?? 'none: it is the first'],
    ['Signed by', json.issuer.identityId === 'platform' ? 'the platform' : `identity ${json.issuer.identityId}`],
    ['With the key', json.issuer.publicKeyId],
    ['Signature', json.signature],
    ['Event', json.eventId],
    ['Written with', json.commit.count === 1 ? 'a commit of its own' : `a commit of ${json.commit.count}, as number ${json.commit.index + 1}`],
  ];
  return el('dl', { class: 'facts-list' }, rows.map(([name, value]) => [el('dt', {}, name), el('dd', {}, el('code', {}, named(String(value), 200)))]));
}

function renderExact(text) {
  const bytes = new TextEncoder().encode(text).length;
  const shown = visible(text);
  const pre = el('pre', { tabIndex: 0, class: 'exact', 'aria-label': 'The exact bytes' }, shown);
  const told = el('span', { role: 'status' });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      told.textContent = 'Copied.';
    } catch {
      getSelection().selectAllChildren(pre);
      told.textContent = 'The browser does not let this page copy. It is selected: copy it yourself.';
    }
  };
  return el('details', { class: 'json' },
    el('summary', {}, `The exact ${bytes.toLocaleString()} bytes that are stored`),
    el('p', {}, 'Canonical JSON (RFC 8785), in UTF-8. Its hash is over these bytes without ', el('code', {}, 'hash'), ' and ', el('code', {}, 'signature'), '. ',
      shown !== text && 'What cannot be seen is shown by its number, and copied as it is. ',
      el('button', { type: 'button', class: 'button small', click: copy }, 'Copy'), ' ', told),
    pre);
}

const visible = (text) => text.replace(UNSEEN, (character) => [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''));
