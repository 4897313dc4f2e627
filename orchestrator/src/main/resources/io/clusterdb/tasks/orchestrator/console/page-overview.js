import { h } from './dom.js';
import { get, health } from './api.js';
import { settled, sparkline } from './charts.js';
import { count, duration, percent, rate } from './format.js';
import { badge, head, icon, link, loading, mark, mono, nothing, panel, said, table, tail, Tail, tile, time, to } from './ui.js';

const MINUTES = 15;
const RUNS = 8;

/** What runs, what waits and what failed. */
export class OverviewPage {
  title = 'Overview';
  watch = { events: 'true' };
  every = 10_000;
  ready = false;
  queues = null;
  history = { queues: {}, stepSeconds: 10 };
  tail = new Tail(40);

  constructor(app) {
    this.app = app;
    if (app.queues.length) this.queues = app.queues;
  }

  async load() {
    const [history, well, alerts, runs] = await Promise.all([
      get(['v1', 'history'], { minutes: MINUTES }), health(), get(['v1', 'alerts'], { state: 'FIRING' }), get(['v1', 'executions'], { limit: RUNS })]);
    this.runs = runs.executions;
    this.history = settled(history);
    this.health = well;
    this.alerts = alerts.alerts;
    this.ready = true;
  }

  live(name, data) {
    if (name === 'queues') Object.assign(this, { queues: data.queues, unknown: null });
    else if (name === 'problem') this.unknown = data.detail;
    else if (name === 'events') this.tail.add(data);
  }

  view() {
    return [
      head('Overview'),
      this.unknown ? h('p', { class: 'warning' }, icon('alert'), said(this.unknown, 500)) : null,
      this.alerts?.length ? panel(`Alerts (${this.alerts.length})`, this.firing(), { id: 'alerts' }) : null,
      this.queues ? this.tiles() : loading(),
      panel(`Queues${this.queues ? ` (${this.queues.length})` : ''}`, this.queues ? this.list() : loading()),
      h('div', { class: 'columns' },
        panel('Latest events', tail(this.tail.events, this.tail.skipped), { id: 'tail' }),
        h('div', { class: 'stack' },
          this.runs?.length ? panel('Latest runs of workflows', this.latestRuns(), { id: 'runs', actions: link(to(['workflows']), 'All') }) : null,
          panel('Services', this.services()))),
    ];
  }

  firing() {
    return h('ul', { class: 'alerts' }, this.alerts.map(a => h('li', { key: a.id },
      mark(a.severity, a.severity === 'info' ? 'blue' : a.severity === 'warning' ? 'amber' : 'red', 'alert'),
      link(to(['queues', a.queue]), a.queue), said(a.summary, 300), h('span', { class: 'muted' }, 'since ', time(a.firedAt)),
      h('span', { class: 'next' }, said(a.next, 400)))));
  }

  sum(pick) {
    return this.queues.reduce((all, q) => all + pick(q), 0);
  }

  // A series over all queues; unknown only where it is for each of them.
  series(pick) {
    const all = Object.values(this.history.queues).map(pick);
    const n = Math.max(0, ...all.map(each => each.length));
    return Array.from({ length: n }, (_, i) => all.reduce((sum, each) => each[i] === null || each[i] === undefined ? sum : (sum ?? 0) + each[i], null));
  }

  tiles() {
    const out = this.sum(q => q.finishedPerSecond);
    const into = this.sum(q => q.enqueuedPerSecond);
    const attempts = this.series(q => q.attempts);
    const failures = this.series(q => q.failures);
    const oldest = Math.max(-1, ...this.queues.map(q => q.oldestAgeSeconds ?? -1));
    const late = this.queues.find(q => q.oldestAgeSeconds === oldest);
    const dead = this.sum(q => q.byState.DEAD);
    const done = this.series(q => q.finished);
    const errors = this.failing();
    return h('div', { class: 'tiles' },
      tile('Waiting and running', count(this.sum(q => q.depth)), {
        sub: `${count(this.sum(q => q.byState.RUNNING))} running, ${count(this.sum(q => q.byState.SCHEDULED + q.byState.RETRYING))} for later`,
        spark: sparkline(this.series(q => q.depth), 'Depth over the last 15 minutes', 'blue') }),
      tile('Finished per second', rate(out), { sub: `${rate(into)} enqueued per second`, spark: sparkline(done, 'Jobs finished over the last 15 minutes', 'green') }),
      tile('Failed attempts', percent(errors), {
        sub: 'of all in the last minute', toneName: errors > 0.05 ? 'red' : '',
        spark: sparkline(failures.map((f, i) => f === null ? null : attempts[i] ? f / attempts[i] : 0), 'Share of failed attempts over the last 15 minutes', 'red') }),
      tile('Oldest waiting', oldest < 0 ? '–' : duration(oldest * 1_000), { sub: late && oldest >= 0 ? `in ${late.queue}` : 'nothing waits' }),
      tile('Dead letters', count(dead), { sub: dead ? 'look at them' : 'none', toneName: dead ? 'red' : '', href: to(['dead']) }));
  }

  // Weighed by what each queue finishes, since a quiet queue's failures say little of the whole.
  failing() {
    const weight = this.sum(q => q.finishedPerSecond);
    return weight === 0 ? Math.max(0, ...this.queues.map(q => q.errorRate)) : this.sum(q => q.errorRate * q.finishedPerSecond) / weight;
  }

  list() {
    return table(
      [{ title: 'Queue' }, { title: 'Last 15 min', class: 'spark-cell' }, { title: 'Depth', class: 'number' }, { title: 'Running', class: 'number' }, { title: 'Later', class: 'number' },
        { title: 'In /s', class: 'number' }, { title: 'Out /s', class: 'number' }, { title: 'Failed', class: 'number' }, { title: 'Oldest', class: 'number' },
        { title: 'Workers', class: 'number' }, { title: 'Dead', class: 'number' }],
      this.queues.map(q => ({
        key: q.queue,
        cells: [
          [link(to(['queues', q.queue]), q.queue), q.paused ? mark('paused', 'amber', 'pause') : null],
          sparkline(this.history.queues[q.queue]?.finished ?? [], `Jobs finished by ${q.queue}`),
          lanes(q), count(q.byState.RUNNING), count(q.byState.SCHEDULED + q.byState.RETRYING), rate(q.enqueuedPerSecond), rate(q.finishedPerSecond),
          h('span', { class: q.errorRate > 0.05 ? 'red' : '' }, percent(q.errorRate)),
          q.oldestAgeSeconds === null ? '–' : duration(q.oldestAgeSeconds * 1_000),
          q.workers === 0 && q.depth > 0 ? mark('none', 'amber', 'alert') : count(q.workers),
          q.byState.DEAD ? h('a', { class: 'red', href: to(['dead', q.queue]) }, count(q.byState.DEAD)) : '0',
        ],
      })),
      { caption: 'Queues', empty: ['No queues yet', 'Create one with `tasks queue create NAME`.'] });
  }

  latestRuns() {
    return h('ul', { class: 'latest' }, this.runs.map(r => h('li', { key: r.id },
      badge(r.state), link(to(['runs', r.id]), mono(r.id, 40)), h('span', { class: 'muted' }, r.workflow), time(r.startedAt),
      r.error ? h('span', { class: 'why' }, said(`${r.error.type}: ${r.error.message ?? ''}`, 120)) : null)));
  }

  services() {
    const well = this.health;
    if (!well) return loading();
    const parts = Object.entries(well.parts ?? {});
    return h('div', { class: 'services' },
      h('p', null, well.status === 'up' ? mark('ready', 'green', 'check') : mark('not ready', 'red', 'alert'), well.reason ? said(well.reason, 300) : null, this.alerts?.length === 0 ? mark('no alert fires', 'green', 'check') : null),
      parts.length === 0 ? nothing('Nothing is known of the services') : h('ul', null, parts.map(([name, state]) => {
        const word = typeof state === 'string' ? state : JSON.stringify(state);
        const good = word === 'up' || word === 'running';
        return h('li', { key: name }, h('span', null, name), mark(word, good ? 'green' : 'amber', good ? 'check' : 'alert'));
      })));
  }
}

function lanes(q) {
  const others = Object.entries(q.byLane).filter(([lane, n]) => lane !== 'normal' && n > 0);
  return [count(q.depth), others.length ? h('small', { class: 'muted' }, ` (${others.map(([lane, n]) => `${count(n)} ${lane}`).join(', ')})`) : null];
}
