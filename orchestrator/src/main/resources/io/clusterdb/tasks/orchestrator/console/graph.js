// Draws tasks that depend on each other: in columns, each to the right of what it waits for, and as
// bars over time.

import { h } from './dom.js';
import { clip, duration } from './format.js';
import { ICONS, stateIcon, stateWord, tone } from './ui.js';

const [WIDTH, HEIGHT, ACROSS, DOWN, PASSAGE] = [190, 52, 56, 18, 14];

/**
 * Places for the tasks: a column for each, and an order that keeps lines short. A line that passes
 * columns gets a place of its own in each, so that it does not run behind other tasks.
 */
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
  const all = Array.from({ length: 1 + Math.max(-1, ...columns.values()) }, () => []);
  const lines = [];
  for (const t of tasks) {
    const item = { name: t.name, height: HEIGHT, before: [] };
    for (const d of (t.dependsOn ?? []).filter(each => byName.has(each))) {
      const way = [d];
      for (let c = columns.get(d) + 1; c < columns.get(t.name); c++) {
        const passage = { name: `${d}\n${t.name}\n${c}`, height: PASSAGE, before: [way.at(-1)] };
        all[c].push(passage);
        way.push(passage.name);
      }
      item.before.push(way.at(-1));
      lines.push({ way: [...way, t.name], to: t });
    }
    all[columns.get(t.name)].push(item);
  }
  const middles = new Map();
  let half = 0;
  for (const each of all) {
    const wish = item => item.before.length ? item.before.reduce((sum, b) => sum + (middles.get(b) ?? 0), 0) / item.before.length : 0;
    each.sort((a, b) => wish(a) - wish(b));
    const whole = each.reduce((sum, item) => sum + item.height + DOWN, -DOWN);
    half = Math.max(half, whole / 2);
    let y = -whole / 2;
    for (const item of each) {
      middles.set(item.name, y + item.height / 2);
      y += item.height + DOWN;
    }
  }
  const x = c => 2 + c * (WIDTH + ACROSS);
  const places = new Map(tasks.map(t => [t.name, { x: x(columns.get(t.name)), y: 2 + half + middles.get(t.name) - HEIGHT / 2 }]));
  const paths = lines.map(({ way, to }) => {
    const first = columns.get(way[0]);
    const points = way.map((name, i) => ({ x: x(first + i), y: 2 + half + middles.get(name) }));
    let d = `M${points[0].x + WIDTH} ${points[0].y}`;
    for (let i = 1; i < points.length; i++) {
      const [x1, y1, x2, y2] = [points[i - 1].x + WIDTH, points[i - 1].y, points[i].x, points[i].y];
      d += `C${x1 + ACROSS / 2} ${y1} ${x2 - ACROSS / 2} ${y2} ${x2} ${y2}`;
      if (i < points.length - 1) d += `H${x2 + WIDTH}`;
    }
    return { key: `${way[0]} ${to.name}`, d, to };
  });
  return { width: Math.max(1, all.length) * (WIDTH + ACROSS) - ACROSS + 4, height: 2 * half + 4, places, paths };
}

/** The tasks with their states; `pick` is told which one was chosen. */
export function graph(tasks, { label, chosen, pick } = {}) {
  const { width, height, places, paths } = arrange(tasks);
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label },
    h('svg', { class: 'graph', viewBox: `0 0 ${width} ${height}`, width, height, role: 'group', 'aria-label': label },
      paths.map(({ key, d, to }) => h('path', { key, class: `edge${to.state && !['PENDING', 'SKIPPED'].includes(to.state) ? ' passed' : ''}`, d })),
      tasks.map(t => node(t, places.get(t.name), chosen === t.name, pick))));
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
          h('text', { class: x(a) + width > w - 90 ? 'took inside' : 'took', x: x(a) + width > w - 90 ? x(a) + width - 8 : x(a) + width + 8, y: top + i * row + 18, 'text-anchor': x(a) + width > w - 90 ? 'end' : 'start' }, duration(b - a)));
      })));
}
