import { el } from '/album/files/dom.js';

const MARKS = { passed: ['good', '✓'], degraded: ['worth', '!'], failed: ['bad', '✗'] };

export function showHost(into, readiness) {
  into.replaceChildren(
    el('p', { class: readiness.status === 'ready' ? 'good' : 'bad' }, readiness.status === 'ready' ? 'Ready' : 'Not ready'),
    el('ul', { class: 'checks' }, readiness.checks.map((check) => {
      const [kind, mark] = MARKS[check.status] ?? MARKS.failed;
      return el('li', { class: kind }, el('span', { 'aria-hidden': 'true' }, mark), ` ${check.name}: ${check.status}`, check.reason ? el('span', { class: 'quiet' }, ` ${check.reason}`) : null);
    })));
}

export function showProjection(into, projection) {
  const facts = [
    ['Kept in', projection.kind],
    ['Behind by at most', projection.lagSeconds === null ? 'not known' : seconds(projection.lagSeconds)],
    ['Found not projected', projection.pending ?? 'not known'],
    ['Damaged streams left out', projection.leftOut ?? 'not known'],
  ];
  const projector = projection.projector;
  if (projector) {
    facts.push(['Projector', projector.isWorking ? `${projector.owner}, working` : `none works; the last was ${projector.owner}`]);
    facts.push(['Last sweep', projector.lastSweepSeconds === null ? 'none yet' : `${projector.streams.toLocaleString()} streams in ${seconds(projector.lastSweepSeconds)}, ${projector.published} published`]);
  }
  into.replaceChildren(el('dl', {}, facts.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value.toLocaleString())])));
}

const seconds = (value) => (value < 120 ? `${value.toFixed(1)} s` : `${Math.round(value / 60).toLocaleString()} min`);
