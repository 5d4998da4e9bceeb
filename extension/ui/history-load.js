// Reading the log over one port: the newest entries first, so that the page can be used, then the rest from the start.

import { CodedError } from '../shared/errors.js';
import { lostAt, summaryOf } from '../shared/timeline.js';
import { leafOf } from './log-proof.js';

const NEWEST = 100;
/** Small enough that reading and hashing one is not felt. */
const PAGE = 200;
/** What is there can be used before more is asked for. */
const FIRST_PAUSE_MS = 400;
/** A page that is never idle, or not in front, gets the rest all the same, and soon. */
const IDLE_MS = 40;
const TIMEOUT_MS = 30_000;

/** @typedef {import('../shared/timeline.js').Summary} Summary */

/** Is a log read that is not as it was left? */
let damaged = false;

/** From now on what can still be read of a log that has a problem is asked for. */
export function readDamaged() {
  damaged = true;
}

/** @param {import('../shared/host.js').Conversation} host @param {number} from @param {number} count */
async function page(host, from, count) {
  const answer = await host.ask('history', { from, count, ...(damaged ? { damaged } : {}) }, TIMEOUT_MS);
  if (!Array.isArray(answer?.entries) || !Number.isInteger(answer.size)) throw new CodedError('host-answer');
  return answer;
}

/** @param {import('../shared/host.js').Conversation} host @param {number} seq @returns {Promise<any>} one entry, as the log has it */
export async function loadEntry(host, seq) {
  const { entries } = await page(host, seq, 1);
  if (entries[0]?.seq !== seq) throw new CodedError('not-found');
  return entries[0];
}

/** Keys and pointer come first. @returns {Promise<unknown>} */
const idle = () => new Promise((resolve) => requestIdleCallback(resolve, { timeout: IDLE_MS }));

/**
 * @param {import('../shared/host.js').Conversation} host @param {number} from @param {number} end
 * @param {(entries: any[], lost: number[]) => void} got
 */
async function range(host, from, end, got) {
  for (let next = /** @type {number | null} */ (from); next !== null && next < end;) {
    const answer = await page(host, next, Math.min(PAGE, end - next));
    got(answer.entries, answer.lost ?? []);
    await idle();
    // A page that does not lead on would be asked for for ever.
    next = answer.next > next ? answer.next : null;
  }
}

/**
 * @param {import('../shared/host.js').Conversation} host
 * @param {(summaries: Summary[], size: number) => void} show called with the newest, and again with all
 * @returns {Promise<Uint8Array[]>} the leaf hashes of all entries that can be read, in order
 */
export async function loadAll(host, show) {
  const { size } = await page(host, 0, 1);
  const start = Math.max(0, size - NEWEST);
  /** @type {{summaries: Summary[], leaves: Promise<Uint8Array>[]}[]} */
  const [older, newest] = [0, 1].map(() => ({ summaries: [], leaves: [] }));
  /** @param {typeof older} part */
  const into = (part) => (/** @type {any[]} */ entries, /** @type {number[]} */ lost) => {
    part.summaries.push(...[...entries.map(summaryOf), ...lost.map(lostAt)].sort((a, b) => a.seq - b.seq));
    part.leaves.push(...entries.map(leafOf));
  };
  await range(host, start, size, into(newest));
  show(newest.summaries, size);
  if (start > 0) await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS));
  await range(host, 0, start, into(older));
  if (start > 0) show([...older.summaries, ...newest.summaries], size);
  return Promise.all([...older.leaves, ...newest.leaves]);
}
