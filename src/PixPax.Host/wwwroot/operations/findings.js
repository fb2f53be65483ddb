// What a check found wrong with a stream, in sentences that say what to do.
import { el } from '/album/files/dom.js';

const MOST_SHOWN = 200;

/** Everything about a checked stream that an operator should look at. */
export function findingsOf(check) {
  const found = check.failures.map((failure) => ({
    code: failure.code,
    where: failure.location,
    what: `expected ${failure.expected}, found ${failure.found}`,
    todo: 'Run concord fsck on the store; it says what can be repaired.',
  }));
  if (check.failureCount > check.failures.length) found.push({ code: 'more', where: check.stream.prefix, what: `${check.failureCount - check.failures.length} more rules are broken`, todo: 'concord verify lists them.' });
  for (const row of check.drift ?? []) {
    found.push({
      code: 'drift',
      where: `${row.table} ${Object.entries(row.key).map(([name, value]) => `${name}=${value}`).join(' ')}`.trim(),
      what: row.kind === 'changed' ? `these columns are not what the receipts give: ${row.columns.join(', ')}` : row.kind === 'missing' ? 'the row is missing' : 'no receipt gives this row',
      todo: 'PixPax.Host drift --repair writes the rows anew.',
    });
  }
  if (check.driftCount > (check.drift?.length ?? 0)) found.push({ code: 'drift', where: check.stream.prefix, what: `${check.driftCount - check.drift.length} more rows differ`, todo: 'PixPax.Host drift lists them.' });
  return found;
}

/** What a good verdict leaves open, for an operator to know. */
export function openQuestionsOf(check) {
  const open = check.driftCount === null ? ['rows were not compared'] : [];
  for (const item of check.notChecked) if (item.name === 'trust-root') open.push('the platform\'s first key is believed: set PixPax:PlatformKeyIds');
  return open;
}

/** Shows them, instead of those of an earlier check of the same stream. */
export function showFindings(check) {
  const into = document.getElementById('findings');
  [...into.children].find((one) => one.dataset.prefix === check.stream.prefix)?.remove();
  const found = findingsOf(check);
  if (found.length > 0) {
    into.append(el('article', { 'data-prefix': check.stream.prefix },
      el('h3', {}, el('code', {}, check.stream.prefix)),
      el('ul', {}, found.slice(0, MOST_SHOWN).map((one) => el('li', {}, el('strong', {}, one.code), ' ', el('code', {}, one.where), `: ${one.what}. `, el('span', { class: 'quiet' }, one.todo))))));
  }
  document.getElementById('findings-section').hidden = into.children.length === 0;
}
