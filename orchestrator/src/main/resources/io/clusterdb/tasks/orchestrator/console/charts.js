// Small pictures of numbers.

import { h } from './dom.js';
import { clockTime } from './format.js';

/** A line without axes; what is unknown is a gap. */
export function sparkline(all, label, tone = 'accent') {
  // A service that has just started has little to tell, and tells that.
  const known = all.findIndex(v => v !== null && v !== undefined);
  const values = known < 0 ? [] : all.slice(Math.min(known, Math.max(0, all.length - 12)));
  const w = 120;
  const y = 28;
  const most = Math.max(1e-9, ...values.map(v => v ?? 0));
  const { line, area } = paths(values, i => (i / Math.max(1, values.length - 1)) * w, v => y - 2 - (v / most) * (y - 5), y);
  return h('svg', { class: `spark ${tone}`, viewBox: `0 0 ${w} ${y}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    h('path', { class: 'area', d: area }), h('path', { class: 'line', d: line }));
}

function paths(values, x, y, bottom) {
  let line = '';
  let area = '';
  let start = null;
  values.forEach((value, i) => {
    if (value === null || value === undefined) {
      if (start !== null) area += `V${bottom}H${start}Z`;
      start = null;
      return;
    }
    const point = `${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    line += (start === null ? 'M' : 'L') + point;
    area += start === null ? `M${x(i).toFixed(1)} ${bottom}L${point}` : `L${point}`;
    if (start === null) start = x(i).toFixed(1);
  });
  if (start !== null) area += `V${bottom}H${start}Z`;
  return { line, area };
}

/**
 * Lines over time.
 *
 * @param lines each with name, tone and values
 * @param until the end of the last step, in ISO 8601
 * @param show writes a value
 */
export function timeChart({ title, lines, until, step, show }) {
  const [w, height, left, right, top, bottom] = [640, 180, 52, 8, 10, 22];
  // Of what was never seen no more is shown than makes five minutes.
  const firsts = lines.map(line => line.values.findIndex(v => v !== null && v !== undefined)).filter(i => i >= 0);
  const skipped = Math.max(0, Math.min(firsts.length ? Math.min(...firsts) : Infinity, Math.max(...lines.map(line => line.values.length)) - 300 / step));
  lines = lines.map(line => ({ ...line, values: line.values.slice(skipped) }));
  const n = Math.max(2, ...lines.map(line => line.values.length));
  const most = nice(Math.max(0, ...lines.flatMap(line => line.values.map(v => v ?? 0))));
  const x = i => left + (i / (n - 1)) * (w - left - right);
  const y = v => height - bottom - (v / most) * (height - bottom - top);
  const end = Date.parse(until);
  const time = i => new Date(end - (n - i) * step * 1_000).toISOString();
  const marks = [0, 0.5, 1].map(part => part * most);
  const ticks = [0, 1, 2, 3].map(part => Math.round((part / 3) * (n - 1)));
  return h('figure', { class: 'chart' },
    h('figcaption', null, h('span', { class: 'chart-title' }, title),
      lines.map(line => h('span', { class: `legend ${line.tone}`, key: line.name },
        h('i', { class: line.dashed ? 'dashed' : '' }), `${line.name} `, h('b', null, show(last(line.values)))))),
    h('svg', { viewBox: `0 0 ${w} ${height}`, role: 'img', 'aria-label': `${title}: ${lines.map(l => `${l.name} ${show(last(l.values))} now`).join(', ')}` },
      marks.map(mark => h('g', { class: 'grid' },
        h('line', { x1: left, x2: w - right, y1: y(mark), y2: y(mark) }),
        h('text', { x: left - 8, y: y(mark) + 4, 'text-anchor': 'end' }, show(mark)))),
      ticks.map((i, at) => h('text', { class: 'tick', x: x(i), y: height - 5, 'text-anchor': at === 0 ? 'start' : at === 3 ? 'end' : 'middle' }, clockTime(time(i)).slice(0, 5))),
      lines.map(line => {
        const { line: d, area } = paths(line.values, x, y, height - bottom);
        return h('g', { class: `series ${line.tone}` },
          line.dashed ? null : h('path', { class: 'area', d: area }), h('path', { class: line.dashed ? 'line dashed' : 'line', d }));
      }),
      Array.from({ length: n }, (_, i) => h('rect', { class: 'hover', x: x(i - 0.5), y: top, width: x(1) - x(0), height: height - top - bottom },
        h('title', null, [clockTime(time(i)), ...lines.map(l => `${l.name}: ${show(l.values[i])}`)].join('\n'))))));
}

/** A history without its last step, which is unfinished. */
export function settled(history) {
  const queues = {};
  for (const [name, lists] of Object.entries(history.queues)) {
    queues[name] = Object.fromEntries(Object.entries(lists).map(([list, values]) => [list, values.slice(0, -1)]));
  }
  return { ...history, queues, until: new Date(Date.parse(history.until) - history.stepSeconds * 1_000).toISOString() };
}

function last(values) {
  for (let i = values.length - 1; i >= 0; i--) {
    if (values[i] !== null && values[i] !== undefined) return values[i];
  }
  return null;
}

function nice(most) {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 5, 8, 10].map(f => f * power).find(f => f >= most) ?? most;
}

/** How a whole is made up, as one bar: each part with name, tone and value. */
export function stacked(parts, label) {
  const sum = parts.reduce((all, part) => all + part.value, 0);
  let from = 0;
  return h('svg', { class: 'stacked', viewBox: '0 0 100 8', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    sum === 0
      ? h('rect', { class: 'none', width: 100, height: 8 })
      : parts.filter(part => part.value > 0).map(part => {
        const width = (part.value / sum) * 100;
        const bar = h('rect', { class: `tone-${part.tone}`, x: from, width, height: 8 }, h('title', null, `${part.name}: ${part.value}`));
        from += width;
        return bar;
      }));
}
