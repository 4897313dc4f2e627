import { h } from './dom.js';
import { get, post } from './api.js';
import { duration } from './format.js';
import { badge, button, field, head, icon, link, loading, mono, said, stateWord, table, time, to, tone } from './ui.js';

const STATES = ['SCHEDULED', 'QUEUED', 'RUNNING', 'RETRYING', 'SUCCEEDED', 'DEAD', 'CANCELLED'];
const PAGE = 50;
const AT_ONCE = 4;

/** Jobs by queue, state, type, time and metadata; all of it in the address. */
export class JobsPage {
  title = 'Jobs';
  every = 4_000;
  ready = false;
  jobs = [];
  cursor = null;
  chosen = new Map();
  queues = [];
  more = false;

  constructor(app, values, query) {
    this.app = app;
    this.query = query;
  }

  async load() {
    if (this.queues.length === 0) this.queues = (await get(['v1', 'queues'])).queues.map(q => q.name);
    if (this.more && this.ready) return; // who reads on does not want the list to move
    const asked = location.hash;
    const page = await get(['v1', 'jobs'], this.filter());
    if (asked !== location.hash) return;
    this.jobs = page.jobs;
    this.cursor = page.cursor;
    this.ready = true;
  }

  async changed() {
    this.more = false;
    this.chosen.clear();
    await this.load();
  }

  async next() {
    this.more = true;
    const page = await get(['v1', 'jobs'], { ...this.filter(), cursor: this.cursor });
    const known = new Set(this.jobs.map(key));
    this.jobs = [...this.jobs, ...page.jobs.filter(j => !known.has(key(j)))];
    this.cursor = page.cursor;
  }

  filter() {
    const { queue, state, type, from, to: until, meta } = this.query;
    const filter = { queue, state, type, from: instant(from), to: instant(until), limit: PAGE };
    const equals = (meta ?? '').indexOf('=');
    if (equals > 0) filter[`meta.${meta.slice(0, equals).trim()}`] = meta.slice(equals + 1).trim();
    return filter;
  }

  set(name, value) {
    this.app.filter({ ...this.query, [name]: value });
  }

  view() {
    return [head('Jobs', { sub: 'The latest first, as it happens.' }), this.filters(), this.bulk(), this.list()];
  }

  filters() {
    const q = this.query;
    const states = new Set((q.state ?? '').split(',').filter(Boolean));
    const any = Object.values(q).some(Boolean);
    const input = (name, label, hint, type = 'text') => field(label, h('input', { type, name, value: q[name] ?? '', placeholder: hint, step: type === 'datetime-local' ? 1 : null, onchange: e => this.set(name, e.target.value.trim()) }));
    return h('form', { class: 'filters', role: 'search', 'aria-label': 'Filter jobs', onsubmit: e => e.preventDefault() },
      h('div', { class: 'chips', role: 'group', 'aria-label': 'States' }, STATES.map(state => h('button', {
        type: 'button', key: state, class: `chip tone-${tone(state)}${states.has(state) ? ' on' : ''}`, 'aria-pressed': String(states.has(state)),
        onclick: () => {
          if (!states.delete(state)) states.add(state);
          this.set('state', [...states].join(','));
        },
      }, states.has(state) ? icon('check') : null, stateWord(state)))),
      h('div', { class: 'fields' },
        field('Queue', h('select', { name: 'queue', value: q.queue ?? '', onchange: e => this.set('queue', e.target.value) },
          h('option', { value: '' }, 'any'), [...new Set([...this.queues, q.queue].filter(Boolean))].map(name => h('option', { key: name, value: name, selected: name === q.queue }, name)))),
        input('type', 'Type', 'any'), input('meta', 'Metadata', 'name=value'), input('from', 'From', '', 'datetime-local'), input('to', 'To', '', 'datetime-local'),
        any ? button('Clear', () => this.app.filter({}), { icon: 'close', kind: 'quiet' }) : null));
  }

  bulk() {
    const n = this.chosen.size;
    if (n === 0 && !this.progress) return null;
    const chosen = [...this.chosen.values()];
    const open = chosen.filter(j => !ended(j));
    const over = chosen.filter(j => j.state === 'DEAD' || j.state === 'CANCELLED');
    return h('div', { class: 'bulk', role: 'region', 'aria-label': 'Chosen jobs' },
      h('strong', null, this.progress ?? `${n} chosen`),
      this.app.actor(`Cancel ${open.length}`, () => this.cancel(open), { icon: 'ban', disabled: open.length === 0 || this.progress, id: 'cancel-many' }),
      this.app.actor(`Retry ${over.length}`, () => this.each('retried', over, j => post(['v1', 'jobs', j.id, 'retry'])), { icon: 'refresh', disabled: over.length === 0 || this.progress, id: 'retry-many' }),
      button('Choose none', () => { this.chosen.clear(); this.app.refresh(); }, { kind: 'quiet' }));
  }

  cancel(jobs) {
    this.app.ask({
      title: `Cancel ${jobs.length} jobs?`, danger: true, label: `Cancel ${jobs.length} jobs`,
      body: h('p', null, 'Those that run are interrupted, and none gets another attempt. A cancelled job can be given another run while its record is kept.'),
      then: () => this.each('cancelled', jobs, j => post(['v1', 'jobs', j.id, 'cancel'], { run: j.run, reason: 'cancelled in the console' })),
    });
  }

  async each(word, jobs, work) {
    const left = [...jobs];
    const refused = [];
    let done = 0;
    const hand = async () => {
      for (let job = left.shift(); job; job = left.shift()) {
        try {
          await work(job);
        } catch (e) {
          refused.push(e.detail ?? String(e));
        }
        done++;
        this.progress = `${done} of ${jobs.length}…`;
        this.app.refresh();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, hand));
    this.progress = null;
    this.chosen.clear();
    if (refused.length) this.app.say(`${refused.length} of ${jobs.length} refused: ${refused[0]}`, 'red');
    else this.app.say(`${jobs.length} jobs ${word}`, 'green');
    this.more = false;
    await this.app.run(() => this.load());
  }

  list() {
    if (!this.ready) return loading();
    const all = this.jobs.length > 0 && this.jobs.every(j => this.chosen.has(key(j)));
    const choose = (j, on) => {
      if (on) this.chosen.set(key(j), j);
      else this.chosen.delete(key(j));
    };
    return [
      table(
        [{ title: h('input', { type: 'checkbox', 'aria-label': 'Choose all', checked: all, onchange: e => { this.jobs.forEach(j => choose(j, e.target.checked)); this.app.refresh(); } }), class: 'check' },
          { title: 'State' }, { title: 'Job' }, { title: 'Type' }, { title: 'Queue' }, { title: 'Attempt', class: 'number' }, { title: 'Took', class: 'number' }, { title: 'Enqueued' }, { title: 'What happened', class: 'grow' }],
        this.jobs.map(j => ({
          key: key(j),
          class: this.chosen.has(key(j)) ? 'chosen' : '',
          cells: [
            h('input', { type: 'checkbox', 'aria-label': `Choose ${j.id}`, checked: this.chosen.has(key(j)), onchange: e => { choose(j, e.target.checked); this.app.refresh(); } }),
            badge(j.state), link(to(['jobs', j.id], { run: j.run }), mono(j.id, 60)), said(j.type, 60), link(to(['queues', j.queue]), j.queue),
            `${j.attempt}${j.maxAttempts ? ` of ${j.maxAttempts}` : ''}`, duration(j.durationMs), time(j.createdAt), happened(j),
          ],
        })),
        { caption: 'Jobs', empty: Object.values(this.query).some(Boolean) ? ['No job fits', 'Loosen the filter, or wait: jobs that ended are forgotten after a time.'] : ['No jobs yet', 'Enqueue one with `tasks enqueue default --type greet`.'] }),
      this.cursor ? h('p', { class: 'center' }, button('More', () => this.app.run(() => this.next()), { icon: 'down', id: 'more' })) : null,
      this.more ? h('p', { class: 'muted center' }, 'The list stands still while you read on. ', button('To the latest', () => this.app.run(() => this.changed()), { kind: 'small' })) : null,
    ];
  }
}

const key = j => `${j.id}/${j.run}`;
const ended = j => ['SUCCEEDED', 'DEAD', 'CANCELLED'].includes(j.state);

function happened(j) {
  if (j.error) return h('span', { class: j.state === 'SUCCEEDED' ? 'muted' : '' }, said(`${j.error.type}: ${j.error.message ?? ''}`, 140));
  if (j.state === 'SCHEDULED' && j.scheduledFor) return ['due ', time(j.scheduledFor)];
  if (j.progress !== null && j.progress !== undefined) return h('progress', { value: j.progress, max: 1, 'aria-label': 'Progress' });
  return '';
}

// The fields are in the reader's time, the API's in UTC.
function instant(local) {
  if (!local) return undefined;
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
