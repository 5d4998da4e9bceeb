// Readings on their way to the host: in storage before anything is sent, out of it only after the host has committed.
// The worker may be killed at any line; the worst that follows is that a reading is sent twice, and the host knows it by its id.

import { CodedError, OBSERVATION_ERRORS } from '../shared/errors.js';
import { BATCH_MAX } from '../shared/protocol.js';
import { createSerial } from '../shared/serial.js';
import { blamed, emptyQueue, enqueue, nextBatch, postpone, setAside, settle, takeBack } from './queue.js';

const KEY = 'outbox';
export const OUTBOX_ALARM = 'outbox';
/** Readings are sent at once; the alarm is for a worker that is killed before it has done so. */
const SAFETY_NET_MS = 30_000;

/**
 * @typedef {import('../shared/protocol.js').Observation} Observation
 * @typedef {import('../shared/protocol.js').Recorded} Recorded
 * @typedef {import('./queue.js').Queue} Queue
 */

/** @returns {Promise<Queue>} */
export async function readQueue() {
  const stored = await chrome.storage.local.get(KEY);
  return { ...emptyQueue(), .../** @type {any} */ (stored[KEY]) };
}

/** The answer must name the readings of the request, in order. @param {any} result @param {Observation[]} batch */
function recordedOf(result, batch) {
  const recorded = result?.recorded;
  const fits =
    Array.isArray(recorded) &&
    recorded.length === batch.length &&
    recorded.every((one, index) => one?.reading === batch[index].reading);
  if (!fits) throw new CodedError('host-answer');
  return /** @type {Recorded[]} */ (recorded);
}

/** What is not the host's doing is the storage's. @param {unknown} error */
const coded = (error) =>
  error instanceof CodedError ? error : new CodedError('browser-storage', { detail: String(error) });

/**
 * @typedef {object} Parts
 * @property {(op: string, params: object) => Promise<any>} ask
 * @property {(recorded: Recorded[], batch: Observation[]) => Promise<void>} onRecorded called before the readings leave the outbox
 * @property {() => number} now
 *
 * @typedef {(change: (queue: Queue) => Queue) => Promise<Queue>} Update
 */

/** @param {Queue} queue @param {() => number} now */
async function schedule({ waiting, retryAt }, now) {
  if (waiting.length === 0) return void (await chrome.alarms.clear(OUTBOX_ALARM));
  await chrome.alarms.create(OUTBOX_ALARM, { when: Math.max(retryAt ?? 0, now() + SAFETY_NET_MS) });
}

/**
 * @param {Observation[]} batch
 * @param {Update} update
 * @param {Parts} parts
 * @returns {Promise<number>} how many to send next; 0 when the host cannot take more now
 */
async function sendBatch(batch, update, { ask, onRecorded, now }) {
  try {
    const recorded = recordedOf(await ask('record', { observations: batch }), batch);
    await onRecorded(recorded, batch);
    await update((queue) => settle(queue, batch));
    return batch.length === 1 ? 1 : BATCH_MAX;
  } catch (thrown) {
    const error = coded(thrown);
    const guilty = blamed(error, batch.length);
    if (guilty !== null) {
      await update((queue) => setAside(queue, batch[guilty], error, now()));
      return BATCH_MAX;
    }
    // One of them is refused, and it is not said which: ask one by one.
    if (OBSERVATION_ERRORS.has(error.code)) return 1;
    await update((queue) => postpone(queue, error.code, now()));
    return 0;
  }
}

/** @param {Omit<Parts, 'now'> & {now?: () => number}} given */
export function createOutbox({ ask, onRecorded, now = Date.now }) {
  const inTurn = createSerial();
  const oneSender = createSerial();

  /** Each change starts from what the one before has written. @type {Update} */
  const update = (change) =>
    inTurn(async () => {
      const before = await readQueue();
      const after = change(before);
      if (after !== before) await chrome.storage.local.set({ [KEY]: after });
      return after;
    });

  async function drain() {
    let limit = BATCH_MAX;
    let queue = await readQueue();
    while (queue.waiting.length > 0 && limit > 0) {
      limit = await sendBatch(nextBatch(queue, limit), update, { ask, onRecorded, now });
      queue = await readQueue();
    }
    await schedule(queue, now);
  }

  /** Send what waits. Resolves when all is sent or the host cannot take more now; read the queue to know which. */
  const flush = () => oneSender(drain);

  return {
    flush,

    /** Keep one observation. Resolves when it is in storage. @param {Observation} observation */
    async add(observation) {
      await schedule(await update((queue) => enqueue(queue, observation)), now);
    },

    /** Alarms may vanish with a browser's restart: make sure that there is one. */
    async resume() {
      if (!(await chrome.alarms.get(OUTBOX_ALARM))) await schedule(await readQueue(), now);
    },

    /** Try again what the host refused. */
    async retryProblems() {
      await update(takeBack);
      await flush();
    },

    /** Only on the member's word. */
    async discardProblems() {
      await update((queue) => ({ ...queue, problems: [] }));
    },

    /** The member has read what was left out. */
    async forgetCounts() {
      await update((queue) => ({ ...queue, thinned: 0, lost: 0 }));
    },
  };
}
