import { h } from './dom.js';
import { get, post } from './api.js';
import { count } from './format.js';
import { button, field, head, link, loading, mark, mono, nothing, panel, said, table, time, to } from './ui.js';

const SHOWN = 100;
const BAD_RUNS = 'FAILED,COMPENSATED,COMPENSATION_FAILED,TIMED_OUT';

/** Dead letters: of every queue how many, of one queue why, and a way back for them. */
export class DeadPage {
  every = 10_000;
  ready = false;
  queues = null;
  names = [];
  plan = { to: '', rate: '' };
  seen = null;

  constructor(app, { queue }, query) {
    this.app = app;
    this.queue = queue;
    if (app.queues.length) this.queues = app.queues;
    this.query = query;
    this.title = queue ? `Dead letters of ${queue}` : 'Dead letters';
  }

  live(name, data) {
    if (name === 'queues') this.queues = data.queues;
  }

  async load() {
    if (!this.queue) {
      this.ready = true;
      return;
    }
    if (this.running) return;
    const filter = { type: this.query.type, error: this.query.error, since: this.query.since, limit: SHOWN };
    const [groups, letters, queues] = await Promise.all([
      get(['v1', 'queues', this.queue, 'dlq-groups']), get(['v1', 'queues', this.queue, 'dlq'], filter), get(['v1', 'queues'])]);
    this.groups = groups;
    this.letters = letters;
    this.names = queues.queues.map(q => q.name);
    this.ready = true;
  }

  async changed() {
    this.seen = null;
    await this.load();
  }

  close() {
    this.running = null;
  }

  view() {
    return this.queue ? this.one() : this.all();
  }

  all() {
    const found = this.queues?.filter(q => q.byState.DEAD > 0);
    return [
      head('Dead letters', { sub: 'Jobs whose last attempt failed, until they are replayed, purged or expire.' }),
      found ? table([{ title: 'Queue' }, { title: 'Dead letters', class: 'number' }, { title: '', class: 'number' }],
        found.map(q => ({ key: q.queue, cells: [link(to(['dead', q.queue]), q.queue), h('b', { class: 'red' }, count(q.byState.DEAD)), link(to(['dead', q.queue]), 'Why, and replay')] })),
        { caption: 'Queues with dead letters', empty: ['No dead letters', 'Every job that ended did so well, or was cancelled.'] }) : loading(),
      found?.length ? h('p', { class: 'note' }, 'A task of a workflow that fails leaves no letter: its ', link(to(['workflows'], { state: BAD_RUNS }), 'run'), ' says why, and is retried there.') : null,
      this.queues ? h('p', { class: 'muted note' }, 'Look into the letters of any queue, tracked or not: ', this.queues.map((q, i) => [i ? ', ' : '', link(to(['dead', q.queue]), q.queue)])) : null,
    ];
  }

  one() {
    const { groups } = this;
    const { error, type } = this.query;
    return [
      head(`Dead letters of ${this.queue}`, {
        crumbs: [link('#/dead', 'Dead letters'), link(to(['queues', this.queue]), this.queue)],
        sub: groups.total === 0 ? 'None.' : `${count(groups.total)} in all, by error and type of job.`,
      }),
      groups.total === 0 ? panel('Groups', this.none()) : h('div', { class: 'columns' },
        h('div', { class: 'stack' }, panel('Why they failed', this.why()),
          panel(error || type ? h('span', null, 'Letters ', error ? said(`of ${error}`, 80) : null, type ? said(` of type ${type}`, 80) : null) : 'Letters', this.list(), {
            actions: error || type || this.query.since ? button('All of them', () => this.app.filter({}), { kind: 'quiet', icon: 'close' }) : null,
          })),
        panel('Replay', this.replay(), { id: 'replay' })),
    ];
  }

  none() {
    const dead = this.queues?.find(q => q.queue === this.queue)?.byState.DEAD ?? 0;
    return [
      nothing('No dead letters', 'Nothing of this queue waits for a decision here.'),
      this.running ? this.progress(this.running) : this.result(), // of the replay that took the last
      dead ? h('p', { class: 'center', id: 'of-runs' }, `${count(dead)} ${dead === 1 ? 'job' : 'jobs'} ended badly and left no letter, as tasks of workflows do: `,
        link(to(['jobs'], { queue: this.queue, state: 'DEAD' }), dead === 1 ? 'the job' : 'the jobs'), ', ', link(to(['workflows'], { state: BAD_RUNS }), 'the runs that failed'), '.') : null,
    ];
  }

  why() {
    return table([{ title: 'Error' }, { title: 'Type' }, { title: 'Letters', class: 'number' }, { title: 'Latest' }, { title: 'It said', class: 'grow' }],
      this.groups.groups.map(g => ({
        key: `${g.error}\n${g.type}`,
        class: g.error === this.query.error && g.type === this.query.type ? 'chosen' : '',
        cells: [
          h('button', { type: 'button', class: 'linkish', 'aria-pressed': String(g.error === this.query.error && g.type === this.query.type), onclick: () => this.app.filter({ error: g.error, type: g.type }) }, said(g.error || 'unknown', 80)),
          said(g.type, 60), h('b', null, count(g.count)), time(g.latest), said(g.message, 160)],
      })), { caption: 'Groups of dead letters' });
  }

  list() {
    return [
      table([{ title: 'Job' }, { title: 'Attempts', class: 'number' }, { title: 'Failed' }, { title: 'Error', class: 'grow' }],
        this.letters.jobs.map(j => ({
          key: `${j.id}/${j.run}`,
          cells: [link(to(['jobs', j.id], { run: j.run }), mono(j.id, 60)), j.attempt, time(j.finishedAt), said(`${j.error.type}: ${j.error.message ?? ''}`, 160)],
        })), { caption: 'Dead letters', empty: ['No letter fits'] }),
      this.letters.more ? h('p', { class: 'muted note' }, `The oldest ${SHOWN} are shown; a replay takes all that fit.`) : null,
    ];
  }

  // Replay

  selection() {
    const { error, type, since } = this.query;
    const chosen = { ...(error ? { errors: [error] } : {}), ...(type ? { types: [type] } : {}), ...(since ? { since } : {}) };
    return Object.keys(chosen).length ? chosen : { all: true };
  }

  body(extra) {
    const rate = Number(this.plan.rate);
    return { ...this.selection(), ...(this.plan.to ? { to: this.plan.to } : {}), ...(rate > 0 ? { rate } : {}), ...extra };
  }

  path(verb) {
    return ['v1', 'queues', this.queue, 'dlq', verb];
  }

  async look() {
    const seen = await this.app.act('The dry run changed nothing', () => post(this.path('replay'), this.body({ dryRun: true })));
    if (seen) this.seen = seen;
    this.app.refresh();
  }

  // In parts, so that it can be stopped, and shows how far it is.
  async start() {
    const rate = Number(this.plan.rate);
    const part = rate > 0 ? Math.max(1, Math.min(1_000, Math.round(rate * 5))) : 1_000;
    const run = { done: 0, refused: 0, of: this.fitting(), reason: null };
    this.running = run;
    this.seen = null;
    try {
      for (let more = true; more && this.running === run;) {
        const said = await post(this.path('replay'), this.body({ limit: part }));
        run.done += said.replayed;
        run.refused = said.refused; // they stay, and are tried again with each part
        run.reason = said.jobs.find(j => j.error)?.error.message ?? run.reason;
        more = said.more && said.replayed > 0;
        this.app.refresh();
      }
      this.app.say(`${count(run.done)} replayed${run.refused ? `, ${count(run.refused)} refused` : ''}`, run.refused ? 'red' : 'green');
    } catch (e) {
      this.app.say(e.detail ?? String(e), 'red');
    }
    this.last = run;
    if (this.running === run) this.running = null;
    await this.app.run(() => this.load());
  }

  fitting() {
    const { error, type } = this.query;
    return this.groups.groups.filter(g => (!error || g.error === error) && (!type || g.type === type)).reduce((all, g) => all + g.count, 0);
  }

  purge() {
    const n = this.fitting();
    this.app.ask({
      title: 'Remove these dead letters for good?', danger: true, word: this.queue, label: `Purge ${count(n)}`,
      body: h('p', null, `${count(n)} dead letters are removed with their payloads. Nothing brings them back.`),
      then: () => this.app.act('They are gone', async () => {
        for (let more = true; more;) more = (await post(this.path('purge'), this.selection())).more;
        return true;
      }),
    });
  }

  replay() {
    const run = this.running;
    const n = this.fitting();
    return h('div', { class: 'replay' },
      h('p', null, h('b', null, count(n)), n === 1 ? ' letter gets' : ' letters get', ' another run from the first attempt. Each leaves here as its new run is enqueued.'),
      field('To queue', h('select', { name: 'to', value: this.plan.to, disabled: Boolean(run), onchange: e => { this.plan.to = e.target.value; this.app.refresh(); } },
        h('option', { value: '' }, 'where each came from'), this.names.map(name => h('option', { key: name, value: name }, name)))),
      field('At most per second', h('input', { name: 'rate', type: 'number', min: '0', step: 'any', placeholder: 'no limit', value: this.plan.rate, disabled: Boolean(run), oninput: e => { this.plan.rate = e.target.value; } })),
      run ? this.progress(run) : h('div', { class: 'actions' },
        button('Dry run', () => this.look(), { icon: 'search', id: 'dry-run' }),
        this.app.actor(`Replay ${count(n)}`, () => this.start(), { icon: 'refresh', kind: 'primary', id: 'replay-now', disabled: n === 0 })),
      this.seen ? h('p', { class: 'note', id: 'dry-result' }, mark(`would replay ${count(this.seen.replayed)}`, 'blue', 'check'), ' ', this.seen.refused ? mark(`would refuse ${count(this.seen.refused)}`, 'red', 'alert') : null) : null,
      run ? null : this.result(),
      h('hr'), this.app.actor('Purge…', () => this.purge(), { icon: 'close', kind: 'danger quiet', disabled: n === 0 || run, id: 'purge' }));
  }

  result() {
    const { last } = this;
    return last ? h('p', { class: 'note', id: 'replay-result' }, mark(`replayed ${count(last.done)}`, 'green', 'check'), ' ', last.refused ? [mark(`refused ${count(last.refused)}`, 'red', 'alert'), ' ', said(last.reason, 300)] : null) : null;
  }

  progress(run) {
    return h('div', { class: 'progress' },
      h('progress', { value: run.done + run.refused, max: Math.max(1, run.of), 'aria-label': 'Replayed' }),
      h('p', null, `${count(run.done)} of ${count(run.of)}`),
      button('Stop', () => { this.running = null; this.app.refresh(); }, { icon: 'pause' }));
  }
}
