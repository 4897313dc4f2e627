import { h } from './dom.js';
import { get, patch, post } from './api.js';
import { settled, sparkline, stacked, timeChart } from './charts.js';
import { count, duration, percent, rate } from './format.js';
import { changes, fields, part } from './queue-settings.js';
import { facts, head, link, loading, mark, mono, nothing, panel, stateWord, table, tail, Tail, tile, to, tone } from './ui.js';

const STATES = ['QUEUED', 'RUNNING', 'SCHEDULED', 'RETRYING', 'SUCCEEDED', 'DEAD', 'CANCELLED'];

/** One queue. */
export class QueuePage {
  every = 10_000;
  ready = false;
  tail = new Tail(60);
  workers = [];

  constructor(app, { queue }) {
    this.app = app;
    this.name = queue;
    this.title = queue;
    this.watch = { queue, events: 'true' };
  }

  async load() {
    const [definition, history, workers] = await Promise.all([
      get(['v1', 'queues', this.name]), get(['v1', 'history'], { queue: this.name }), get(['v1', 'queues', this.name, 'workers'])]);
    this.definition = definition;
    this.workers = workers.workers;
    this.history = settled(history);
    this.ready = true;
  }

  live(name, data) {
    if (name === 'queues') this.stats = data.queues[0] ?? null;
    else if (name === 'events') this.tail.add(data);
  }

  pause(pause) {
    return this.app.act(`${this.name} is ${pause ? 'paused: no further job starts' : 'going on'}`,
      () => post(['v1', 'queues', this.name, pause ? 'pause' : 'resume']));
  }

  view() {
    const q = this.stats;
    return [
      head(this.name, {
        crumbs: [link('#/', 'Queues')],
        sub: q ? q.paused ? mark('paused: running jobs go on to their end, no other starts', 'amber', 'pause') : mark('taking jobs', 'green', 'play') : null,
        actions: [
          link(to(['jobs'], { queue: this.name }), 'Jobs'), link(to(['dead', this.name]), 'Dead letters'),
          q?.paused ? this.app.actor('Resume', () => this.pause(false), { icon: 'play', kind: 'primary', id: 'resume' })
            : this.app.actor('Pause', () => this.pause(true), { icon: 'pause', id: 'pause' })],
      }),
      q ? this.tiles(q) : loading(),
      h('div', { class: 'columns even' }, panel('Throughput', this.throughput()), panel('Wait', this.wait())),
      h('div', { class: 'columns even' },
        panel('States', q ? this.states(q) : loading()),
        panel(`Workers (${this.workers.length})`, this.members())),
      h('div', { class: 'columns even' },
        panel('Live events', tail(this.tail.events, this.tail.skipped, { queue: false }), { id: 'tail' }),
        panel('Settings', this.settings(), { actions: this.app.actor('Change', () => this.change(), { kind: 'small', id: 'change-settings' }) })),
    ];
  }

  series(name) {
    return this.history.queues[this.name]?.[name] ?? [];
  }

  tiles(q) {
    return h('div', { class: 'tiles' },
      tile('Depth', count(q.depth), { sub: Object.entries(q.byLane).filter(([, n]) => n > 0).map(([lane, n]) => `${count(n)} ${lane}`).join(', ') || 'empty', spark: sparkline(this.series('depth'), 'Depth over the last hour', 'blue') }),
      tile('In per second', rate(q.enqueuedPerSecond), { sub: 'enqueued, last minute', spark: sparkline(this.series('enqueued'), 'Jobs enqueued over the last hour') }),
      tile('Out per second', rate(q.finishedPerSecond), { sub: 'finished, last minute', spark: sparkline(this.series('finished'), 'Jobs finished over the last hour', 'green') }),
      tile('Failed attempts', percent(q.errorRate), { sub: 'of all, last minute', toneName: q.errorRate > 0.05 ? 'red' : '', spark: sparkline(this.series('failures'), 'Failed attempts over the last hour', 'red') }),
      tile('Oldest waiting', q.oldestAgeSeconds === null ? '–' : duration(q.oldestAgeSeconds * 1_000), { sub: `${count(q.lag)} records behind` }));
  }

  throughput() {
    const step = this.history.stepSeconds;
    const per = name => this.series(name).map(v => v === null ? null : v / step);
    return timeChart({
      title: 'Jobs per second', until: this.history.until, step, show: rate,
      lines: [{ name: 'finished', tone: 'green', values: per('finished') }, { name: 'enqueued', tone: 'blue', dashed: true, values: per('enqueued') }, { name: 'failed attempts', tone: 'red', values: per('failures') }],
    });
  }

  wait() {
    return timeChart({
      title: 'Wait for the first attempt, on average', until: this.history.until, step: this.history.stepSeconds, show: duration,
      lines: [{ name: 'wait', tone: 'violet', values: this.series('waitMs') }],
    });
  }

  states(q) {
    const parts = STATES.map(state => ({ name: stateWord(state), tone: tone(state), value: q.byState[state] ?? 0, state }));
    return h('div', { class: 'states' }, stacked(parts, 'Jobs by state'),
      h('ul', null, parts.map(p => h('li', { key: p.state }, link(to(['jobs'], { queue: this.name, state: p.state }), h('i', { class: `dot tone-${p.tone}` }), p.name), h('b', null, count(p.value))))),
      h('p', { class: 'muted note' }, 'Finished jobs are counted as long as they are remembered.'));
  }

  members() {
    if (this.workers.length === 0) return nothing('Nobody works on this queue', 'Start a worker, or `tasks worker --queue ' + this.name + '`.');
    return table([{ title: 'Worker' }, { title: 'Host' }, { title: 'Partitions', class: 'number' }],
      this.workers.map((w, i) => ({ key: i, cells: [mono(w.instance), mono(w.host), h('span', { title: w.partitions.join(', ') }, w.partitions.length)] })), { caption: 'Workers' });
  }

  change() {
    const d = this.definition;
    this.app.ask({
      title: `Settings of ${this.name}`, label: 'Change them',
      body: h('p', null, 'Workers follow within seconds. A configuration file that names this queue sets what it says again when it is applied.'),
      fields: fields(d),
      changes: values => changes(d, values),
      then: dialog => this.app.act(`The settings of ${this.name} are changed`, () => patch(['v1', 'queues', this.name], part(d, dialog.values))),
    });
  }

  settings() {
    const d = this.definition;
    const retry = d.retry;
    return facts([
      ['Concurrency', `${d.concurrency} at a time in each process`],
      ['Partitions', d.partitions],
      ['Ordering', d.ordering === 'key' ? `by key, a retry ${d.onRetry === 'block' ? 'holds its key' : 'is overtaken'}` : 'none'],
      ['Priorities', d.priorities.join(', ')],
      ['Rate limit', d.rateLimit ? `${d.rateLimit.perSecond} a second, ${d.rateLimit.burst} at once after a pause` : 'none'],
      ['Timeout', d.timeout ?? 'none'],
      ['Retries', `${retry.maxAttempts} attempts, ${retry.backoff} from ${retry.initial}${retry.max ? ` to ${retry.max}` : ''}`],
      ['Dead letters', d.deadLetterQueue],
      ['Retention', d.retention],
      ['Depth limit', d.maxDepth === null ? 'none' : count(d.maxDepth)],
      ['Tracking', d.tracking],
      ['Default type', d.defaultType ?? '–'],
    ]);
  }
}
