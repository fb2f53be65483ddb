// The proof's part of the page: what can be done, and what was found, in words.

import { counted, el, moment, named, shortHash } from './dom.js';

const MARKS = { good: '✓', partly: '!', bad: '✕' };
const LARGEST_TRUST_FILE = 1024 * 1024;

export function renderProof(proof) {
  const verifyButton = el('button', { type: 'button', class: 'button primary', click: () => proof.verify() }, 'Verify in this browser');
  const exportButton = el('button', { type: 'button', class: 'button', click: () => exportBundle(proof, told) }, 'Export bundle');
  const told = el('p', { class: 'told', role: 'status' });
  const trust = renderTrust(proof, told);
  const verdict = el('div', { class: 'verdict-place', role: 'status' });

  const draw = () => {
    verifyButton.textContent = proof.isWorking ? 'Verifying…' : proof.result ? 'Verify again' : 'Verify in this browser';
    verifyButton.setAttribute('aria-disabled', String(proof.isWorking));
    trust.draw();
    verdict.replaceChildren(...renderVerdict(proof));
  };
  proof.addEventListener('change', draw);
  draw();
  return el('div', { class: 'proof' }, el('div', { class: 'actions' }, verifyButton, exportButton), told, trust.element, verdict);
}

/** What is in it stays, and only its words change: the focus may be on it when a verdict comes. */
function renderTrust(proof, told) {
  const judge = el('span');
  const input = el('input', { type: 'file', accept: '.json,application/json', class: 'unseen', id: 'trust-file', change: () => takeTrust(input, proof, told) });
  const label = el('label', { class: 'file-label', for: 'trust-file' });
  const back = el('button', { type: 'button', class: 'quiet', click: () => backToHost(input, proof) }, 'Use the host’s again');
  const draw = () => {
    const { ownTrust } = proof;
    judge.replaceChildren(...(ownTrust ? ['your file ', named(ownTrust.name, 60)] : ['the trust file of this host']));
    label.textContent = ownTrust ? 'Another trust file' : 'Use a trust file of your own';
    back.hidden = !ownTrust;
  };
  return { element: el('div', { class: 'trust' }, el('p', {}, 'Judged by ', judge, '. ', input, label, ' ', back)), draw };
}

async function takeTrust(input, proof, told) {
  const [file] = input.files;
  input.value = '';
  if (!file) return;
  told.textContent = file.size > LARGEST_TRUST_FILE ? `${file.name} is no trust file: it is too large.` : '';
  if (told.textContent) return;
  await proof.useTrust({ name: file.name, text: await file.text() });
}

// What was pressed is gone then: who pressed it goes on beside where it was.
function backToHost(input, proof) {
  input.focus();
  return proof.useTrust(null);
}

async function acceptKey(proof) {
  await proof.acceptKey();
  document.querySelector('.proof .primary').focus();
}

async function exportBundle(proof, told) {
  try {
    const url = URL.createObjectURL(await proof.export());
    const link = el('a', { href: url, download: proof.fileName });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    told.textContent = `${proof.fileName} was handed to your downloads.`;
  } catch (error) {
    told.textContent = `There is nothing to export: ${error.message}`;
  }
}

function renderVerdict(proof) {
  if (proof.isWorking) return [el('p', { class: 'working' }, 'Hashing, checking every signature, following the chain…')];
  if (proof.problem !== null) return [banner('bad', 'It could not be verified', [named(proof.problem, 300)])];
  if (!proof.result) return [];
  const { report, key, shown } = proof.result;
  const parts = [banner(proof.kind, ...headline(proof))];
  if (!shown.isSame) parts.push(el('p', { class: 'finding bad' }, shown.why));
  if (report.failures.length > 0) parts.push(renderFailures(report));
  parts.push(el('ul', { class: 'findings' },
    report.isGood && el('li', {}, `${counted(report.receipts, 'receipt', 'receipts')} in ${counted(report.streams.length, 'stream', 'streams')}: every hash, every signature, every link.`),
    shown.isSame && el('li', {}, `The ${counted(shown.cards, 'sticker', 'stickers')} above ${shown.cards === 1 ? 'is what' : 'are what'} these receipts add up to.`),
    el('li', {}, wordsOnKey(key))));
  if (key.kind === 'changed') parts.push(renderChangedKey(key, proof, proof.kind !== 'bad'));
  if (report.notChecked.length > 0) parts.push(renderNotChecked(report));
  parts.push(el('p', { class: 'hint' }, 'All of it is in this page now: you may go offline and verify again.'));
  return parts;
}

function headline(proof) {
  const { report, key, shown } = proof.result;
  if (proof.kind === 'bad') return ['Not good', [report.isGood ? (shown.isWhole ? 'The receipts are good, and the page is not theirs.' : 'The receipts are good, and they are not the whole history of this book.') : `${counted(report.failureCount, 'rule is', 'rules are')} broken. Do not rely on it.`]];
  if (key.kind === 'changed') return ['The first key has changed', ['The receipts agree with each other, but this host names another first key than before.']];
  if (proof.kind === 'partly') return ['It agrees with itself', ['Something was not checked for want of a file.']];
  return ['Good', [key.kind === 'own' ? 'Every receipt verifies against your trust file.' : 'Every receipt verifies against the trust file of this host.']];
}

/** Trust on first use is what it is called: weaker than a key that came another way. */
function wordsOnKey(key) {
  switch (key.kind) {
    case 'own':
      return ['Whose keys: by your file ', named(key.name, 60), '.'];
    case 'first':
      return ['Whose keys: this host’s own word, and this browser heard it for the first time. It will say so if the first key ever changes. A trust file that reached you another way is stronger.'];
    case 'same':
      return ['Whose keys: this host’s own word, the same first key ', el('code', {}, shortHash(key.ids[0] ?? '')), ' as in this browser since ', moment(key.since), '. A trust file that reached you another way is stronger.'];
    case 'unknown':
      return ['Whose keys: this host’s own word, which this browser never heard before, and does not keep: what it was given for is not good.'];
    default:
      return ['Whose keys: this host’s own word, and it is another one than in this browser since ', moment(key.seen.since), '.'];
  }
}

function renderChangedKey(key, proof, canAccept) {
  return el('div', { class: 'finding partly' },
    el('p', {}, 'Before: ', el('code', {}, key.seen.ids.join(', '))),
    el('p', {}, 'Now: ', el('code', {}, key.ids.join(', '))),
    el('p', {}, 'A platform’s first key never changes by itself. Ask whoever runs the host, by another way than this page.'),
    canAccept && el('button', { type: 'button', class: 'button', click: () => acceptKey(proof) }, 'Trust the new first key from now on'));
}

export function renderFailures(report) {
  const rest = report.failureCount - report.failures.length;
  return el('div', {},
    el('ol', { class: 'failures', role: 'list' }, report.failures.map(renderFailure)),
    rest > 0 && el('p', {}, `And ${rest} more.`));
}

export function renderFailure(failure) {
  const where = failure.stream ? `${failure.stream.type}${failure.streamVersion === null ? '' : `, receipt ${failure.streamVersion}`}` : failure.location;
  return el('li', {},
    el('p', { class: 'rule' }, el('strong', {}, failure.code), ' ', el('span', {}, where)),
    el('dl', {}, el('dt', {}, 'Expected'), el('dd', {}, el('code', {}, named(failure.expected, 300))), el('dt', {}, 'Found'), el('dd', {}, el('code', {}, named(failure.found, 300)))));
}

function renderNotChecked(report) {
  return el('details', { class: 'unchecked' },
    el('summary', {}, `What was not checked (${report.notChecked.length})`),
    el('dl', {}, report.notChecked.map(({ name, detail }) => [el('dt', {}, name), el('dd', {}, named(detail, 400))])));
}

export function banner(kind, title, text) {
  return el('div', { class: `verdict ${kind}` }, el('span', { class: 'verdict-mark', 'aria-hidden': 'true' }, MARKS[kind]), el('div', {}, el('p', { class: 'verdict-title' }, title), el('p', {}, ...text)));
}
