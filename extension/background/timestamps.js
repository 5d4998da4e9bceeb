// Independent timestamps: what only the browser can do, because the host has no network. The host makes the question and
// judges the answer; what leaves this computer is a hash, and it goes to the one address that the member has chosen, or to the two.

import { toBase64 } from '../shared/encoding.js';
import { CodedError } from '../shared/errors.js';
import { bytesOf } from '../shared/parts.js';
import { createSerial } from '../shared/serial.js';
import { readStored } from '../shared/stored.js';
import { authoritiesOf, readPrefs } from '../shared/prefs.js';
import { NO_STAMPING, ofAuthority, originPattern, readStamping, TIMESTAMPS_KEYS } from '../shared/stamping.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../shared/times.js';
import { createRecord } from './record.js';

export const TIMESTAMPS_ALARM = 'timestamps';
const HOST_TIMEOUT_MS = 60_000;
const AUTHORITY_TIMEOUT_MS = 30_000;
/** A reply with a chain of certificates has a few thousand bytes. */
const REPLY_MAX = 64 * 1024;
const FIRST_RETRY_MS = 5 * MINUTE_MS;
/** So many to one authority without the member's word: a page can make the state change as often as it likes. */
export const STAMPS_A_DAY = 24;
const LOOK_AGAIN_MS = 6 * HOUR_MS;

/**
 * @typedef {import('../shared/types.js').Stamping} Stamping
 * @typedef {import('../shared/types.js').Got} Got
 */

/**
 * The last one of this authority, as far as it matters for asking again. Pure.
 * @param {{last_size: number | null, last_time: string | null}} logged the last one in the log, from whomever
 * @param {Got | undefined} got
 * @param {object} known
 * @param {string} known.authority
 * @param {number} known.size of the log
 * @param {boolean} known.alone
 * @returns {{last_size: number | null, last_time: string | null}}
 */
export function lastOf(logged, got, { authority, size, alone }) {
  if (alone) return logged;
  // A record that speaks of more entries than there are is of another log.
  if (got?.authority === authority && got.covers <= size)
    return { last_size: got.covers - 1, last_time: new Date(got.at).toISOString() };
  return { last_size: null, last_time: null };
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
  const daily = last.last_time === null ? now : Math.min(Date.parse(last.last_time), now) + DAY_MS;
  return Math.max(stamping.wanted ? now : daily, Math.min(stamping.retryAt, now + DAY_MS), roomAt(stamping, now));
}

/** Those of the last day; none is of later than now, whatever a clock had said. @param {Stamping} stamping @param {number} now */
const ofTheDay = ({ recent = [] }, now) => recent.map((at) => Math.min(at, now)).filter((at) => at > now - DAY_MS);

/** When a day has not had its number yet. @param {Stamping} stamping @param {number} now */
function roomAt(stamping, now) {
  const recent = ofTheDay(stamping, now);
  return recent.length < STAMPS_A_DAY ? now : recent[recent.length - STAMPS_A_DAY] + DAY_MS;
}

/** @param {Stamping} before @param {string} code @param {number} now @returns {Stamping} */
export function failed(before, code, now) {
  const wait = Math.min(FIRST_RETRY_MS * 2 ** before.failures, DAY_MS);
  return { ...before, failures: before.failures + 1, retryAt: now + wait, error: code };
}

/**
 * The body, read as it comes, so that one without an end is left after a few pieces.
 * @param {Response} answer
 * @returns {Promise<Uint8Array | null>} null: longer than an answer may be
 */
async function bodyOf(answer) {
  const bytes = new Uint8Array(REPLY_MAX);
  const reader = answer.body?.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done || !value) return bytes.subarray(0, length);
    if (value.length > REPLY_MAX - length) {
      reader?.cancel().catch(() => {}); // nobody waits for what a stranger's server makes of it
      return null;
    }
    bytes.set(value, length);
    length += value.length;
  }
}

/** @param {string} authority @param {string} query base64 @returns {Promise<string>} base64 */
async function post(authority, query) {
  if (!(await chrome.permissions.contains({ origins: [originPattern(authority)] })))
    throw new CodedError('tsa-permission');
  try {
    const answer = await fetch(authority, {
      method: 'POST',
      headers: { 'Content-Type': 'application/timestamp-query', Accept: 'application/timestamp-reply' },
      body: bytesOf(query),
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(AUTHORITY_TIMEOUT_MS),
    });
    const bytes = answer.ok ? await bodyOf(answer) : null;
    if (!bytes || bytes.length === 0) throw new CodedError('tsa-unreachable', { detail: String(answer.status) });
    return toBase64(bytes);
  } catch (error) {
    throw error instanceof CodedError ? error : new CodedError('tsa-unreachable', { detail: String(error) });
  }
}

/** Is it still to be asked? @param {string} authority */
async function isChosen(authority) {
  const { timestamps } = await readPrefs();
  return timestamps.on && authoritiesOf(timestamps).includes(authority);
}

/**
 * @param {string} authority
 * @param {(op: string, params: object, timeoutMs: number) => Promise<any>} askPatiently
 * @returns {Promise<{covers: number, seq: number} | null>} null: the member has chosen otherwise meanwhile
 */
async function stamp(authority, askPatiently) {
  const { size, checkpoint, query } = await askPatiently('timestamp.request', {}, HOST_TIMEOUT_MS);
  if (!(await isChosen(authority))) return null;
  const reply = await post(authority, query);
  const { seq } = await askPatiently('timestamp.store', { size, checkpoint, query, reply, authority }, HOST_TIMEOUT_MS);
  // The token is an entry. If others came before it, they are not covered, and it is one of them.
  return { covers: seq === size ? size + 1 : size, seq };
}

/** @param {number | null} next when one is due @param {number} now */
async function setAlarm(next, now) {
  if (next === null) return void (await chrome.alarms.clear(TIMESTAMPS_ALARM));
  await chrome.alarms.create(TIMESTAMPS_ALARM, {
    when: Math.max(Math.min(next, now + LOOK_AGAIN_MS), now + MINUTE_MS),
  });
}

/** What is kept of each of the two. */
function createSlots() {
  const slots = TIMESTAMPS_KEYS.map((key) =>
    createRecord(key, /** @type {Readonly<Stamping & {got?: Got}>} */ (NO_STAMPING)),
  );

  /** To an authority that has nothing to stamp, another's token brings nothing. @param {number} slot @param {number} seq of that token */
  const pass = (slot, seq) =>
    slots[slot].update((before) =>
      before.got?.covers === seq ? { ...before, got: { ...before.got, covers: seq + 1 } } : before,
    );

  /** Turned on again it begins anew: what failed before is not what is so then. */
  async function forgetFailures() {
    for (const { update } of slots)
      await update((before) => (before.failures > 0 ? { ...before, failures: 0, retryAt: 0, error: null } : before));
  }

  /** Of which a change was recorded since they were asked for the last time: nobody who records waits for an authority. @type {Set<number>} */
  const wantedSince = new Set();

  async function want() {
    for (const [slot, { update }] of slots.entries()) {
      wantedSince.add(slot);
      await update((before) => ({ ...before, wanted: true }));
    }
  }

  return { slots, wantedSince, want, pass, forgetFailures };
}

/**
 * @param {object} parts
 * @param {(op: string, params: object, timeoutMs: number) => Promise<any>} parts.askPatiently
 * @param {() => Promise<void>} parts.refresh ask the host how the log stands
 * @param {() => number} [parts.now]
 */
export function createTimestamps({ askPatiently, refresh, now = Date.now }) {
  const inTurn = createSerial();

  const { slots, wantedSince, want, pass, forgetFailures } = createSlots();

  /** @param {string} authority @param {number} slot */
  async function attempt(authority, slot) {
    const { update } = slots[slot];
    wantedSince.delete(slot);
    try {
      const { covers, seq } = (await stamp(authority, askPatiently)) ?? {};
      if (covers === undefined || seq === undefined) return;
      await update((before) => ({
        ...NO_STAMPING,
        wanted: wantedSince.has(slot),
        recent: [...ofTheDay(before, now()), now()],
        got: { authority, covers, at: now() },
      }));
      await pass(1 - slot, seq);
      await refresh();
    } catch (error) {
      const code = error instanceof CodedError ? error.code : 'tsa-unreachable';
      await update((before) => ({ ...failed(ofAuthority(before, authority), code, now()), failedOf: authority }));
    }
  }

  /** @param {string} authority @param {number} slot @returns {Promise<number | null>} when the next one of it is due */
  async function due(authority, slot) {
    const [{ log }, { timestamps }, kept] = await Promise.all([readStored(), readPrefs(), slots[slot].read()]);
    const stamping = ofAuthority(kept, authority);
    const status = /** @type {any} */ (log.status);
    if (log.error !== null || status?.log !== 'ok') return null;
    const { size, timestamps: logged = { last_size: null, last_time: null } } = status;
    const alone = authoritiesOf(timestamps).length === 1;
    return stampAt(
      { on: timestamps.on, size, last: lastOf(logged, stamping.got, { authority, size, alone }), stamping },
      now(),
    );
  }

  /** One request to each that is due; what one refuses is no reason to put off the other. */
  async function evaluate() {
    const { timestamps } = await readPrefs();
    const authorities = authoritiesOf(timestamps);
    if (!timestamps.on) await forgetFailures();
    for (const [slot, authority] of authorities.entries()) {
      const at = await due(authority, slot);
      if (at !== null && at <= now()) await attempt(authority, slot);
    }
    const times = (await Promise.all(authorities.map(due))).filter((at) => at !== null);
    await setAlarm(times.length > 0 ? Math.min(...times) : null, now());
  }

  return {
    /** At every start, at the alarm, and when the log has grown. */
    look: () => inTurn(evaluate),

    /** @param {import('../shared/protocol.js').Recorded[]} recorded */
    async noteRecorded(recorded) {
      if (recorded.some(({ written, change }) => written && change !== 'unchanged')) await want();
    },

    /** The member asks for one now, or for another try. */
    now: () =>
      inTurn(async () => {
        for (const { update } of slots)
          await update((before) => ({ ...before, wanted: true, failures: 0, retryAt: 0, recent: [] }));
        await evaluate();
        const { error } = await readStamping();
        if (error) throw new CodedError(error);
      }),
  };
}
