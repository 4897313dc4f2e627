// The settings of a queue that an operator changes while it runs, from its definition to the fields
// of a dialog, and from what was typed to the keys of the configuration file.

const BACKOFFS = ['exponential', 'linear', 'fixed'];

const FIELDS = [
  { name: 'concurrency', label: 'Concurrency: jobs at a time in each process', number: true, of: d => d.concurrency },
  { name: 'rate', label: 'Rate limit: jobs a second, over all workers', number: true, hint: 'none', of: d => d.rateLimit?.perSecond },
  { name: 'burst', label: 'Rate limit: jobs at once after a pause', number: true, hint: 'one second\u2019s worth', of: d => d.rateLimit?.burst },
  { name: 'attempts', label: 'Retries: attempts in all', number: true, of: d => d.retry.maxAttempts },
  { name: 'backoff', label: 'Retries: how the wait grows', options: BACKOFFS, of: d => d.retry.backoff },
  { name: 'initial', label: 'Retries: first wait', hint: '1s', of: d => d.retry.initial },
  { name: 'step', label: 'Retries: what each wait is longer by', hint: '1s', when: v => v.backoff === 'linear', of: d => d.retry.step },
  { name: 'multiplier', label: 'Retries: what each wait is multiplied by', number: true, hint: '2', when: v => v.backoff === 'exponential', of: d => d.retry.multiplier },
  { name: 'max', label: 'Retries: longest wait', when: v => v.backoff !== 'fixed', of: d => d.retry.max },
];

const text = value => value === null || value === undefined ? '' : String(value);

/** The fields with what the queue has now. */
export const fields = definition => FIELDS.map(f => ({ ...f, value: text(f.of(definition)) }));

/** What the values would change, in words. */
export function changes(definition, values) {
  return FIELDS.filter(f => fits(f, values) && values[f.name].trim() !== text(f.of(definition)))
    .map(f => ({ name: f.label, before: text(f.of(definition)) || 'none', after: values[f.name].trim() || (f.hint ?? 'none') }));
}

const fits = (f, values) => !f.when || f.when(values);

// A word where a number belongs goes to the service as it is, which says what it expected.
const number = value => Number.isFinite(Number(value)) ? Number(value) : value;

const given = (...pairs) => Object.fromEntries(pairs.filter(([, value]) => value !== ''));

/** The part of the definition that changes, in the keys of the configuration file. */
export function part(definition, values) {
  const v = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()]));
  const changed = new Set(FIELDS.filter(f => fits(f, v) && v[f.name] !== text(f.of(definition))).map(f => f.name));
  const body = {};
  if (changed.has('concurrency')) body.concurrency = v.concurrency === '' ? null : number(v.concurrency);
  if (changed.has('rate') || changed.has('burst')) {
    body.rate_limit = v.rate === '' ? null
      : given(['requests_per_second', number(v.rate)], ['burst_size', v.burst === '' ? '' : number(v.burst)]);
  }
  if (['attempts', 'backoff', 'initial', 'step', 'multiplier', 'max'].some(name => changed.has(name))) {
    const { jitter, onErrors, neverOn } = definition.retry;
    body.retry_policy = {
      ...given(['max_attempts', v.attempts === '' ? '' : number(v.attempts)]),
      backoff: { type: v.backoff, jitter, ...given(['initial', v.initial],
        ['step', v.backoff === 'linear' ? v.step : ''],
        ['multiplier', v.backoff === 'exponential' && v.multiplier !== '' ? number(v.multiplier) : ''],
        ['max', v.backoff === 'fixed' ? '' : v.max]) },
      on_errors: onErrors, never_on: neverOn,
    };
  }
  return body;
}
