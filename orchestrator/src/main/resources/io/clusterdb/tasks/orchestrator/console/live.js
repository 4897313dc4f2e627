// Follows the service's events. A lost connection is made again by itself, and is known to be lost:
// frames come each second, so silence says as much as an error.

import { at, request } from './api.js';

const SILENCE = 6_000;
const LONGEST_WAIT = 8_000;
const HIDDEN = 5_000; // a browser has six connections to a service, over all of its tabs

/** Follows; tells `status` connecting, live or lost, and `event` with a name and data. */
export class Live {
  constructor({ status, event }) {
    this.tell = { status, event };
    this.watch = null;
    this.failures = 0;
    this.round = 0;
    document.addEventListener('visibilitychange', () => this.visibility());
    addEventListener('online', () => this.again());
    addEventListener('pagehide', () => this.stop()); // it may be kept for "back", with its connection
    addEventListener('pageshow', e => { if (e.persisted) this.again(); });
  }

  /** Watches this from now on. */
  follow(watch) {
    const key = JSON.stringify(watch);
    if (this.key === key) return;
    this.key = key;
    this.watch = watch;
    this.again();
  }

  again() {
    this.failures = 0;
    this.stop();
    if (this.watch) this.run(this.round);
  }

  stop() {
    this.round++;
    this.abort?.abort();
    clearTimeout(this.timer);
    clearTimeout(this.silence);
  }

  // A page that nobody sees costs nothing.
  visibility() {
    clearTimeout(this.hiding);
    if (document.hidden) {
      this.hiding = setTimeout(() => { this.stop(); this.asleep = true; }, HIDDEN);
    } else if (this.asleep) {
      this.asleep = false;
      this.again();
    }
  }

  async run(round) {
    if (!this.status) this.say('connecting');
    this.abort = new AbortController();
    this.hush();
    try {
      const response = await request(at(['v1', 'live'], this.watch), {
        signal: this.abort.signal,
        headers: { Accept: 'text/event-stream' },
      });
      await this.read(response.body, round);
    } catch {
      // Said below.
    }
    if (round !== this.round) return;
    clearTimeout(this.silence);
    this.say('lost');
    const wait = Math.min(LONGEST_WAIT, 500 * 2 ** Math.min(this.failures++, 5));
    this.timer = setTimeout(() => this.run(round), wait * (0.75 + Math.random() / 2));
  }

  async read(body, round) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done || round !== this.round) return;
      this.hush();
      rest += value;
      let end;
      while ((end = rest.indexOf('\n\n')) >= 0) {
        this.message(rest.slice(0, end));
        rest = rest.slice(end + 2);
      }
    }
  }

  message(block) {
    let name = 'message';
    let data = '';
    for (const line of block.split('\n')) {
      if (line.startsWith('event: ')) name = line.slice(7);
      else if (line.startsWith('data: ')) data += line.slice(6);
    }
    if (!data) return;
    this.failures = 0;
    this.say('live');
    this.tell.event(name, JSON.parse(data));
  }

  hush() {
    clearTimeout(this.silence);
    const abort = this.abort;
    this.silence = setTimeout(() => abort.abort(), SILENCE);
  }

  say(status) {
    if (this.status === status) return;
    this.status = status;
    this.tell.status(status);
  }
}
