// The frame around the pages: addresses, navigation, search, messages, dialogs.

import { draw, h } from './dom.js';
import { get, onRefused, Problem, token } from './api.js';
import { Live } from './live.js';
import { button, icon, loading, failure, said, to } from './ui.js';
import { clip } from './format.js';
import { DeadPage } from './page-dead.js';
import { JobPage } from './page-job.js';
import { JobsPage } from './page-jobs.js';
import { OverviewPage } from './page-overview.js';
import { QueuePage } from './page-queue.js';
import { RunPage } from './page-run.js';
import { SchedulesPage } from './page-schedules.js';
import { WorkflowsPage } from './page-workflows.js';

const PAGES = [
  { path: [], page: OverviewPage },
  { path: ['queues', ':queue'], page: QueuePage },
  { path: ['jobs'], page: JobsPage },
  { path: ['jobs', ':id'], page: JobPage },
  { path: ['dead'], page: DeadPage },
  { path: ['dead', ':queue'], page: DeadPage },
  { path: ['schedules'], page: SchedulesPage },
  { path: ['workflows'], page: WorkflowsPage },
  { path: ['runs', ':id'], page: RunPage },
];

const NAV = [
  { href: '#/', label: 'Overview', icon: 'home', first: '' },
  { href: '#/jobs', label: 'Jobs', icon: 'jobs', first: 'jobs' },
  { href: '#/dead', label: 'Dead letters', icon: 'dead', first: 'dead' },
  { href: '#/schedules', label: 'Schedules', icon: 'clock', first: 'schedules' },
  { href: '#/workflows', label: 'Workflows', icon: 'flow', first: 'workflows' },
];

const READ_ONLY = 'tasks.readonly';

/** What pages may ask of the frame. */
class App {
  constructor(root) {
    this.root = root;
    this.messages = [];
    this.queues = [];
    this.status = 'connecting';
    this.readOnly = localStorage.getItem(READ_ONLY) === 'yes';
    this.live = new Live({ status: s => this.connection(s), event: (name, data) => this.event(name, data) });
    this.search = { text: '', open: false, at: 0, names: [] };
    onRefused(problem => this.refused(problem));
    addEventListener('hashchange', () => this.route());
    addEventListener('keydown', e => this.key(e));
    setInterval(() => { if (!document.hidden) this.refresh(); }, 1_000);
  }

  start() {
    this.route();
  }

  // Addresses

  route() {
    const [path, search] = location.hash.replace(/^#\/?/, '').split('?', 2);
    let parts;
    try {
      parts = path === '' ? [] : path.split('/').map(decodeURIComponent);
    } catch {
      parts = ['?'];
    }
    const query = Object.fromEntries(new URLSearchParams(search ?? ''));
    const found = PAGES.find(each => each.path.length === parts.length
      && each.path.every((part, i) => part.startsWith(':') || part === parts[i]));
    this.first = parts[0] ?? '';
    if (this.page && this.path === path && this.found === found) {
      this.page.query = query;
      this.run(() => this.page.changed?.());
      return;
    }
    this.page?.close?.();
    clearInterval(this.repeating);
    this.path = path;
    this.found = found;
    this.page = null;
    if (!found) {
      this.refresh();
      return;
    }
    const values = {};
    found.path.forEach((part, i) => { if (part.startsWith(':')) values[part.slice(1)] = parts[i]; });
    const page = new found.page(this, values, query);
    this.page = page;
    this.live.follow(page.watch ?? {});
    this.run(() => page.load?.());
    if (page.every) {
      this.repeating = setInterval(() => { if (!document.hidden && !page.busy) this.run(() => page.load()); }, page.every);
    }
    scrollTo(0, 0);
  }

  /** Goes to another address; without `keep`, "back" returns to this one. */
  go(href, { keep = false } = {}) {
    if (keep) {
      history.replaceState(null, '', href);
      this.route();
    } else {
      location.hash = href;
    }
  }

  /** The same page with these parameters. */
  filter(query) {
    this.go(to(this.path === '' ? [] : this.path.split('/').map(decodeURIComponent), query), { keep: true });
  }

  async run(work) {
    const page = this.page;
    page.busy = true;
    try {
      await work();
      page.problem = null;
    } catch (e) {
      if (e.name === 'AbortError') return;
      page.problem = e instanceof Problem ? e : new Problem(0, 'This page broke', String(e.message ?? e));
      if (!(e instanceof Problem)) console.error(e);
    } finally {
      page.busy = false;
    }
    if (page === this.page) this.refresh();
  }

  // Live

  connection(status) {
    if (status === 'live' && this.status === 'lost') {
      this.say('Connected again', 'green');
      if (this.page?.load) this.run(() => this.page.load());
    }
    this.status = status;
    this.refresh();
  }

  event(name, data) {
    if (name === 'queues' && !this.page?.watch?.queue) this.queues = data.queues;
    this.page?.live?.(name, data);
    this.refresh();
  }

  refused(problem) {
    if (problem.status === 401 && !this.declined) this.askToken(problem.detail);
    else if (problem.status === 403) this.say(problem.detail, 'red');
  }

  // Actions

  /** Does something that changes the platform, and says how it went. */
  async act(what, work) {
    try {
      const result = await work();
      this.say(what, 'green');
      return result ?? true;
    } catch (e) {
      this.refusal = e.detail ?? String(e.message ?? e);
      this.say(this.refusal, 'red');
      return null;
    } finally {
      if (this.page?.load) this.run(() => this.page.load());
    }
  }

  /** A button for what changes the platform: none works while the console may only read. */
  actor(label, onclick, options = {}) {
    return button(label, onclick, this.readOnly
      ? { ...options, disabled: true, title: 'The console is read-only' } : options);
  }

  /**
   * Asks before something that cannot be taken back; `word` has to be typed. What `changes` makes of
   * the fields' values is shown, and nothing can be confirmed while it makes nothing of them.
   */
  ask({ title, body, label, word, danger, then, fields, changes }) {
    this.dialog = { title, body, label, word, danger, then, fields, changes, typed: '', values: {}, opened: false };
    this.refresh();
  }

  askToken(detail) {
    if (this.dialog?.secret) return;
    this.declined = false;
    this.dialog = {
      title: 'Token of the service', secret: true, label: 'Continue', typed: '', opened: false,
      body: [h('p', null, clip(detail, 300)), h('p', { class: 'muted' }, 'It is kept in this tab until the tab is closed.')],
      then: async d => {
        this.declined = false;
        token.set(d.typed.trim());
        this.live.again();
        if (this.page?.load) this.run(() => this.page.load());
      },
    };
    this.refresh();
  }

  say(text, tone) {
    const message = { text: clip(text, 400), tone, id: crypto.getRandomValues(new Uint32Array(1))[0] };
    this.messages = [...this.messages.slice(-3), message];
    setTimeout(() => this.dismiss(message), tone === 'red' ? 12_000 : 4_000);
    this.refresh();
  }

  dismiss(message) {
    this.messages = this.messages.filter(each => each !== message);
    this.refresh();
  }

  toggleReadOnly() {
    this.readOnly = !this.readOnly;
    localStorage.setItem(READ_ONLY, this.readOnly ? 'yes' : 'no');
    this.refresh();
  }

  // Keys and search

  key(e) {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName ?? '');
    if (e.key === '/' && !typing && !e.ctrlKey && !e.metaKey && !this.dialog) {
      e.preventDefault();
      document.getElementById('search').focus();
    }
  }

  async openSearch() {
    this.search.open = true;
    this.refresh();
    const [queues, schedules, workflows] = await Promise.all([
      get(['v1', 'queues']).catch(() => ({ queues: [] })),
      get(['v1', 'schedules']).catch(() => ({ schedules: [] })),
      get(['v1', 'workflows']).catch(() => ({ workflows: [] })),
    ]);
    this.search.names = [
      ...queues.queues.map(q => ({ kind: 'Queue', name: q.name, href: to(['queues', q.name]), icon: 'queue' })),
      ...schedules.schedules.map(s => ({ kind: 'Schedule', name: s.name, href: to(['schedules'], { name: s.name }), icon: 'clock' })),
      ...workflows.workflows.map(w => ({ kind: 'Workflow', name: w.name, href: to(['workflows'], { workflow: w.name }), icon: 'flow' })),
    ];
    this.refresh();
  }

  found_() {
    const text = this.search.text.trim();
    const low = text.toLowerCase();
    const names = this.search.names.filter(each => each.name.toLowerCase().includes(low)).slice(0, 8);
    if (text === '') return names;
    return [
      ...names,
      { kind: 'Job', name: text, href: to(['jobs', text]), icon: 'jobs' },
      { kind: 'Run of a workflow', name: text, href: to(['runs', text]), icon: 'flow' },
    ];
  }

  searchKey(e) {
    const found = this.found_();
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      const step = e.key === 'ArrowDown' ? 1 : found.length - 1;
      this.search.at = found.length ? (this.search.at + step) % found.length : 0;
    } else if (e.key === 'Enter' && found[this.search.at]) {
      this.pick(found[this.search.at]);
    } else if (e.key === 'Escape') {
      e.target.blur();
    }
    this.refresh();
  }

  pick(choice) {
    this.search.text = '';
    this.search.at = 0;
    document.activeElement?.blur();
    this.go(choice.href);
  }

  // Drawing

  refresh() {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      draw(this.root, this.view());
      this.openDialog();
    });
  }

  view() {
    const page = this.page;
    document.title = page?.title ? `${clip(page.title, 60)} – Tasks` : 'Tasks';
    return h('div', { class: 'frame' },
      h('a', { class: 'skip', href: '#main', onclick: e => { e.preventDefault(); document.getElementById('main').focus(); } }, 'Skip to the page'),
      this.sidebar(),
      h('div', { class: 'content' }, this.topbar(), this.banner(),
        h('main', { id: 'main', tabindex: '-1' }, this.body())),
      h('div', { class: 'messages', role: 'status', 'aria-live': 'polite' },
        this.messages.map(m => h('div', { class: `message tone-${m.tone}`, key: m.id }, icon(m.tone === 'red' ? 'alert' : 'check'),
          h('bdi', null, m.text), h('button', { type: 'button', class: 'plain', 'aria-label': 'Dismiss', onclick: () => this.dismiss(m) }, icon('close'))))),
      this.dialogView());
  }

  body() {
    const page = this.page;
    if (!page) return h('div', { class: 'page' }, h('h1', null, 'No such page'), h('p', null, h('a', { href: '#/' }, 'To the overview')));
    if (page.problem && !page.ready) return h('div', { class: 'page' }, failure(page.problem, () => this.run(() => page.load())));
    return h('div', { class: 'page', key: this.path }, page.problem ? failure(page.problem) : null, page.ready === false ? loading() : this.shown(page));
  }

  shown(page) {
    try {
      return page.view();
    } catch (e) {
      console.error(e);
      return failure({ title: 'This page broke', detail: String(e.message ?? e) });
    }
  }

  sidebar() {
    const dead = this.queues.reduce((all, q) => all + q.byState.DEAD, 0);
    return h('aside', { class: 'sidebar' },
      h('a', { class: 'brand', href: '#/' }, h('span', { class: 'logo', 'aria-hidden': 'true' }, icon('jobs')), 'Tasks'),
      h('nav', { 'aria-label': 'Pages' }, NAV.map(n => h('a', {
        href: n.href,
        class: n.first === this.first || (n.first === '' && this.first === 'queues') || (n.first === 'workflows' && this.first === 'runs') ? 'here' : '',
        'aria-current': n.first === this.first ? 'page' : null,
      }, icon(n.icon), n.label, n.first === 'dead' && dead > 0 ? h('span', { class: 'pip', 'aria-label': `${dead} dead letters` }, dead > 999 ? '999+' : dead) : null))),
      h('div', { class: 'sidebar-end' }, this.connectionView()));
  }

  connectionView() {
    const [word, name] = { live: ['Live', 'check'], connecting: ['Connecting', 'waiting'], lost: ['Disconnected', 'alert'] }[this.status];
    return h('span', { class: `connection ${this.status}`, id: 'connection', role: 'status' }, icon(name), word);
  }

  topbar() {
    const found = this.search.open ? this.found_() : [];
    return h('div', { class: 'topbar' },
      h('div', { class: 'search', role: 'search' }, icon('search'),
        h('input', {
          id: 'search', type: 'search', placeholder: 'Find a job, queue, schedule or workflow', 'aria-label': 'Find', autocomplete: 'off', spellcheck: 'false',
          value: this.search.text, role: 'combobox', 'aria-expanded': String(found.length > 0), 'aria-controls': 'found',
          oninput: e => { this.search.text = e.target.value; this.search.at = 0; this.refresh(); },
          onfocus: () => this.openSearch(),
          onblur: () => setTimeout(() => { this.search.open = false; this.refresh(); }, 150),
          onkeydown: e => this.searchKey(e),
        }), h('kbd', { 'aria-hidden': 'true' }, '/'),
        h('ul', { id: 'found', role: 'listbox', class: found.length ? 'found' : 'found none' }, found.map((each, i) =>
          h('li', { key: each.kind + each.name, role: 'option', 'aria-selected': String(i === this.search.at), onmousedown: e => { e.preventDefault(); this.pick(each); } },
            icon(each.icon), h('bdi', { class: 'said' }, clip(each.name, 80)), h('span', { class: 'muted' }, each.kind))))),
      h('div', { class: 'topbar-end' },
        h('button', {
          type: 'button', id: 'read-only', class: `toggle${this.readOnly ? ' on' : ''}`, 'aria-pressed': String(this.readOnly), onclick: () => this.toggleReadOnly(),
          title: this.readOnly ? 'Commands are switched off in this browser' : 'Switch commands off in this browser',
        }, icon('lock'), this.readOnly ? 'Read-only' : 'Changes allowed'),
        h('button', { type: 'button', class: 'toggle', id: 'token', onclick: () => this.askToken('Leave it empty to forget the one that is kept.') }, icon('key'), token.get() ? 'Token set' : 'Token')));
  }

  banner() {
    return this.status === 'lost'
      ? h('div', { class: 'banner', role: 'alert', id: 'lost' }, icon('alert'), 'The connection is lost; what you see may be old. Connecting again…')
      : null;
  }

  dialogView() {
    const d = this.dialog;
    if (!d) return null;
    const changes = d.changes?.(this.values(d));
    const allowed = (!d.word || d.typed === d.word) && (!d.changes || changes.length > 0);
    return h('dialog', { id: 'dialog', 'aria-labelledby': 'dialog-title', oncancel: e => { e.preventDefault(); this.closeDialog(); } },
      h('form', { onsubmit: e => { e.preventDefault(); if (allowed) this.confirm(); } },
        h('h2', { id: 'dialog-title' }, d.title), h('div', { class: 'dialog-body' }, d.body ?? null,
          d.problem ? h('p', { class: 'failure', role: 'alert', id: 'refused' }, icon('alert'), said(d.problem, 600)) : null,
          (d.fields ?? []).filter(f => !f.when || f.when(this.values(d))).map(f => h('label', { class: 'field', key: f.name }, h('span', null, f.label),
            this.input(d, f))),
          d.changes ? h('ul', { class: 'changes', 'aria-live': 'polite' }, changes.length ? changes.map(c => h('li', { key: c.name }, c.name, ': ', said(c.before), ' → ', h('b', null, said(c.after)))) : h('li', { class: 'muted' }, 'Nothing is changed yet')) : null,
          d.word ? h('label', { class: 'field' }, h('span', null, 'Type ', h('b', { class: 'mono' }, d.word), ' to go on'),
            h('input', { name: 'word', autocomplete: 'off', value: d.typed, oninput: e => { d.typed = e.target.value; this.refresh(); } })) : null,
          d.secret ? h('label', { class: 'field' }, h('span', null, 'Token'),
            h('input', { type: 'password', name: 'token', autocomplete: 'off', value: d.typed, oninput: e => { d.typed = e.target.value; } })) : null),
        h('div', { class: 'actions' }, button('Cancel', () => this.closeDialog()),
          button(d.label, null, { kind: d.danger ? 'danger' : 'primary', type: 'submit', disabled: !allowed, id: 'confirm' }))));
  }

  input(d, f) {
    const value = d.values[f.name] ?? f.value ?? '';
    const oninput = e => {
      d.values[f.name] = e.target.value;
      if (d.changes) this.refresh();
    };
    if (f.options) return h('select', { name: f.name, oninput }, f.options.map(o => h('option', { value: o, selected: o === value }, o)));
    return h(f.long ? 'textarea' : 'input', { value, placeholder: f.hint, name: f.name, oninput, inputmode: f.number ? 'decimal' : null, autocomplete: 'off' });
  }

  values(d) {
    return Object.fromEntries((d.fields ?? []).map(f => [f.name, d.values[f.name] ?? f.value ?? '']));
  }

  openDialog() {
    const d = this.dialog;
    if (d && !d.opened) {
      d.opened = true;
      const node = document.getElementById('dialog');
      node.showModal();
      (node.querySelector('input, textarea') ?? node.querySelector('.actions button'))?.focus();
    }
  }

  closeDialog() {
    this.declined = Boolean(this.dialog?.secret);
    this.dialog = null;
    this.refresh();
  }

  async confirm() {
    const d = this.dialog;
    const values = this.values(d);
    this.closeDialog();
    const result = await d.then({ ...d, values });
    if (result === null && d.fields && !this.dialog) { // what was typed is not lost
      this.dialog = { ...d, opened: false, problem: this.refusal };
      this.refresh();
    }
  }
}

new App(document.getElementById('app')).start();
