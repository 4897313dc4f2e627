// What pages are made of.

import { h } from './dom.js';
import { ago, clip, fullTime } from './format.js';

export const ICONS = {
  alert: 'M8 2.2 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1',
  ban: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM3.8 3.8l8.4 8.4',
  check: 'm3 8.5 3.3 3.3L13 5',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.6',
  close: 'm4 4 8 8M12 4l-8 8',
  cross: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6 6l4 4M10 6l-4 4',
  dash: 'M4 8h8',
  dead: 'M2.5 4.5h11v8h-11zM2.5 5l5.5 4 5.5-4',
  down: 'm4 6 4 4 4-4',
  flow: 'M3 3.5h4v3H3zM9 9.5h4v3H9zM5 6.5v4.5h4M7 5h4v4.5',
  forward: 'm6 3.5 4.5 4.5L6 12.5',
  home: 'M2.5 7.5 8 3l5.5 4.5V13h-11zM6.5 13V9.5h3V13',
  jobs: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1',
  key: 'M10.5 9A3.5 3.5 0 1 0 7 5.5L2.5 10v3H5v-1.5h1.5V10H8l.6-.6M11 5v.1',
  lock: 'M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.2 12.5 8 5 12.8z',
  queue: 'M2.5 3h11v3h-11zM2.5 8h11M2.5 10.5h11M2.5 13h7',
  refresh: 'M13 3v3.5H9.5M13 6.5A5.3 5.3 0 1 0 13.3 9',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5 14 14',
  send: 'M13.5 2.5 7 9M13.5 2.5l-4 11L7 9 2.5 6.5z',
  undo: 'M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M3 6.5 6 3.5M3 6.5l3 3',
  waiting: 'M3 8h.1M8 8h.1M13 8h.1',
};

export function icon(name) {
  return h('svg', { class: `icon icon-${name}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' }, h('path', { d: ICONS[name] }));
}

// Each state has a word and a sign besides its colour.
const STATES = {
  SCHEDULED: ['scheduled', 'clock', 'violet'],
  QUEUED: ['queued', 'waiting', 'blue'],
  RUNNING: ['running', 'play', 'accent'],
  RETRYING: ['retrying', 'refresh', 'amber'],
  SUCCEEDED: ['succeeded', 'check', 'green'],
  DEAD: ['dead', 'cross', 'red'],
  CANCELLED: ['cancelled', 'ban', 'grey'],
  PENDING: ['pending', 'waiting', 'grey'],
  WAITING: ['waiting', 'clock', 'violet'],
  FAILED: ['failed', 'cross', 'red'],
  SKIPPED: ['skipped', 'forward', 'grey'],
  COMPENSATING: ['compensating', 'undo', 'amber'],
  COMPENSATED: ['compensated', 'undo', 'teal'],
  COMPENSATION_FAILED: ['compensation failed', 'alert', 'red'],
  TIMED_OUT: ['timed out', 'alert', 'red'],
};

export const stateWord = state => STATES[state]?.[0] ?? String(state).toLowerCase();
export const stateIcon = state => STATES[state]?.[1] ?? 'dash';
export const tone = state => STATES[state]?.[2] ?? 'grey';

export function badge(state) {
  return h('span', { class: `badge tone-${tone(state)}`, 'data-state': state }, icon(stateIcon(state)), stateWord(state));
}

export function mark(word, toneName, iconName) {
  return h('span', { class: `badge tone-${toneName}` }, icon(iconName), word);
}

/** A text from outside: kept apart from ours in whichever direction it runs. */
export function said(value, most = 200) {
  const text = value === null || value === undefined ? '' : String(value);
  return h('bdi', { class: 'said', title: text.length > most ? clip(text, 2_000) : null }, clip(text, most));
}

export function mono(value, most = 120) {
  return h('bdi', { class: 'said mono', title: clip(value, 2_000) }, clip(value, most));
}

export function time(iso) {
  return iso ? h('time', { datetime: iso, title: fullTime(iso) }, ago(iso)) : h('span', { class: 'muted' }, '–');
}

/** An address within the console. */
export function to(parts, query) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, value);
  }
  const text = search.toString();
  return `#/${parts.map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`;
}

export const link = (href, ...kids) => h('a', { href }, ...kids);

export function button(label, onclick, { kind = '', icon: name, disabled, title, type = 'button', id } = {}) {
  return h('button', { type, id, class: `button ${kind}`, onclick, disabled: Boolean(disabled), title }, name && icon(name), h('span', null, label));
}

export function head(title, { crumbs = [], actions = [], sub } = {}) {
  return h('header', { class: 'head' },
    h('div', { class: 'head-text' },
      crumbs.length ? h('nav', { class: 'crumbs', 'aria-label': 'Where this is' }, crumbs.map(c => [c, h('span', { 'aria-hidden': 'true' }, '/')])) : null,
      h('h1', null, title), sub ? h('p', { class: 'sub' }, sub) : null),
    h('div', { class: 'actions' }, actions));
}

export function panel(title, body, { actions, id, wide } = {}) {
  return h('section', { class: `panel${wide ? ' wide' : ''}`, id, 'aria-label': typeof title === 'string' ? title : null },
    h('div', { class: 'panel-head' }, h('h2', null, title), actions ?? null), body);
}

export function tile(label, value, { sub, spark, toneName = '', href } = {}) {
  const inner = [h('span', { class: 'tile-label' }, label), h('span', { class: `tile-value ${toneName}` }, value), h('span', { class: 'tile-sub' }, sub ?? '\u00a0'), spark ?? null];
  return href ? h('a', { class: 'tile', href }, inner) : h('div', { class: 'tile' }, inner);
}

/**
 * A table that scrolls within itself.
 *
 * @param columns each with a title, and class and label if need be
 * @param rows each with key, cells, and class if need be
 */
export function table(columns, rows, { caption, empty } = {}) {
  if (rows.length === 0 && empty) return nothing(...[].concat(empty));
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h('table', null, h('caption', { class: 'unseen' }, caption ?? ''),
      h('thead', null, h('tr', null, columns.map(c => h('th', { scope: 'col', class: c.class }, c.title)))),
      h('tbody', null, rows.map(row => h('tr', { key: row.key, class: row.class, onclick: row.onclick },
        row.cells.map((cell, i) => h('td', { class: columns[i].class }, cell)))))));
}

export function nothing(title, hint) {
  return h('div', { class: 'nothing' }, h('p', { class: 'nothing-title' }, title), hint ? h('p', null, hint) : null);
}

export function facts(list) {
  return h('dl', { class: 'facts' }, list.filter(Boolean).map(([name, value]) => h('div', { key: name }, h('dt', null, name), h('dd', null, value))));
}

export function failure(problem, again) {
  return h('div', { class: 'failure', role: 'alert' }, icon('alert'),
    h('div', null, h('strong', null, problem.title ?? 'Something went wrong'), h('p', null, said(problem.detail ?? problem.message, 1_000))),
    again ? button('Try again', again, { icon: 'refresh' }) : null);
}

export const loading = () => h('div', { class: 'loading', role: 'status' }, h('span', { class: 'unseen' }, 'Loading'), h('i'), h('i'), h('i'));

export function field(label, input, hint) {
  return h('label', { class: 'field' }, h('span', null, label), input, hint ? h('small', null, hint) : null);
}

const SHOWN = 20_000;

/** A value as it is: JSON with colours, other things as text. Long ones are cut until asked for. */
export function code(value, { whole = false, more, label } = {}) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2) ?? '';
  const cut = !whole && text.length > SHOWN;
  const shown = cut ? text.slice(0, SHOWN) : text;
  return h('div', { class: 'code' },
    h('pre', { tabindex: '0', 'aria-label': label, dir: 'auto' }, typeof value === 'string' || text.length > 200_000 ? shown : coloured(shown)),
    cut ? h('p', { class: 'cut' }, `${shown.length.toLocaleString('en')} of ${text.length.toLocaleString('en')} characters. `, more ? button('Show all', more, { kind: 'small' }) : null) : null);
}

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function coloured(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(TOKENS)) {
    if (found.index > from) parts.push(text.slice(from, found.index));
    if (found[1]) {
      parts.push(h('span', { class: found[2] ? 'c-key' : 'c-text' }, found[1]), found[2] ?? '');
    } else {
      parts.push(h('span', { class: found[3] ? 'c-word' : 'c-number' }, found[0]));
    }
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** The live tail of events. */
export function tail(events, skipped, { queue = true } = {}) {
  if (events.length === 0) return nothing('Nothing happened yet', 'Outcomes show here as they come.');
  return h('div', { class: 'tail' },
    h('ol', null, events.map(e => h('li', { key: e.key, class: e.fresh ? 'fresh' : '' },
      h('time', { datetime: e.at, title: fullTime(e.at) }, e.at.slice(11, 19)), badge(e.state),
      h('a', { class: 'tail-job', href: to(['jobs', e.jobId], { run: e.run }) }, mono(e.jobId, 60)),
      h('span', { class: 'tail-type' }, said(e.type, 60)),
      queue ? h('span', { class: 'muted' }, e.queue) : null,
      h('span', { class: 'tail-error' }, e.error ? said(`${e.error.type}: ${e.error.message ?? ''}`, 140) : null)))),
    skipped > 0 ? h('p', { class: 'muted note' }, `${skipped.toLocaleString('en')} more were too many to show.`) : null);
}

/** Remembers the latest events for a tail. */
export class Tail {
  constructor(most) {
    Object.assign(this, { most, events: [], skipped: 0, number: 0 });
  }

  add(data) {
    this.skipped = data.skipped;
    const fresh = data.events.map(e => ({ ...e, key: this.number++ })).reverse();
    this.events = [...fresh, ...this.events].slice(0, this.most);
  }
}
