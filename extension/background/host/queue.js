// What the outbox does to its contents, as pure functions of plain data.
//
// An item is one request to the host: an observation for `record` or a document for `document`. What is large in it, its
// `body`, is kept beside the queue (outbox.js), so that the queue stays quick to read and to write.
// Order is kept. Nothing leaves but by the host's answer, by the member's word, or, when it is full, in the two ways
// that are counted and shown: `thinned` (the middle of a run that says the same thing) and `lost`.

import { OBSERVATION_ERRORS } from '../../shared/errors.js';
import { BATCH_MAX } from '../../shared/protocol.js';
import { MINUTE_MS } from '../../shared/times.js';

export { emptyQueue } from '../../shared/stored.js';

export const QUEUE_MAX = 500;
export const PROBLEMS_MAX = 100;
/** What ends the host, hangs it or is answered by half: all three leave what was asked without an answer. */
export const NO_ANSWER = Object.freeze(new Set(['host-crashed', 'host-timeout', 'host-answer']));
/** So often may one alone end the host before the others go around it: while a program is being replaced, every one ends it. */
const ENDS_MAX = 3;
/** Bytes of documents' texts, waiting and set aside: however many a page makes, readings find room in the browser's ten megabytes. */
export const TEXTS_MAX = 4 << 20;
const LONGEST_WAIT_MINUTES = 60;

/**
 * @typedef {import('../../shared/protocol.js').Observation} Observation
 * @typedef {import('../../shared/protocol.js').KeptDocument} KeptDocument
 * @typedef {import('../../shared/types.js').Item} Item
 * @typedef {import('../../shared/types.js').Queue} Queue
 */

/** What two repeats have in common. @param {Item} item */
function gist(item) {
  if (item.op !== 'record') return item.reading;
  const { state, reason, pending, trusted, account, control, client } = item.value;
  return JSON.stringify([state, reason, pending, trusted, account, item.whose ?? null, control, client]);
}

/**
 * Leave out the middle of each run of repeats. What the member asked for stays.
 * @param {Item[]} waiting
 */
export function thin(waiting) {
  return waiting.filter((item, index) => {
    const before = waiting[index - 1];
    const after = waiting[index + 1];
    if (!before || !after || item.value.asked) return true;
    return gist(before) !== gist(item) || gist(after) !== gist(item);
  });
}

/** Of its text. @param {Item} item */
const sizeOf = (item) => (item.op === 'document' ? (item.size ?? 0) : 0);

/** @param {Queue} queue */
const textsOf = ({ waiting, problems }) =>
  [...waiting, ...problems.map(({ item }) => item)].reduce((sum, item) => sum + sizeOf(item), 0);

/**
 * @param {Queue} queue
 * @param {Item} item
 * @returns {Queue} the same queue if this reading is in it already
 */
export function enqueue(queue, item) {
  if (queue.waiting.some(({ reading }) => reading === item.reading)) return queue;
  if (item.op === 'document' && textsOf(queue) + sizeOf(item) > TEXTS_MAX) return { ...queue, lost: queue.lost + 1 };
  const full = queue.waiting.length >= QUEUE_MAX;
  const waiting = full ? thin(queue.waiting) : queue.waiting;
  const thinned = queue.thinned + queue.waiting.length - waiting.length;
  if (waiting.length >= QUEUE_MAX) return { ...queue, lost: queue.lost + 1 };
  return { ...queue, waiting: [...waiting, item], thinned };
}

/**
 * The host has committed these.
 * @param {Queue} queue
 * @param {Item[]} batch
 * @returns {Queue}
 */
export function settle(queue, batch) {
  const done = new Set(batch.map(({ reading }) => reading));
  const waiting = queue.waiting.filter(({ reading }) => !done.has(reading));
  const suspects = Math.max(0, queue.suspects - batch.length);
  return { ...queue, waiting, failures: 0, error: null, retryAt: null, suspects };
}

/**
 * The host refuses this one for what it is: out of the way, but not away.
 * @param {Queue} queue
 * @param {Item} item
 * @param {{code: string, field: string}} error
 * @param {number} now
 * @returns {Queue}
 */
export function setAside(queue, item, { code, field }, now) {
  const waiting = queue.waiting.filter(({ reading }) => reading !== item.reading);
  const problem = { item: { ...item, ends: 0 }, code, field, at: new Date(now).toISOString() };
  const problems = [...queue.problems, problem];
  const over = Math.max(0, problems.length - PROBLEMS_MAX);
  return { ...queue, waiting, problems: problems.slice(over), lost: queue.lost + over };
}

/**
 * The host cannot take anything now. Waits of 1, 2, 4 … 60 minutes.
 * @param {Queue} queue
 * @param {string} code
 * @param {number} now
 * @returns {Queue}
 */
export function postpone(queue, code, now) {
  const failures = queue.failures + 1;
  const minutes = Math.min(2 ** (failures - 1), LONGEST_WAIT_MINUTES);
  return { ...queue, failures, error: code, retryAt: now + minutes * MINUTE_MS };
}

/**
 * Asked with these the host gave no answer, and answers other questions. It is asked with fewer until one is alone.
 * @param {Queue} queue
 * @param {Item[]} batch
 * @returns {Queue}
 */
export function ended(queue, batch) {
  if (batch.length > 1) return { ...queue, suspects: batch.length };
  const waiting = queue.waiting.map((item) =>
    item.reading === batch[0].reading ? { ...item, ends: (item.ends ?? 0) + 1 } : item,
  );
  return { ...queue, waiting, suspects: 0 };
}

/** Has it alone ended the host as often as others wait for? @param {Item | undefined} item */
export const endsTheHost = (item) => (item?.ends ?? 0) >= ENDS_MAX;

/** Put what was set aside back in front: a newer host may take it. @param {Queue} queue @returns {Queue} */
export function takeBack(queue) {
  const waiting = [...queue.problems.map(({ item }) => item), ...queue.waiting];
  return { ...queue, waiting, problems: [], suspects: 0 };
}

/**
 * Which item of the batch an error is about.
 * @param {{code: string, field: string}} error
 * @param {number} length of the batch
 * @returns {number | null} null: of none, or it does not say
 */
export function blamed({ code, field }, length) {
  const index = Number(/^(?:params\.)?observations\[(\d{1,2})\]/.exec(field)?.[1] ?? NaN);
  if (index < length && (OBSERVATION_ERRORS.has(code) || code === 'log-full')) return index; // no room for one account: there is for others
  return length === 1 && OBSERVATION_ERRORS.has(code) ? 0 : null;
}

/**
 * What goes into one request: observations together, what has a body or has ended the host alone.
 * @param {Pick<Queue, 'waiting' | 'suspects'>} queue
 * @param {number} [limit]
 */
export function nextBatch({ waiting, suspects }, limit = BATCH_MAX) {
  const alone = (/** @type {Item} */ { op, body, ends = 0 }) => op !== 'record' || body !== null || ends > 0;
  if (waiting.length > 0 && alone(waiting[0])) return waiting.slice(0, 1);
  const end = waiting.findIndex(alone);
  const half = suspects > 0 ? Math.ceil(suspects / 2) : BATCH_MAX;
  return waiting.slice(0, Math.min(limit, half, end < 0 ? waiting.length : end));
}

/**
 * The same around those that end the host; when only they are left, one of those of whose kind another was written.
 * @param {Queue} queue
 * @param {number} limit
 * @param {Set<string>} written kinds
 */
export function batchAround({ waiting, suspects }, limit, written) {
  const others = waiting.filter((item) => !endsTheHost(item));
  if (others.length > 0) return nextBatch({ waiting: others, suspects }, limit);
  return [waiting.find(({ op }) => written.has(op)) ?? waiting[0]];
}

/** Every reading that is still in there. @param {Queue} queue @returns {Set<string>} */
export const readingsIn = ({ waiting, problems }) =>
  new Set([...waiting, ...problems.map(({ item }) => item)].map(({ reading }) => reading));
