import { h } from './dom.js';
import { get, post, remove } from './api.js';
import { clockTime, count, fullTime, when } from './format.js';
import { badge, head, icon, link, mark, mono, nothing, panel, said, table, time, to } from './ui.js';

const HOUR = 3_600_000;
const SPANS = [HOUR, 6 * HOUR, 24 * HOUR, 7 * 24 * HOUR, 31 * 24 * HOUR];

/** What is due when. */
export class SchedulesPage {
  title = 'Schedules';
  every = 3_000;
  ready = false;
  schedules = [];

  constructor(app, values, query) {
    this.app = app;
    this.query = query;
  }

  async load() {
    this.schedules = (await get(['v1', 'schedules'])).schedules;
    this.ready = true;
  }

  async trigger(s) {
    const made = await this.app.act(`${s.name} fires`, () => post(['v1', 'schedules', s.name, 'trigger']));
    if (made?.job) this.triggered = { name: s.name, job: made.job, run: made.run, workflow: s.workflow };
  }

  pause(s) {
    return this.app.act(`${s.name} is ${s.paused ? 'going on' : 'paused'}`, () => post(['v1', 'schedules', s.name, s.paused ? 'resume' : 'pause']));
  }

  remove(s) {
    this.app.ask({
      title: `Delete the schedule ${s.name}?`, danger: true, word: s.name, label: 'Delete',
      body: h('p', null, 'It fires no more. Its jobs are left alone.'),
      then: () => this.app.act(`${s.name} is deleted`, () => remove(['v1', 'schedules', s.name])),
    });
  }

  view() {
    const wanted = (this.query.name ?? '').toLowerCase();
    const shown = this.schedules.filter(s => s.name.toLowerCase().includes(wanted));
    return [
      head('Schedules', { sub: this.triggered ? h('span', null, mark(`${this.triggered.name} fired`, 'green', 'check'), ' ', link(this.triggered.workflow ? to(['runs', this.triggered.job]) : to(['jobs', this.triggered.job], { run: this.triggered.run }), 'see what came of it')) : 'Each time fires exactly once, in its own time zone.' }),
      this.schedules.length === 0 ? panel('Schedules', nothing('No schedules', 'Declare them in a file and `tasks apply -f` it.')) : [
        h('form', { class: 'filters', role: 'search', onsubmit: e => e.preventDefault() }, h('div', { class: 'fields' }, h('label', { class: 'field' }, h('span', null, 'Name'), h('input', { name: 'name', value: this.query.name ?? '', placeholder: 'any', oninput: e => this.app.filter({ ...this.query, name: e.target.value }) })))),
        panel('What comes next', this.line(shown)),
        this.list(shown)],
    ];
  }

  async changed() {}

  // The shortest span that has a fire of every schedule, if there is one.
  line(schedules) {
    const now = Date.now();
    const going = schedules.filter(s => !s.paused && s.next.length);
    if (going.length === 0) return nothing('Nothing is due');
    const firsts = going.map(s => Date.parse(s.next[0]) - now);
    const span = SPANS.find(each => Math.max(...firsts) < each * 0.8) ?? SPANS.find(each => Math.min(...firsts) < each * 0.8) ?? SPANS.at(-1);
    const [w, left, row, top] = [960, 190, 30, 24];
    const height = top + going.length * row + 6;
    const x = at => left + ((at - now) / span) * (w - left - 30);
    const marks = [0, 0.25, 0.5, 0.75, 1].map(part => now + part * span);
    return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Next fires' }, h('svg', { class: 'fires', viewBox: `0 0 ${w} ${height}`, role: 'img', 'aria-label': `Next fires of ${going.length} schedules` },
      marks.map((at, i) => h('g', { class: 'grid' }, h('line', { x1: x(at), x2: x(at), y1: top - 4, y2: height }),
        h('text', { x: x(at), y: 12, 'text-anchor': i === 0 ? 'start' : 'middle' }, i === 0 ? 'now' : span > 24 * HOUR ? when(new Date(at).toISOString()).split(',')[0] : clockTime(new Date(at).toISOString()).slice(0, 5)))),
      going.map((s, i) => h('g', { key: s.name, class: 'fire' },
        h('text', { class: 'name', x: left - 14, y: top + i * row + 19, 'text-anchor': 'end' }, s.name.length > 26 ? `${s.name.slice(0, 25)}…` : s.name),
        h('line', { class: 'rail', x1: left, x2: w - 10, y1: top + i * row + 15, y2: top + i * row + 15 }),
        s.next.filter(at => Date.parse(at) - now < span).map((at, n) => h('circle', { key: at, class: n === 0 ? 'first' : '', cx: x(Date.parse(at)), cy: top + i * row + 15, r: n === 0 ? 6 : 4.5 }, h('title', null, `${s.name}: ${fullTime(at)}`)))))));
  }

  list(schedules) {
    return table([{ title: 'Schedule' }, { title: 'Times' }, { title: 'Starts' }, { title: 'Next' }, { title: 'Last run' }, { title: 'Fires', class: 'number' }, { title: '', class: 'buttons' }],
      schedules.map(s => ({
        key: s.name,
        cells: [
          [h('b', null, s.name), s.paused ? [' ', mark('paused', 'amber', 'pause')] : null],
          [mono(s.schedule), h('small', { class: 'muted block' }, s.timeZone)],
          s.type ? said(s.type, 60) : h('span', null, icon('flow'), ' ', said(s.workflow, 60)),
          s.paused ? h('span', { class: 'muted' }, 'not while paused') : s.next.length ? [time(s.next[0]), h('small', { class: 'muted block' }, when(s.next[0]))] : 'never again',
          this.outcome(s), count(s.fires),
          h('span', { class: 'actions' },
            this.app.actor('Trigger', () => this.trigger(s), { icon: 'send', kind: 'small', id: `trigger-${s.name}` }),
            this.app.actor(s.paused ? 'Resume' : 'Pause', () => this.pause(s), { icon: s.paused ? 'play' : 'pause', kind: 'small', id: `pause-${s.name}` }),
            this.app.actor('Delete', () => this.remove(s), { icon: 'close', kind: 'small quiet' }))],
      })), { caption: 'Schedules', empty: ['No schedule has this name'] });
  }

  outcome(s) {
    const run = s.lastRun;
    if (!run) return h('span', { class: 'muted' }, 'none yet');
    const href = s.workflow ? to(['runs', run.id]) : to(['jobs', run.id], { run: run.run });
    return h('span', null, link(href, run.state ? badge(run.state) : mark('under way', 'accent', 'play')), h('small', { class: 'muted block' }, time(run.firedAt), run.error ? [' ', said(run.error.type, 60)] : null));
  }
}
