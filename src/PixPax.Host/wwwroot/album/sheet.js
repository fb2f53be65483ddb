// The one dialog of the page. The browser keeps the focus in it, gives it back, and closes it by Escape.

import { el } from './dom.js';

const sheet = document.getElementById('sheet');

sheet.addEventListener('click', (event) => {
  if (event.target === sheet) sheet.close();
});

/** Shows something in it, in the place of what it showed. */
export function showSheet(title, ...body) {
  const heading = el('h2', { id: 'sheet-title', tabIndex: -1 }, title);
  sheet.setAttribute('aria-labelledby', 'sheet-title');
  sheet.replaceChildren(el('div', { class: 'sheet-inner' },
    el('header', { class: 'sheet-head' }, heading, el('button', { type: 'button', class: 'close', 'aria-label': 'Close', click: () => sheet.close() }, '✕')),
    body));
  if (!sheet.open) sheet.showModal();
  heading.focus();
  sheet.scrollTop = 0;
}

export const isSheetOpen = () => sheet.open;

export const onSheetClose = (listener) => sheet.addEventListener('close', listener);
