// Numbers and times for people.

const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A count: exact up to five digits, then about. */
export function count(n) {
  if (n === null || n === undefined) return '–';
  return Math.abs(n) < 100_000 ? whole.format(n) : short.format(n);
}

export function rate(n) {
  if (n === null || n === undefined) return '–';
  if (n === 0) return '0';
  return n < 10 ? n.toFixed(n < 1 ? 2 : 1) : count(Math.round(n));
}

export function percent(share) {
  if (share === null || share === undefined) return '–';
  const value = share * 100;
  return `${value === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} %`;
}

/** A duration of milliseconds in its two largest units. */
export function duration(ms) {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return '–';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const s = Math.round(ms / 1_000);
  if (s < 3_600) return pair(s, 60, 'm', 's');
  if (s < 86_400) return pair(Math.round(s / 60), 60, 'h', 'm');
  return pair(Math.round(s / 3_600), 24, 'd', 'h');
}

function pair(value, by, large, small) {
  const rest = value % by;
  return `${Math.floor(value / by)} ${large}${rest ? ` ${rest} ${small}` : ''}`;
}

/** How long ago, or in how long, a time is. */
export function ago(iso, now = Date.now()) {
  if (!iso) return '–';
  const ms = now - Date.parse(iso);
  if (Math.abs(ms) < 1_500) return 'now';
  return ms > 0 ? `${rough(ms)} ago` : `in ${rough(-ms)}`;
}

function rough(ms) {
  const s = ms / 1_000;
  if (s < 90) return `${Math.round(s)} s`;
  if (s < 5_400) return `${Math.round(s / 60)} min`;
  if (s < 129_600) return `${Math.round(s / 3_600)} h`;
  return `${Math.round(s / 86_400)} d`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit',
  fractionalSecondDigits: 3, timeZoneName: 'short',
});

export const clockTime = iso => clock.format(new Date(iso));
export const fullTime = iso => full.format(new Date(iso));

/** A time of day, with the day where that is another one. */
export function when(iso) {
  if (!iso) return '–';
  const date = new Date(iso);
  const today = date.toDateString() === new Date().toDateString();
  return today ? clock.format(date) : `${day.format(date)}, ${clock.format(date)}`;
}

export function bytes(n) {
  if (n === null || n === undefined || n < 0) return '–';
  if (n < 1_024) return `${n} B`;
  return n < 1_048_576 ? `${(n / 1_024).toFixed(1)} KiB` : `${(n / 1_048_576).toFixed(1)} MiB`;
}

/** The start of a text that may be very long. */
export function clip(value, most = 200) {
  const string = value === null || value === undefined ? '' : String(value);
  return string.length > most ? `${string.slice(0, most)}…` : string;
}
