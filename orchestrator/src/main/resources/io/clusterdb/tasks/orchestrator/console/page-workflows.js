import { h } from './dom.js';
import { get, post } from './api.js';
import { duration } from './format.js';
import { graph } from './graph.js';
import { badge, button, head, icon, link, loading, mono, nothing, panel, said, stateWord, table, time, to, tone } from './ui.js';

const STATES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'COMPENSATING', 'COMPENSATED', 'COMPENSATION_FAILED', 'CANCELLED', 'TIMED_OUT'];
const PAGE = 50;

/** Definitions of workflows, and their runs. */
export class WorkflowsPage {
  title = 'Workflows';
  every = 3_000;
  ready = false;
  workflows = [];
  runs = [];
  cursor = null;
  more = false;

  constructor(app, values, query) {
    this.app = app;
    this.query = query;
  }

  filter() {
    const { workflow, state } = this.query;
    return { workflow, state, limit: PAGE };
  }

  async load() {
    const asked = location.hash;
    const [definitions, runs] = await Promise.all([get(['v1', 'workflows']), this.more ? null : get(['v1', 'executions'], this.filter())]);
    if (asked !== location.hash) return;
    this.workflows = definitions.workflows;
    if (runs) {
      this.runs = runs.executions;
      this.cursor = runs.cursor;
    }
    this.ready = true;
  }

  async changed() {
    this.more = false;
    await this.load();
  }

  async next() {
    this.more = true;
    const page = await get(['v1', 'executions'], { ...this.filter(), cursor: this.cursor });
    const known = new Set(this.runs.map(r => r.id));
    this.runs = [...this.runs, ...page.executions.filter(r => !known.has(r.id))];
    this.cursor = page.cursor;
  }

  set(name, value) {
    this.app.filter({ ...this.query, [name]: value });
  }

  start(workflow, version) {
    this.app.ask({
      title: `Start ${workflow} ${version}`, label: 'Start',
      fields: [{ name: 'id', label: 'Id of the run; made where it is empty', value: '' }, { name: 'input', label: 'Input, as JSON', value: '{}', long: true }],
      then: async d => {
        const made = await this.app.act('The run is on its way', () => post(['v1', 'workflows', workflow, 'executions'], {
          version, input: JSON.parse(d.values.input || 'null'), ...(d.values.id ? { id: d.values.id.trim() } : {}),
        }));
        if (made?.id) this.app.go(to(['runs', made.id]));
        return made;
      },
    });
  }

  view() {
    return [
      head('Workflows'),
      panel('Definitions', this.definitions()),
      panel('Runs', [this.filters(), this.list()], { id: 'runs' }),
    ];
  }

  definitions() {
    if (this.workflows.length === 0) return nothing('No workflows', 'Declare one in a file and `tasks apply -f` it.');
    const chosen = this.workflows.find(w => w.name === this.query.workflow);
    const version = chosen?.versions.find(v => v.version === this.query.version) ?? chosen?.versions[0];
    return [
      h('div', { class: 'cards' }, this.workflows.map(w => h('button', {
        type: 'button', key: w.name, class: `card${w === chosen ? ' on' : ''}`, 'aria-pressed': String(w === chosen), onclick: () => this.app.filter({ ...this.query, version: '', workflow: w === chosen ? '' : w.name }),
      }, h('b', null, icon('flow'), ' ', w.name), h('span', { class: 'muted' }, `${w.versions[0].tasks.length} tasks, version ${w.versions[0].version}${w.versions.length > 1 ? ` and ${w.versions.length - 1} earlier` : ''}`)))),
      chosen ? h('div', { class: 'definition' },
        h('div', { class: 'actions' },
          chosen.versions.length > 1 ? h('label', { class: 'inline' }, 'Version ', h('select', { value: version.version, onchange: e => this.set('version', e.target.value) }, chosen.versions.map(v => h('option', { key: v.version, value: v.version }, v.version)))) : null,
          this.app.actor(`Start ${chosen.name}`, () => this.start(chosen.name, version.version), { icon: 'play', kind: 'primary', id: 'start' })),
        graph(version.tasks.map(t => ({ ...t, state: null, note: t.type ?? t.signal ?? t.workflow ?? t.kind })), { label: `Tasks of ${chosen.name}` })) : null,
    ];
  }

  filters() {
    const states = new Set((this.query.state ?? '').split(',').filter(Boolean));
    return h('form', { class: 'filters', role: 'search', 'aria-label': 'Filter runs', onsubmit: e => e.preventDefault() },
      h('div', { class: 'chips', role: 'group', 'aria-label': 'States' }, STATES.map(state => h('button', {
        type: 'button', key: state, class: `chip tone-${tone(state)}${states.has(state) ? ' on' : ''}`, 'aria-pressed': String(states.has(state)),
        onclick: () => {
          if (!states.delete(state)) states.add(state);
          this.set('state', [...states].join(','));
        },
      }, states.has(state) ? icon('check') : null, stateWord(state)))));
  }

  list() {
    if (!this.ready) return loading();
    return [
      table([{ title: 'State' }, { title: 'Run' }, { title: 'Workflow' }, { title: 'Version' }, { title: 'Started' }, { title: 'Took', class: 'number' }, { title: 'What happened', class: 'grow' }],
        this.runs.map(r => ({
          key: r.id,
          cells: [badge(r.state), link(to(['runs', r.id]), mono(r.id, 60)), r.workflow, r.version, time(r.startedAt), duration(Date.parse(r.finishedAt ?? new Date().toISOString()) - Date.parse(r.startedAt)), r.error ? said(`${r.error.type}: ${r.error.message ?? ''}`, 140) : ''],
        })), { caption: 'Runs', empty: ['No run fits', 'Start one above, or with `tasks workflow start`.'] }),
      this.cursor ? h('p', { class: 'center' }, button('More', () => this.app.run(() => this.next()), { icon: 'down' })) : null,
    ];
  }
}
