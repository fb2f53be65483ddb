// What operators see: the host, the projection, every stream. All of it comes from endpoints under /v1/admin that any script can call.
import { Problem, developmentUser, setDevelopmentUser, signIn } from '/album/files/api.js';
import { el, say } from '/album/files/dom.js';
import { getOverview } from './operations.js';
import { showHost, showProjection } from './overview.js';
import { openStreams } from './streams.js';

const OVERVIEW_EVERY_MS = 5000;

const by = (id) => document.getElementById(id);

async function open() {
  by('notice').replaceChildren();
  try {
    await refresh();
    by('page').hidden = false;
    say('');
    await openStreams();
    setInterval(() => document.hidden || refresh().catch(told), OVERVIEW_EVERY_MS);
  } catch (problem) {
    told(problem);
  }
}

async function refresh() {
  const overview = await getOverview();
  by('host').textContent = `${overview.version.replace(/(\+.{7}).*$/, "$1")} · receipts in ${overview.storage} · signing: ${overview.signing}`;
  showHost(by('ready'), overview.readiness);
  showProjection(by('projection'), overview.projection);
}

function told(problem) {
  say('');
  if (!(problem instanceof Problem)) {
    say('The host\'s answer broke off. It is asked again in a moment.');
    return;
  }
  if (problem.status !== 401 && problem.status !== 403) {
    by('notice').replaceChildren(el('p', { class: 'bad' }, `${problem.message} (${problem.code})`));
    return;
  }
  by('page').hidden = true;
  by('notice').replaceChildren(
    el('p', {}, problem.status === 401 ? 'This page is for operators. Sign in first.' : 'You are signed in, and not an operator: the setting PixPax:Operators names those who are.'),
    signIn.isDevelopment ? developmentForm() : signIn.url ? el('p', {}, el('a', { href: signIn.url }, 'Sign in')) : null);
}

function developmentForm() {
  const name = el('input', { id: 'name', name: 'name', value: developmentUser() ?? 'operator', required: true, autocomplete: 'username' });
  return el('form', {
    class: 'sign-in',
    submit: (event) => {
      event.preventDefault();
      setDevelopmentUser(name.value.trim());
      location.reload();
    },
  }, el('label', { htmlFor: 'name' }, 'Sign in as (development only)'), name, el('button', { type: 'submit' }, 'Sign in'));
}

open();
