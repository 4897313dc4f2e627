// Draws tasks that depend on each other: in columns, each to the right of what it waits for, and as
// bars over time.

import { h } from './dom.js';
import { clip, duration } from './format.js';
import { ICONS, stateIcon, stateWord, tone } from './ui.js';

const [WIDTH, HEIGHT, ACROSS, DOWN] = [190, 52, 56, 18];

/** Places for the tasks: a column for each, and an order that keeps lines short. */
export function arrange(tasks) {
  const byName = new Map(tasks.map(t => [t.name, t]));
  const columns = new Map();
  const column = (name, above) => {
    if (columns.has(name)) return columns.get(name);
    const before = (byName.get(name)?.dependsOn ?? []).filter(d => byName.has(d) && !above.has(d));
    const found = before.length ? 1 + Math.max(...before.map(d => column(d, new Set(above).add(name)))) : 0;
    columns.set(name, found);
    return found;
  };
  tasks.forEach(t => column(t.name, new Set()));
  const all = [];
  for (const t of tasks) (all[columns.get(t.name)] ??= []).push(t);
  const rows = new Map();
  for (const each of all) {
    const wish = t => {
      const before = (t.dependsOn ?? []).map(d => rows.get(d)).filter(r => r !== undefined);
      return before.length ? before.reduce((a, b) => a + b, 0) / before.length : 0;
    };
    each.sort((a, b) => wish(a) - wish(b));
    each.forEach((t, i) => rows.set(t.name, i - (each.length - 1) / 2));
  }
  const most = Math.max(1, ...all.map(each => each.length));
  return {
    width: all.length * (WIDTH + ACROSS) - ACROSS + 4,
    height: most * (HEIGHT + DOWN) - DOWN + 4,
    places: new Map(tasks.map(t => [t.name, { x: 2 + columns.get(t.name) * (WIDTH + ACROSS), y: 2 + (rows.get(t.name) + (most - 1) / 2) * (HEIGHT + DOWN) }])),
  };
}

/** The tasks with their states; `pick` is told which one was chosen. */
export function graph(tasks, { label, chosen, pick } = {}) {
  const { width, height, places } = arrange(tasks);
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label },
    h('svg', { class: 'graph', viewBox: `0 0 ${width} ${height}`, width, height, role: 'group', 'aria-label': label },
      tasks.flatMap(t => (t.dependsOn ?? []).filter(d => places.has(d)).map(d => edge(places.get(d), places.get(t.name), t, `${d} ${t.name}`))),
      tasks.map(t => node(t, places.get(t.name), chosen === t.name, pick))));
}

function edge(from, to, task, key) {
  const [x1, y1, x2, y2] = [from.x + WIDTH, from.y + HEIGHT / 2, to.x, to.y + HEIGHT / 2];
  const bend = (x2 - x1) / 2;
  const passed = task.state && !['PENDING', 'SKIPPED'].includes(task.state);
  return h('path', { key, class: `edge${passed ? ' passed' : ''}`, d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` });
}

function node(task, place, chosen, pick) {
  const toneName = task.state ? tone(task.state) : 'plain';
  const note = task.note ?? (task.state ? stateWord(task.state) : '');
  const choose = pick && (() => pick(task.name));
  return h('g', {
    key: task.name, class: `node tone-${toneName}${chosen ? ' chosen' : ''}${task.state === 'RUNNING' ? ' busy' : ''}`, transform: `translate(${place.x} ${place.y})`,
    'data-task': task.name, 'data-state': task.state, onclick: choose, tabindex: pick ? '0' : null, role: pick ? 'button' : null, 'aria-label': `${task.name}: ${note}`,
    onkeydown: choose && (e => { if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); choose(); } }),
  },
  h('title', null, `${task.name}: ${note}`),
  h('rect', { width: WIDTH, height: HEIGHT, rx: 9 }),
  task.state ? sign(stateIcon(task.state), 10, 8) : null,
  h('text', { class: 'node-name', x: task.state ? 32 : 14, y: 22 }, clip(task.name, task.state ? 19 : 22)),
  h('text', { class: 'node-note', x: task.state ? 32 : 14, y: 40 }, clip(note, 24)));
}

// The same signs as everywhere, at a place.
function sign(name, x, y) {
  return h('svg', { x, y, width: 17, height: 17, viewBox: '0 0 16 16', class: `icon icon-${name}` }, h('path', { d: ICONS[name] }));
}

/** Bars over time. */
export function gantt(tasks, { from, until, chosen, pick }) {
  const started = tasks.filter(t => t.startedAt).sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  if (started.length === 0) return null;
  const [w, left, row, top] = [960, 200, 28, 26];
  const start = Date.parse(from);
  const end = Math.max(start + 1, Date.parse(until));
  const x = at => left + ((at - start) / (end - start)) * (w - left - 12);
  const height = top + started.length * row + 4;
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Tasks over time' },
    h('svg', { class: 'gantt', viewBox: `0 0 ${w} ${height}`, role: 'img', 'aria-label': 'Tasks over time' },
      [0, 0.25, 0.5, 0.75, 1].map(part => h('g', { class: 'grid' },
        h('line', { x1: x(start + part * (end - start)), x2: x(start + part * (end - start)), y1: top - 6, y2: height }),
        h('text', { x: x(start + part * (end - start)), y: 13, 'text-anchor': part === 1 ? 'end' : part === 0 ? 'start' : 'middle' }, part === 0 ? 'start' : `+${duration(part * (end - start))}`))),
      started.map((t, i) => {
        const a = Date.parse(t.startedAt);
        const b = t.finishedAt ? Date.parse(t.finishedAt) : end;
        const width = Math.max(3, x(b) - x(a));
        return h('g', { key: t.name, class: `bar tone-${tone(t.state)}${chosen === t.name ? ' chosen' : ''}`, onclick: () => pick(t.name) },
          h('title', null, `${t.name}: ${stateWord(t.state)}, ${duration(b - a)}`),
          h('text', { class: 'name', x: left - 12, y: top + i * row + 18, 'text-anchor': 'end' }, clip(t.name, 26)),
          h('rect', { x: x(a), y: top + i * row + 5, width, height: row - 10, rx: 4 }),
          h('text', { class: 'took', x: x(a) + width > w - 90 ? x(a) + width - 8 : x(a) + width + 8, y: top + i * row + 18, 'text-anchor': x(a) + width > w - 90 ? 'end' : 'start' }, duration(b - a)));
      })));
}
