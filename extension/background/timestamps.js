// Independent timestamps: what only the browser can do, because the host has no network. The host makes the question and
// judges the answer; what leaves this computer is a hash, and it goes to one address that the member has chosen.

import { CodedError } from '../shared/errors.js';
import { createSerial } from '../shared/serial.js';
import { readStored } from '../shared/stored.js';
import { readPrefs } from '../shared/prefs.js';

export const TIMESTAMPS_KEY = 'timestamps';
export const TIMESTAMPS_ALARM = 'timestamps';
const DAY = 24 * 3_600_000;
const HOST_TIMEOUT_MS = 60_000;
const AUTHORITY_TIMEOUT_MS = 30_000;
/** A reply with a chain of certificates has a few thousand bytes. */
const REPLY_MAX = 64 * 1024;
const FIRST_RETRY_MS = 5 * 60_000;
const LOOK_AGAIN_MS = 6 * 3_600_000;

/**
 * @typedef {object} Stamping as stored
 * @property {boolean} wanted a state changed since the last one
 * @property {number} failures in a row
 * @property {number} retryAt
 * @property {string | null} error of the last attempt
 */

/** @returns {Promise<Stamping>} */
export async function readStamping() {
  const stored = /** @type {any} */ ((await chrome.storage.local.get(TIMESTAMPS_KEY))[TIMESTAMPS_KEY]);
  return { wanted: false, failures: 0, retryAt: 0, error: null, ...stored };
}

/** The pattern that the browser is asked to let us reach. @param {string} authority */
export function originPattern(authority) {
  const { protocol, hostname } = new URL(authority);
  return `${protocol}//${hostname}/*`;
}

/**
 * When to ask: after a change, once a day while there is anything new, and as soon as the log begins. Pure.
 * @param {object} known
 * @param {boolean} known.on
 * @param {number} known.size of the log
 * @param {{last_size: number | null, last_time: string | null}} known.last the last one in the log
 * @param {Stamping} known.stamping
 * @param {number} now
 * @returns {number | null} null: there is nothing to stamp
 */
export function stampAt({ on, size, last, stamping }, now) {
  // The token is an entry itself, and is no reason for another.
  const stamped = last.last_size === null ? 0 : last.last_size + 1;
  if (!on || size <= stamped) return null;
  const daily = last.last_time === null ? now : Math.min(Date.parse(last.last_time), now) + DAY;
  return Math.max(stamping.wanted ? now : daily, Math.min(stamping.retryAt, now + DAY));
}

/** @param {Stamping} before @param {string} code @param {number} now @returns {Stamping} */
export function failed(before, code, now) {
  const wait = Math.min(FIRST_RETRY_MS * 2 ** before.failures, DAY);
  return { ...before, failures: before.failures + 1, retryAt: now + wait, error: code };
}

const toBase64 = (/** @type {Uint8Array} */ bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
const fromBase64 = (/** @type {string} */ text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

/** @param {string} authority @param {string} query base64 @returns {Promise<string>} base64 */
async function post(authority, query) {
  if (!(await chrome.permissions.contains({ origins: [originPattern(authority)] }))) throw new CodedError('tsa-permission');
  try {
    const answer = await fetch(authority, {
      method: 'POST',
      headers: { 'Content-Type': 'application/timestamp-query', Accept: 'application/timestamp-reply' },
      body: fromBase64(query),
      credentials: 'omit', cache: 'no-store', redirect: 'error', referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(AUTHORITY_TIMEOUT_MS),
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (!answer.ok || bytes.length === 0 || bytes.length > REPLY_MAX) throw new CodedError('tsa-unreachable', { detail: String(answer.status) });
    return toBase64(bytes);
  } catch (error) {
    throw error instanceof CodedError ? error : new CodedError('tsa-unreachable', { detail: String(error) });
  }
}

/**
 * @param {object} parts
 * @param {(op: string, params: object, timeoutMs: number) => Promise<any>} parts.askPatiently
 * @param {() => Promise<void>} parts.refresh ask the host how the log stands
 * @param {() => number} [parts.now]
 */
export function createTimestamps({ askPatiently, refresh, now = Date.now }) {
  const inTurn = createSerial();

  /** @param {Stamping} stamping */
  const write = (stamping) => chrome.storage.local.set({ [TIMESTAMPS_KEY]: stamping });

  /** @param {string} authority */
  async function stamp(authority) {
    const { size, checkpoint, query } = await askPatiently('timestamp.request', {}, HOST_TIMEOUT_MS);
    const reply = await post(authority, query);
    await askPatiently('timestamp.store', { size, checkpoint, query, reply, authority }, HOST_TIMEOUT_MS);
  }

  /** @param {string} authority @param {Stamping} before */
  async function attempt(authority, before) {
    try {
      await stamp(authority);
      await write({ wanted: false, failures: 0, retryAt: 0, error: null });
      await refresh();
    } catch (error) {
      await write(failed(before, error instanceof CodedError ? error.code : 'tsa-unreachable', now()));
    }
  }

  /** @returns {Promise<number | null>} when the next one is due */
  async function due() {
    const [{ log }, { timestamps }, stamping] = await Promise.all([readStored(), readPrefs(), readStamping()]);
    const status = /** @type {any} */ (log.status);
    if (log.error !== null || status?.log !== 'ok') return null;
    const last = status.timestamps ?? { last_size: null, last_time: null };
    return stampAt({ on: timestamps.on, size: status.size, last, stamping }, now());
  }

  async function evaluate() {
    const at = await due();
    if (at !== null && at <= now()) await attempt((await readPrefs()).timestamps.authority, await readStamping());
    const next = await due();
    if (next === null) return void (await chrome.alarms.clear(TIMESTAMPS_ALARM));
    await chrome.alarms.create(TIMESTAMPS_ALARM, { when: Math.max(Math.min(next, now() + LOOK_AGAIN_MS), now() + 60_000) });
  }

  return {
    /** At every start, at the alarm, and when the log has grown. */
    look: () => inTurn(evaluate),

    /** @param {import('../shared/protocol.js').Recorded[]} recorded */
    noteRecorded: (recorded) =>
      inTurn(async () => {
        if (recorded.some(({ written, change }) => written && change !== 'unchanged')) await write({ ...(await readStamping()), wanted: true });
      }),

    /** The member asks for one now, or for another try. */
    now: () =>
      inTurn(async () => {
        await write({ ...(await readStamping()), wanted: true, failures: 0, retryAt: 0 });
        await evaluate();
        const { error } = await readStamping();
        if (error) throw new CodedError(error);
      }),
  };
}
