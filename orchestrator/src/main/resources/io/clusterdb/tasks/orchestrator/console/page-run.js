import { h } from './dom.js';
import { get, post } from './api.js';
import { duration, fullTime, when } from './format.js';
import { gantt, graph } from './graph.js';
import { badge, button, code, facts, head, icon, link, mono, nothing, panel, said, stateWord, time, to } from './ui.js';

const ENDED = ['SUCCEEDED', 'FAILED', 'COMPENSATED', 'COMPENSATION_FAILED', 'CANCELLED', 'TIMED_OUT'];

/** One run of a workflow. */
export class RunPage {
  every = 1_500;
  ready = false;
  events = [];
  whole = new Set();

  constructor(app, { id }, query) {
    this.app = app;
    this.id = id;
    this.query = query;
    this.title = id;
  }

  async load() {
    const before = this.run;
    const run = await get(['v1', 'executions', this.id], { known: before ? '0s' : '2s' });
    const moved = !before || JSON.stringify(before.tasks) !== JSON.stringify(run.tasks) || before.state !== run.state;
    this.run = run;
    this.ready = true;
    if (moved || this.stale) {
      this.stale = !ENDED.includes(run.state);
      await this.read();
    }
  }

  // A run that has just started may have none yet.
  async read() {
    try {
      this.events = (await get(['v1', 'executions', this.id, 'logs'])).events;
    } catch (e) {
      if (e.status !== 404) throw e;
      this.stale = true;
    }
  }

  async changed() {}

  // Commands

  cancel() {
    this.app.ask({
      title: 'Cancel this run?', danger: true, label: 'Cancel the run',
      body: h('label', { class: 'inline' }, h('input', { type: 'checkbox', name: 'compensate', onchange: e => { this.compensate = e.target.checked; } }), ' undo the tasks that are done, by their compensating actions'),
      fields: [{ name: 'reason', label: 'Reason, for the log', value: '' }],
      then: d => this.app.act('The run is cancelled', () => post(['v1', 'executions', this.id, 'cancel'], { compensate: Boolean(this.compensate), ...(d.values.reason ? { reason: d.values.reason } : {}) })),
    });
  }

  signal() {
    this.app.ask({
      title: 'Send a signal', label: 'Send',
      body: h('p', { class: 'muted' }, 'One that nobody waits for yet is kept.'),
      fields: [{ name: 'signal', label: 'Name', value: '' }, { name: 'payload', label: 'Payload, as JSON', value: 'null', long: true }],
      then: d => this.app.act('The signal is sent', () => post(['v1', 'executions', this.id, 'signal'], { signal: d.values.signal.trim(), payload: JSON.parse(d.values.payload || 'null') })),
    });
  }

  retry(task) {
    this.app.ask({
      title: task ? `Go on from ${task}?` : 'Let the run go on?', label: 'Retry',
      body: h('p', null, task ? 'It runs again, with all that depends on it.' : 'What failed runs again, with all that depends on it.'),
      then: () => this.app.act('The run goes on', () => post(['v1', 'executions', this.id, 'retry'], task ? { task } : {})),
    });
  }

  another() {
    const r = this.run;
    this.app.ask({
      title: `Start another run of ${r.workflow} ${r.version}`, label: 'Start',
      body: h('p', null, 'With the input of this one, which you may correct. This one stays as it is.'),
      fields: [{ name: 'id', label: 'Id of the new run; made where it is empty', value: '' }, { name: 'input', label: 'Input, as JSON', value: JSON.stringify(r.input ?? null, null, 2), long: true }],
      then: async d => {
        const made = await this.app.act('The new run is on its way', () => post(['v1', 'workflows', r.workflow, 'executions'], {
          version: r.version, input: JSON.parse(d.values.input || 'null'), ...(d.values.id ? { id: d.values.id.trim() } : {}),
        }));
        if (made?.id) this.app.go(to(['runs', made.id]));
        return made;
      },
    });
  }

  // Drawing

  pick(name) {
    this.app.filter({ ...this.query, task: this.query.task === name ? '' : name });
  }

  view() {
    const r = this.run;
    const over = ENDED.includes(r.state);
    const chosen = r.tasks.find(t => t.name === this.query.task);
    const until = r.finishedAt ?? new Date().toISOString();
    const pick = name => this.pick(name);
    return [
      head(mono(r.id, 200), {
        crumbs: [link(to(['workflows']), 'Workflows'), link(to(['workflows'], { workflow: r.workflow }), `${r.workflow} ${r.version}`)],
        sub: [badge(r.state), h('span', null, over ? ['ended ', time(r.finishedAt)] : ['since ', time(r.startedAt)]), h('span', { class: 'muted' }, duration(Date.parse(until) - Date.parse(r.startedAt)))],
        actions: [
          over ? null : this.app.actor('Signal', () => this.signal(), { icon: 'send', id: 'signal' }),
          over ? null : this.app.actor('Cancel', () => this.cancel(), { icon: 'ban', kind: 'danger', id: 'cancel' }),
          over ? this.app.actor('Start another', () => this.another(), { icon: 'play', id: 'another' }) : null,
          over && r.state !== 'SUCCEEDED' ? this.app.actor('Retry', () => this.retry(null), { icon: 'refresh', kind: 'primary', id: 'retry' }) : null],
      }),
      r.error ? h('div', { class: 'error-box' }, icon('cross'), h('div', null, h('strong', null, said(r.error.type, 200)), h('pre', { dir: 'auto' }, r.error.message ?? ''))) : null,
      panel('Tasks', graph(r.tasks.map(t => ({ ...t, note: note(t) })), { label: 'Tasks of the run', chosen: chosen?.name, pick }), { id: 'dag' }),
      chosen ? this.task(chosen, over) : null,
      panel('Over time', gantt(r.tasks, { from: r.startedAt, until, chosen: chosen?.name, pick }) ?? nothing('No task has started')),
      h('div', { class: 'columns even' },
        h('div', { class: 'stack' }, panel('Input', this.value('input', r.input)), panel('Output', this.value('output', r.output))),
        panel('History', this.history(), { id: 'history' })),
    ];
  }

  value(name, value) {
    return value === null || value === undefined ? nothing(`No ${name}`)
      : code(value, { label: name, whole: this.whole.has(name), more: () => { this.whole.add(name); this.app.refresh(); } });
  }

  task(t, over) {
    const jobs = this.events.filter(e => e.task === t.name && e.jobId);
    return panel(h('span', null, 'Task ', h('b', null, t.name)), h('div', { class: 'columns even' },
      facts([
        ['State', badge(t.state)], ['Started', t.attempt ? t.attempt === 1 ? 'once' : `${t.attempt} times` : 'not yet'],
        t.items !== undefined ? ['Fan-out', `${t.done} of ${t.items} done`] : null,
        t.startedAt ? ['From', when(t.startedAt)] : null, t.finishedAt ? ['To', when(t.finishedAt)] : null,
        t.error ? ['Error', [said(`${t.error.type}: ${t.error.message ?? ''}`, 600), jobs.length ? h('span', { class: 'block' }, link(to(['jobs', jobs.at(-1).jobId]), 'Where it failed')) : null]] : null,
        t.dependsOn.length ? ['After', t.dependsOn.join(', ')] : null,
        jobs.length ? ['Jobs', h('span', { class: 'stacked-links' }, jobs.slice(0, 20).map((e, i) => h('span', { key: i }, link(to(['jobs', e.jobId]), mono(e.jobId, 60)))))] : null]),
      t.output !== null && t.output !== undefined ? code(t.output, { label: 'Output of the task' }) : h('p', { class: 'muted' }, 'No output')), {
      id: 'task',
      actions: h('span', { class: 'actions' }, over ? this.app.actor('Retry from here', () => this.retry(t.name), { icon: 'refresh', kind: 'small', id: 'retry-task' }) : null, button('Close', () => this.pick(t.name), { kind: 'small quiet', icon: 'close' })),
    });
  }

  history() {
    if (this.events.length === 0) return nothing('No history is kept');
    const start = Date.parse(this.events[0].at);
    return h('ol', { class: 'history' }, this.events.slice(-500).map(e => h('li', { key: e.sequence },
      h('time', { datetime: e.at, title: fullTime(e.at) }, `+${duration(Date.parse(e.at) - start)}`),
      h('div', null, h('b', null, e.kind.toLowerCase().replaceAll('_', ' ')), ' ', e.task ? said(e.task + (e.index !== undefined ? `[${e.index}]` : ''), 80) : null,
        e.signal ? [' ', said(e.signal, 80)] : null, e.state ? [' ', badge(e.state)] : null,
        e.attempt > 1 ? h('span', { class: 'muted' }, ` attempt ${e.attempt}`) : null,
        e.jobId ? [' ', link(e.kind.includes('WORKFLOW') ? to(['runs', e.jobId]) : to(['jobs', e.jobId]), 'job')] : null,
        e.error ? h('span', { class: 'block red' }, said(`${e.error.type}: ${e.error.message ?? ''}`, 300)) : null,
        e.due ? h('span', { class: 'muted' }, ' due ', when(e.due)) : null))));
  }
}

function note(t) {
  if (t.items !== undefined && t.items !== null) return `${t.done} of ${t.items} done`;
  const took = t.startedAt && t.finishedAt ? `, ${duration(Date.parse(t.finishedAt) - Date.parse(t.startedAt))}` : '';
  return stateWord(t.state) + took;
}
