// Everything on the page is made here, from text: no string ever becomes markup.

/**
 * An element. Of its properties, `class`, `aria-*`, `data-*` and what the element has no property for become attributes, and functions
 * listeners.
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (name in element && !name.includes('-')) element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A text that somebody else chose: it turns no other text around, and is not longer than what a person reads. */
export function named(text, limit = 120) {
  return el('bdi', { class: 'named' }, shortened(text, limit));
}

export function shortened(text, limit = 120) {
  if (text.length <= limit) return text;
  const kept = [];
  for (const { segment } of new Intl.Segmenter().segment(text.slice(0, limit * 4))) {
    if (kept.length === limit || kept.join('').length > limit * 3) break;
    kept.push(segment);
  }
  return kept.join('') + '…';
}

/** A moment, as the reader's own country writes it; the exact one in its attribute. */
export function moment(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return el('span', {}, shortened(iso, 30));
  const text = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(date);
  return el('time', { dateTime: iso, title: iso }, text);
}

/** The digits of a hash that tell it apart at a glance. */
export const shortHash = (hash) => hash.replace('sha256:', '').slice(0, 8);

export const counted = (count, one, many) => `${count.toLocaleString()} ${count === 1 ? one : many}`;

/** Says something to whoever listens, and shows it. */
export function say(text) {
  document.getElementById('status').textContent = text;
}
