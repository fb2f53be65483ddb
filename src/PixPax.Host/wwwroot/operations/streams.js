// The list of streams, and the check of one or of all: page by page, a few at a time, stopped whenever one likes.
import { Problem } from '/album/files/api.js';
import { counted, el, moment, say, shortHash } from '/album/files/dom.js';
import { checkStream, getStreams } from './operations.js';
import { findingsOf, openQuestionsOf, showFindings } from './findings.js';

const PAGE = 50;
const CHECKS_AT_ONCE = 4;

const STATES = {
  current: ['good', 'current'],
  behind: ['worth', 'behind'],
  ahead: ['bad', 'ahead of the store'],
  damaged: ['bad', 'damaged'],
  unknown: ['worth', 'cannot be asked'],
};

const rows = new Map();
let next = null;

export async function openStreams() {
  const more = document.getElementById('more');
  more.addEventListener('click', () => showPage().catch(report));
  document.getElementById('check').replaceChildren(checkAllControls());
  await showPage();
}

async function showPage() {
  const page = await getStreams(next, PAGE);
  next = page.nextCursor;
  document.getElementById('more').hidden = !page.hasMore;
  document.getElementById('streams').append(...page.data.map(addRow));
}

function addRow(stream) {
  const row = el('tr');
  rows.set(stream.prefix, row);
  fill(row, stream, null);
  return row;
}

function fill(row, stream, check) {
  const [kind, word] = STATES[stream.state] ?? STATES.unknown;
  const ids = Object.entries(stream.ids);
  row.replaceChildren(
    el('th', { scope: 'row' }, stream.type, ids.length === 0 ? null : el('span', { class: 'ids' }, ids.map(([name, id]) => el('span', { title: name }, id)))),
    el('td', { class: 'number' }, stream.streamVersion?.toLocaleString() ?? '?'),
    el('td', {}, stream.hash ? el('code', { title: stream.hash }, shortHash(stream.hash)) : '—'),
    el('td', {}, stream.lastReceiptAt ? moment(stream.lastReceiptAt) : '—'),
    el('td', { class: stream.unpublished > 0 ? 'number worth' : 'number' }, stream.unpublished ?? '?'),
    el('td', { class: kind }, word, stream.state === 'behind' ? ` at ${stream.projectedVersion ?? 0}` : null),
    el('td', {}, check ? verdict(check) : el('button', { type: 'button', click: () => checkOne(stream.prefix).catch(report) }, 'Check', el('span', { class: 'unseen' }, ` ${stream.type} ${ids.map(([, id]) => id).join(' ')}`))));
}

function verdict(check) {
  const findings = findingsOf(check);
  return findings.length === 0
    ? [el('span', { class: 'good' }, `✓ ${counted(check.receipts, 'receipt', 'receipts')}`), openQuestionsOf(check).map((open) => el('span', { class: 'open quiet' }, open))]
    : el('a', { class: 'bad', href: '#findings-section' }, `✗ ${counted(findings.length, 'finding', 'findings')}`);
}

async function checkOne(prefix) {
  const check = await checkStream(prefix);
  const row = rows.get(prefix);
  if (row) fill(row, check.stream, check);
  showFindings(check);
  say(`${prefix}: ${findingsOf(check).length === 0 ? 'good' : 'not good'}.`);
  return check;
}

function checkAllControls() {
  const bar = el('progress', { 'aria-label': 'Streams checked', hidden: true });
  const told = el('p', { class: 'tally' });
  const button = el('button', { type: 'button' }, 'Check all streams');
  let run = null;
  button.addEventListener('click', async () => {
    if (run) {
      run.isStopped = true;
      return;
    }
    run = { isStopped: false };
    button.textContent = 'Stop';
    bar.hidden = false;
    try {
      told.textContent = await checkAll(run, (text) => { told.textContent = text; });
    } catch (problem) {
      told.textContent = `Stopped, and not all was checked: ${messageOf(problem)}`;
    } finally {
      // The others that were under way end with this one.
      run.isStopped = true;
      run = null;
      bar.hidden = true;
      button.textContent = 'Check all streams';
      say(told.textContent);
    }
  });
  return el('div', {}, button, bar, told);
}

async function checkAll(run, tell) {
  const tally = { streams: 0, receipts: 0, findings: 0, unpublished: 0, notCompared: 0 };
  const said = () => `${counted(tally.streams, 'stream', 'streams')}, ${counted(tally.receipts, 'receipt', 'receipts')}: ${tally.findings === 0 ? 'nothing is wrong' : counted(tally.findings, 'finding', 'findings')}`
    + `${tally.notCompared > 0 ? `; the rows of ${tally.notCompared} were not compared` : ''}${tally.unpublished > 0 ? `; ${tally.unpublished} not yet published` : ''}.`;
  let cursor = null;
  do {
    const page = await getStreams(cursor, PAGE);
    cursor = page.nextCursor;
    const waiting = page.data.map((stream) => stream.prefix);
    await Promise.all(Array.from({ length: CHECKS_AT_ONCE }, async () => {
      for (let prefix = waiting.shift(); prefix && !run.isStopped; prefix = waiting.shift()) {
        const check = await checkOne(prefix);
        tally.streams++;
        tally.receipts += check.receipts;
        tally.findings += findingsOf(check).length;
        tally.unpublished += check.stream.unpublished ?? 0;
        if (check.driftCount === null) tally.notCompared++;
        if (!run.isStopped) tell(`So far ${said()}`);
      }
    }));
  } while (cursor && !run.isStopped);
  return run.isStopped ? `Stopped after ${said()}` : `All of ${said()}`;
}

const messageOf = (problem) => (problem instanceof Problem ? `${problem.message} (${problem.code})` : 'the host\'s answer broke off.');

function report(problem) {
  say(messageOf(problem));
}
