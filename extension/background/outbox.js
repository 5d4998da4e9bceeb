// Readings on their way to the host: in storage before anything is sent, out of it only after the host has committed.
// The worker may be killed at any line; the worst that follows is that a reading is sent twice, and the host knows it by its id.

import { CodedError, OBSERVATION_ERRORS } from '../shared/errors.js';
import { BATCH_MAX } from '../shared/protocol.js';
import { createSerial } from '../shared/serial.js';
import { blamed, emptyQueue, enqueue, nextBatch, postpone, setAside, settle, takeBack } from './queue.js';

const KEY = 'outbox';
export const OUTBOX_ALARM = 'outbox';

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
 * @param {object} parts
 * @param {(op: string, params: object) => Promise<any>} parts.ask
 * @param {(recorded: Recorded[], batch: Observation[]) => Promise<void>} parts.onRecorded called before the readings leave the outbox
 * @param {() => number} [parts.now]
 */
export function createOutbox({ ask, onRecorded, now = Date.now }) {
  const inTurn = createSerial();
  const oneSender = createSerial();

  /** Each change starts from what the one before has written. @param {(queue: Queue) => Queue} change */
  const update = (change) =>
    inTurn(async () => {
      const before = await readQueue();
      const after = change(before);
      if (after !== before) await chrome.storage.local.set({ [KEY]: after });
      return after;
    });

  /** @param {Queue} queue */
  async function schedule({ waiting, retryAt }) {
    if (waiting.length === 0) return void (await chrome.alarms.clear(OUTBOX_ALARM));
    await chrome.alarms.create(OUTBOX_ALARM, { when: Math.max(retryAt ?? 0, now()) });
  }

  /** Send one batch. @param {Queue} queue @param {number} limit @returns {Promise<number>} the limit for the next, 0 to stop */
  async function sendBatch(queue, limit) {
    const batch = nextBatch(queue, limit);
    try {
      const recorded = recordedOf(await ask('record', { observations: batch }), batch);
      await onRecorded(recorded, batch);
      await update((current) => settle(current, batch));
      return limit;
    } catch (thrown) {
      const error = coded(thrown);
      const guilty = blamed(error, batch.length);
      if (guilty !== null) {
        await update((current) => setAside(current, batch[guilty], error, now()));
        return BATCH_MAX;
      }
      // One of them is refused, and it is not said which: ask one by one.
      if (OBSERVATION_ERRORS.has(error.code)) return 1;
      await update((current) => postpone(current, error.code, now()));
      return 0;
    }
  }

  async function drain() {
    let limit = BATCH_MAX;
    let queue = await readQueue();
    while (queue.waiting.length > 0 && limit > 0) {
      limit = await sendBatch(queue, limit);
      queue = await readQueue();
    }
    await schedule(queue);
  }

  /** Send what waits. Resolves when all is sent or the host cannot take more now; read the queue to know which. */
  const flush = () => oneSender(drain);

  return {
    flush,

    /** Keep one observation. Resolves when it is in storage. @param {Observation} observation */
    async add(observation) {
      const after = await update((queue) => enqueue(queue, observation));
      await schedule(after);
    },

    /** Alarms may vanish with a browser's restart: make sure that there is one. */
    async resume() {
      if (!(await chrome.alarms.get(OUTBOX_ALARM))) await schedule(await readQueue());
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
