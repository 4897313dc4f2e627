import { h } from './dom.js';
import { get, post } from './api.js';
import { bytes, duration, fullTime, when } from './format.js';
import { badge, code, facts, head, icon, link, loading, mono, nothing, panel, said, stateIcon, stateWord, time, to, tone } from './ui.js';

const OPEN = ['SCHEDULED', 'QUEUED', 'RUNNING', 'RETRYING'];

/** One job: what became of it, and why. */
export class JobPage {
  every = 2_000;
  ready = false;
  whole = new Set();

  constructor(app, { id }, query) {
    this.app = app;
    this.id = id;
    this.query = query;
    this.title = id;
  }

  async load() {
    const before = this.job;
    if (before && !OPEN.includes(before.state) && this.record !== undefined) return; // it has ended
    const run = this.query.run;
    try {
      this.job = await get(['v1', 'jobs', this.id], { run, wait: before ? '0s' : '2s' });
    } catch (e) {
      if (e.status === 404 && !before && await this.isRun()) return;
      throw e;
    }
    this.ready = true;
    if (!before || before.run !== this.job.run || before.state !== this.job.state || before.attempt !== this.job.attempt || (!this.record && this.job.record)) {
      await this.read(run);
    }
  }

  // Who typed an id may not know of what it is one.
  async isRun() {
    try {
      await get(['v1', 'executions', this.id], { known: '0s' });
    } catch {
      return false;
    }
    this.app.go(to(['runs', this.id]), { keep: true });
    return true;
  }

  async read(run) {
    await Promise.all([this.readRecord(run), this.readAttempts(run)]);
  }

  // What they say more than the job itself is a help, and no page is without it.
  async readAttempts(run) {
    try {
      this.attempts = await get(['v1', 'jobs', this.id, 'attempts'], { run, wait: '0s' });
    } catch (e) {
      if (e.name === 'AbortError') throw e;
      this.attempts = null;
    }
  }

  async readRecord(run) {
    if (!this.job.record) {
      this.gone = 'It is not on the log, or was not seen there.';
      this.record = null;
      return;
    }
    try {
      this.record = await get(['v1', 'jobs', this.id, 'record'], { run, wait: '0s' });
      this.gone = null;
    } catch (e) {
      if (e.name === 'AbortError') throw e;
      this.gone = e.detail ?? String(e);
      this.record = null;
    }
  }

  async changed() {
    this.job = undefined;
    this.record = undefined;
    this.attempts = undefined;
    this.ready = false;
    await this.load();
  }

  // Commands

  cancel() {
    const j = this.job;
    this.app.ask({
      title: 'Cancel this job?', danger: true, label: 'Cancel the job',
      body: h('p', null, 'If it runs it is interrupted, and it gets no other attempt.'),
      fields: [{ name: 'reason', label: 'Reason, for the log', value: '' }],
      then: d => this.app.act('The cancellation is on the log', () => post(['v1', 'jobs', j.id, 'cancel'], { run: j.run, ...(d.values.reason ? { reason: d.values.reason } : {}) })),
    });
  }

  async retry() {
    const made = await this.app.act('The job has another run', () => post(['v1', 'jobs', this.id, 'retry']));
    if (made?.run) this.app.go(to(['jobs', this.id], { run: made.run }));
  }

  reschedule() {
    const j = this.job;
    this.app.ask({
      title: 'Another time for this job', label: 'Reschedule',
      fields: [{ name: 'at', label: 'Time, as ISO 8601', value: new Date(Date.now() + 60_000).toISOString().slice(0, 19) + 'Z' }],
      then: d => this.app.act('The new time is on the log', () => post(['v1', 'jobs', j.id, 'reschedule'], { at: d.values.at.trim(), run: j.run })),
    });
  }

  // Drawing

  view() {
    const j = this.job;
    const open = OPEN.includes(j.state);
    const later = j.state === 'SCHEDULED' || j.state === 'RETRYING';
    return [
      head(mono(j.id, 200), {
        crumbs: this.run() ? [link(to(['workflows']), 'Workflows'), link(to(['runs', this.run()]), mono(this.run(), 60))]
          : [link(to(['jobs']), 'Jobs'), link(to(['jobs'], { queue: j.queue }), j.queue)],
        sub: [badge(j.state), h('span', null, said(j.type, 100)), this.story(j)],
        actions: [
          later ? this.app.actor('Reschedule', () => this.reschedule(), { icon: 'clock', id: 'reschedule' }) : null,
          open ? this.app.actor('Cancel', () => this.cancel(), { icon: 'ban', kind: 'danger', id: 'cancel' }) : null,
          (j.state === 'DEAD' || j.state === 'CANCELLED') && !this.run() ? this.app.actor(j.state === 'DEAD' ? 'Replay' : 'Run again', () => this.retry(), { icon: 'refresh', kind: 'primary', id: 'retry' }) : null,
        ],
      }),
      j.stale ? h('p', { class: 'warning' }, icon('alert'), 'This comes from a copy that may be behind.') : null,
      j.error && j.state !== 'SUCCEEDED' ? this.error(j.error) : null,
      this.run() && j.state === 'DEAD' ? h('p', { class: 'note', id: 'of-run' }, 'This is a task of a workflow, so its run decides what follows: ', link(to(['runs', this.run()], { task: j.metadata.task }), 'look at the run, and retry it there'), '.') : null,
      h('div', { class: 'columns' },
        h('div', { class: 'stack' },
          panel('What happened', this.timeline()),
          panel('Payload', this.payload()),
          j.result !== null && j.result !== undefined ? panel('Result', code(j.result, { label: 'Result', ...this.wholly('result') })) : null),
        h('div', { class: 'stack' },
          panel('Facts', this.facts()),
          Object.keys(j.metadata ?? {}).length ? panel('Metadata', facts(Object.entries(j.metadata).map(([k, v]) => [k, said(v, 300)]))) : null,
          panel('On the log', this.log()),
          j.runs ? panel('Runs of this id', this.runs()) : null)),
    ];
  }

  /** The run of a workflow that this is a task of. */
  run() {
    const asked = this.record?.headers.some(each => each.name === 'job-reply-to' && each.value === 'workflow');
    return asked ? this.job.metadata?.execution : undefined;
  }

  story(j) {
    if (j.state === 'SCHEDULED') return h('span', null, 'due ', time(j.scheduledFor));
    if (j.state === 'RETRYING') return h('span', null, `attempt ${j.attempt + (j.scheduledFor ? 0 : 1)} `, j.scheduledFor ? time(j.scheduledFor) : 'soon');
    if (j.state === 'RUNNING') return h('span', null, 'since ', time(j.startedAt));
    return j.finishedAt ? h('span', null, time(j.finishedAt)) : null;
  }

  error(error) {
    const last = this.ended().at(-1);
    return h('div', { class: 'error-box', id: 'error' }, icon('cross'), h('div', null, h('strong', null, said(error.type, 200)), h('pre', { dir: 'auto' }, error.message ?? ''), trace(last)));
  }

  /** The attempts that have ended, as far as is known of them. */
  ended() {
    return this.attempts?.attempts ?? (this.record?.errors ?? []).map(e => ({ attempt: e.attempt, at: e.at, state: 'RETRYING', error: e }));
  }

  timeline() {
    const steps = this.steps();
    return h('ol', { class: 'timeline', id: 'timeline' }, steps.map((s, i) => h('li', { key: i, class: `tone-${s.tone}` },
      h('span', { class: 'node' }, icon(s.icon)),
      h('div', null,
        h('div', { class: 'step' }, h('strong', null, s.title), s.at ? h('time', { datetime: s.at, title: fullTime(s.at) }, when(s.at)) : null, s.note ? h('span', { class: 'muted' }, s.note) : null),
        s.error ? h('div', { class: 'step-error' }, h('b', null, said(s.error.type, 100)), h('pre', { dir: 'auto' }, s.error.message ?? ''), trace(s.of)) : null))));
  }

  steps() {
    const j = this.job;
    const steps = [{ title: 'Enqueued', at: j.createdAt, tone: 'blue', icon: 'waiting', note: `${j.priority} priority` }];
    const failed = this.ended().filter(a => a.error && (a.attempt < j.attempt || (a.state === 'RETRYING' && j.state === 'RETRYING')));
    for (const a of failed) {
      const how = [a.durationMs !== null && a.durationMs !== undefined ? `took ${duration(a.durationMs)}` : null, a.worker ? `on ${a.worker}` : null];
      steps.push({ title: `Attempt ${a.attempt} failed`, at: a.at, tone: 'amber', icon: 'refresh', note: how.filter(Boolean).join(' '), error: a.error, of: a });
    }
    const took = j.durationMs !== null && j.durationMs !== undefined ? `took ${duration(j.durationMs)}` : null;
    if (j.startedAt && j.state !== 'QUEUED' && j.state !== 'RETRYING') {
      steps.push({ title: `Attempt ${j.attempt} started`, at: j.startedAt, tone: 'accent', icon: 'play', note: j.worker ? `on ${j.worker}` : null });
    }
    if (j.state === 'RETRYING') {
      if (failed.length === 0) steps.push({ title: `Attempt ${j.attempt} failed`, tone: 'amber', icon: 'refresh', error: j.error, note: took });
      steps.push({ title: 'Waits for another attempt', at: j.scheduledFor, tone: 'violet', icon: 'clock' });
    } else if (j.state === 'SCHEDULED') {
      steps.push({ title: 'Waits for its time', at: j.scheduledFor, tone: 'violet', icon: 'clock' });
    } else if (j.state === 'QUEUED') {
      steps.push({ title: 'Waits for a worker', tone: 'blue', icon: 'waiting' });
    } else if (j.state === 'RUNNING') {
      steps.push({ title: 'Running', tone: 'accent', icon: 'play', note: j.note ?? (j.progress !== null && j.progress !== undefined ? `${Math.round(j.progress * 100)} %` : null) });
    } else {
      steps.push({ title: stateWord(j.state).replace(/^./, c => c.toUpperCase()), at: j.finishedAt, tone: tone(j.state), icon: stateIcon(j.state), note: took, error: j.state === 'DEAD' ? j.error : null, of: this.ended().find(a => a.attempt === j.attempt) });
    }
    return steps;
  }

  wholly(what) {
    return { whole: this.whole.has(what), more: () => { this.whole.add(what); this.app.refresh(); } };
  }

  payload() {
    const r = this.record;
    if (r === undefined) return loading();
    if (r === null) return nothing('The record is gone', this.gone);
    if (r.payload === null) return nothing('No payload');
    const value = r.encoding === 'base64' ? decoded(r.payload) : r.payload;
    return [h('p', { class: 'muted note' }, said(r.contentType, 100), `, ${bytes(r.size)}`, r.encoding === 'base64' && typeof value !== 'string' ? ', as Base64' : ''),
      code(typeof value === 'string' || r.encoding === 'json' ? value : r.payload, { label: 'Payload', ...this.wholly('payload') })];
  }

  facts() {
    const j = this.job;
    return facts([
      ['Queue', link(to(['queues', j.queue]), j.queue)],
      ['Attempt', `${j.attempt}${j.maxAttempts ? ` of ${j.maxAttempts}` : ''}`],
      ['Enqueued', h('span', { title: j.createdAt }, when(j.createdAt))],
      j.startedAt ? ['Started', when(j.startedAt)] : null,
      j.finishedAt ? ['Ended', when(j.finishedAt)] : null,
      j.durationMs !== null ? ['Took', duration(j.durationMs)] : null,
      j.worker ? ['Worker', mono(j.worker)] : null,
      j.batchId ? ['Batch', mono(j.batchId)] : null,
      this.trace() ? ['Trace', mono(this.trace())] : null,
      ['Run', mono(j.run)],
    ]);
  }

  trace() {
    return this.record?.headers.find(each => each.name === 'traceparent')?.value.split('-')[1];
  }

  log() {
    const r = this.record ?? this.job.record;
    if (!r) return nothing('No record is known');
    return [
      facts([['Topic', mono(r.topic)], ['Partition', r.partition], ['Offset', r.offset], r.timestamp ? ['Appended', h('span', { title: r.timestamp }, when(r.timestamp))] : null, r.key ? ['Key', mono(r.key)] : null]),
      h('p', { class: 'note' }, h('code', { class: 'command' }, `kcat -C -t ${r.topic} -p ${r.partition} -o ${r.offset} -c 1`)),
      this.record ? h('details', null, h('summary', null, `${r.headers.length} headers`), facts(r.headers.map((each, i) => [each.name, said(each.value, 400)]))) : null,
    ];
  }

  runs() {
    return h('ul', { class: 'runs' }, this.job.runs.map(r => h('li', { key: r.run, class: r.run === this.job.run ? 'here' : '' }, badge(r.state), link(to(['jobs', this.id], { run: r.run }), mono(r.run, 12)), time(r.createdAt))));
  }
}

// Where an attempt failed; for whoever asks.
function trace(attempt) {
  const text = attempt?.stackTrace;
  return text ? h('details', { class: 'trace' }, h('summary', null, 'Stack trace'), h('pre', { dir: 'ltr', tabindex: '0', 'aria-label': `Stack trace of attempt ${attempt.attempt}` }, text)) : null;
}

// Bytes that are text are shown as such.
function decoded(base64) {
  try {
    const raw = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    return null;
  }
}
