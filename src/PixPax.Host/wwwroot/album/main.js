// The page: reads the book of the address, and puts its parts together.

import { Problem, developmentUser, getStickerbook, setDevelopmentUser, signIn } from './api.js';
import { CardSheet } from './card.js';
import { counted, el, moment, named, say, shortened } from './dom.js';
import { Proof } from './proof.js';
import { ReceiptSheet } from './receipt.js';
import { Receipts } from './receipts.js';
import { completionBar, completionOf, renderStickers } from './stickerbook.js';
import { renderTimeline } from './timeline.js';
import { renderProof } from './verdict.js';

const bookId = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const at = (id) => document.getElementById(id);

try {
  await open();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  tell(error);
}

async function open() {
  showWho();
  const book = await getStickerbook(bookId);
  const receipts = new Receipts(book);
  const proof = new Proof(book, receipts);
  const receiptSheet = new ReceiptSheet(receipts, proof);
  const cardSheet = new CardSheet((version) => receiptSheet.open(version));

  renderTitle(book);
  at('stickers').replaceChildren(renderStickers(book, (card) => cardSheet.open(card)));
  at('proof').replaceChildren(renderProof(proof));
  at('notice').replaceChildren();
  at('album').hidden = false;
  say('');
  await renderTimeline(at('timeline'), receipts, proof, (version) => receiptSheet.open(version));
}

function renderTitle(book) {
  const name = book.name ?? 'A book without a name';
  document.title = `${shortened(name, 60)} · PixPax`;
  at('book-name').replaceChildren(named(name));
  at('about').replaceChildren(
    completionBar(completionOf(book.versions.flatMap(({ series }) => series.flatMap(({ slots }) => slots)))),
    el('p', { class: 'facts' },
      'Opened ', moment(book.createdAt),
      ' · ', counted(book.streamVersion, 'receipt', 'receipts'),
      ' · ', el('span', { class: 'id' }, book.bookId)));
}

/** What is in the way, and what to do about it. */
function tell(problem) {
  say('');
  at('book-name').textContent = problem.status === 401 ? 'Sign in to see this album' : problem.status === 404 ? 'There is no such album' : 'The album cannot be shown';
  at('notice').replaceChildren(el('div', { class: 'notice', role: 'alert' }, ...adviceOn(problem)));
}

function adviceOn(problem) {
  if (problem.status === 401) return signIn.isDevelopment ? [developmentForm()] : [sessionAdvice()];
  if (problem.status === 404) return [el('p', {}, 'Nobody has a book with this number, or it belongs to an account that you are not a member of.'), el('p', { class: 'id' }, shortened(bookId, 64))];
  const again = el('button', { type: 'button', class: 'button', click: () => location.reload() }, 'Try again');
  return [el('p', {}, named(problem.message, 400)), problem.requestId && el('p', { class: 'id' }, `Request ${problem.requestId}`), el('p', {}, again)];
}

function sessionAdvice() {
  const leads = signIn.url && ['http:', 'https:'].includes(new URL(signIn.url, location.origin).protocol);
  return el('p', {}, 'An album is shown to the members of its account. ', leads ? el('a', { class: 'button', href: signIn.url }, 'Sign in') : 'Sign in where you always do, and come back to this page.');
}

function developmentForm() {
  const name = el('input', { id: 'name', name: 'name', required: true, pattern: '[A-Za-z0-9_\\-]{1,64}', autocomplete: 'off', spellcheck: false, value: developmentUser() ?? '' });
  const submit = (event) => {
    event.preventDefault();
    setDevelopmentUser(name.value);
    location.reload();
  };
  return el('form', { class: 'sign-in', submit },
    el('p', {}, 'This host is in development: you are whoever you say you are.'),
    el('label', { for: 'name' }, 'Sign in as'), name, el('button', { class: 'button' }, 'Open the album'));
}

function showWho() {
  const user = developmentUser();
  if (!user) return;
  const signOut = () => {
    setDevelopmentUser(null);
    location.reload();
  };
  at('who').replaceChildren(named(user, 40), ' ', el('button', { type: 'button', class: 'quiet', click: signOut }, 'Sign out'));
}
