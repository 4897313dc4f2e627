// Calls the HTTP API. The token is this tab's alone, and goes into a header that no page of a
// stranger can make a browser send.

const TOKEN = 'tasks.token';
const LIMIT = 35_000;
const base = new URL('../', location.href.split('#')[0]);

/** What the service has against a call, or the network. */
export class Problem extends Error {
  constructor(status, title, detail, code) {
    super(detail);
    Object.assign(this, { status, title, detail, code });
  }
}

export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: value => value ? sessionStorage.setItem(TOKEN, value) : sessionStorage.removeItem(TOKEN),
};

/** A path of the API: its parts encoded, and the parameters that say something. */
export function at(parts, query) {
  const path = parts.map(encodeURIComponent).join('/');
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, value);
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

const listeners = { problem: () => {} };

/** Is told of every answer 401 and 403. */
export function onRefused(listener) {
  listeners.problem = listener;
}

export async function request(path, options = {}) {
  const headers = { Accept: 'application/json', ...options.headers };
  const secret = token.get();
  if (secret) headers.Authorization = `Bearer ${secret}`;
  let response;
  try {
    response = await fetch(new URL(path, base), { ...options, headers, cache: 'no-store', credentials: 'same-origin' });
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Problem(0, 'No connection', 'The service cannot be reached. The page tries again by itself.', 'UNREACHABLE');
  }
  if (!response.ok) throw await problem(response);
  return response;
}

async function problem(response) {
  let told = {};
  try {
    told = await response.json();
  } catch {
    // A proxy may answer with anything.
  }
  const found = new Problem(
    response.status,
    told.title ?? `Status ${response.status}`,
    told.detail ?? response.statusText,
    told.code);
  if (found.status === 401 || found.status === 403) listeners.problem(found);
  return found;
}

async function json(method, path, body) {
  const response = await request(path, {
    method,
    signal: AbortSignal.timeout(LIMIT),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

export const get = (parts, query) => json('GET', at(parts, query));
export const post = (parts, body) => json('POST', at(parts), body ?? {});
export const patch = (parts, body) => json('PATCH', at(parts), body);
export const remove = (parts, query) => json('DELETE', at(parts, query));

/** The state of the service, whether it is well or not. */
export async function health() {
  const headers = { Accept: 'application/json' };
  try {
    const response = await fetch(new URL('health/ready', base), { headers, cache: 'no-store' });
    return await response.json();
  } catch {
    return { status: 'unreachable', parts: {} };
  }
}
