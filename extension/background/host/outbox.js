// Readings on their way to the host: in storage before anything is sent, out of it only after the host has committed.
// The worker may be killed at any line; the worst that follows is that a reading is sent twice, and the host knows it by its id.

import { CodedError, OBSERVATION_ERRORS } from '../../shared/errors.js';
import { BATCH_MAX } from '../../shared/protocol.js';
import { createSerial } from '../../shared/serial.js';
import { idOf, keepOnly, persist, remember, signOf } from './whose.js';
import {
  batchAround,
  blamed,
  emptyQueue,
  ended,
  endsTheHost,
  enqueue,
  nextBatch,
  NO_ANSWER,
  postpone,
  readingsIn,
  setAside,
  settle,
  takeBack,
} from './queue.js';

const KEY = 'outbox';
/** Beside the queue, one key each: what is large, by the reading it belongs to. */
const BODY = 'body:';
export const OUTBOX_ALARM = 'outbox';
/** Readings are sent at once; the alarm is for a worker that is killed before it has done so. */
const SAFETY_NET_MS = 30_000;

/**
 * @typedef {import('../../shared/protocol.js').Observation} Observation
 * @typedef {import('../../shared/protocol.js').Recorded} Recorded
 * @typedef {import('../../shared/protocol.js').KeptDocument} KeptDocument
 * @typedef {import('../../shared/protocol.js').Kept} Kept
 * @typedef {import('../../shared/types.js').Queue} Queue
 * @typedef {import('../../shared/types.js').Item} Item
 */

/** @returns {Promise<Queue>} */
export async function readQueue() {
  const stored = await chrome.storage.local.get(KEY);
  return { ...emptyQueue(), .../** @type {any} */ (stored[KEY]) };
}

/** @param {Item} item @returns {Promise<any>} as the host takes it */
async function wholeOf(item) {
  const whole = await withBody(item);
  if (item.op !== 'record' || !item.whose) return whole;
  return { ...whole, account: { ...whole.account, id: await idOf(item.reading) } };
}

/** @param {Item} item @returns {Promise<any>} */
async function withBody({ reading, value, body }) {
  if (body === null) return value;
  const key = BODY + reading;
  return { ...value, [body]: (await chrome.storage.local.get(key))[key] };
}

/** The answer must name the readings of the request, in order. @param {any} result @param {Item[]} batch */
function recordedOf(result, batch) {
  const recorded = result?.recorded;
  const fits =
    Array.isArray(recorded) &&
    recorded.length === batch.length &&
    recorded.every((one, index) => one?.reading === batch[index].reading);
  if (!fits) throw new CodedError('host-answer');
  return /** @type {Recorded[]} */ (recorded);
}

/** @param {any} result */
function keptOf(result) {
  const fits = Number.isInteger(result?.seq) && ['first', 'unchanged', 'changed'].includes(result.change);
  if (!fits) throw new CodedError('host-answer');
  return /** @type {Kept} */ (result);
}

/** What is not the host's doing is the storage's. @param {unknown} error */
const coded = (error) =>
  error instanceof CodedError ? error : new CodedError('browser-storage', { detail: String(error) });

/**
 * @typedef {object} Parts
 * @property {(op: string, params: object) => Promise<any>} ask
 * @property {(recorded: Recorded[], batch: Observation[], size: number) => Promise<void>} onRecorded called before the readings leave the
 *   outbox; size: of the log, now
 * @property {(kept: Kept, document: KeptDocument) => Promise<void>} [onKept] the same for documents, without their text
 * @property {() => number} now
 *
 * @typedef {(change: (queue: Queue) => Queue) => Promise<Queue>} Update
 *
 * @typedef {object} Round from the first question until nothing waits or the host cannot take more
 * @property {Set<string>} written what the host has written in it, by kind
 * @property {boolean} around it goes around those that end the host
 */

/** @param {Queue} queue @param {() => number} now */
async function schedule({ waiting, retryAt }, now) {
  if (waiting.length === 0) return void (await chrome.alarms.clear(OUTBOX_ALARM));
  await chrome.alarms.create(OUTBOX_ALARM, { when: Math.max(retryAt ?? 0, now() + SAFETY_NET_MS) });
}

/** One request, and its answer told on. @param {Item[]} batch of one kind @param {Parts} parts */
async function deliver(batch, { ask, onRecorded, onKept }) {
  const whole = await Promise.all(batch.map(wholeOf));
  if (batch[0].op === 'document') {
    const kept = keptOf(await ask('document', { document: whole[0] }));
    return onKept?.(kept, batch[0].value);
  }
  const result = await ask('record', { observations: whole });
  return onRecorded(
    recordedOf(result, batch),
    batch.map(({ value }) => /** @type {Observation} */ (value)),
    result.size,
  );
}

/**
 * The host ended without an answer, hangs, or answered half. It may be missing a library, be replaced just now, wait for a disk, or do so at
 * whatever it is to write: so one counts only if the host says after it how the log stands, and is set aside only if another of its kind was
 * written since, in this round.
 * @param {Item[]} batch
 * @param {CodedError} error
 * @param {Update} update
 * @param {Parts} parts
 * @param {Round} round
 * @returns {Promise<number>} as sendBatch
 */
async function onEnd(batch, error, update, { ask, now }, round) {
  const later = async () => (await update((queue) => postpone(queue, error.code, now())), 0);
  // To ask on takes time, and at a logout the browser ends as well.
  await persist((await readQueue()).waiting).catch(() => {}); // the end of the round tries it again
  const alive = await ask('status', {}).then(
    () => true,
    () => false,
  );
  if (!alive) return later();
  const { waiting } = await update((queue) => ended(queue, batch));
  if (batch.length > 1) return BATCH_MAX;
  const item = waiting.find(({ reading }) => reading === batch[0].reading);
  if (!item || !endsTheHost(item)) return later();
  if (round.written.has(item.op)) await update((queue) => setAside(queue, item, error, now()));
  else if (round.around) return later();
  round.around = true;
  return BATCH_MAX;
}

/**
 * @param {Item[]} batch
 * @param {Update} update
 * @param {Parts} parts
 * @param {Round} round
 * @returns {Promise<number>} how many to send next; 0 when the host cannot take more now
 */
async function sendBatch(batch, update, parts, round) {
  try {
    await deliver(batch, parts);
    await update((queue) => settle(queue, batch));
    round.written.add(batch[0].op);
    return batch.length === 1 ? 1 : BATCH_MAX;
  } catch (thrown) {
    const error = coded(thrown);
    const guilty = blamed(error, batch.length);
    if (guilty !== null) {
      await update((queue) => setAside(queue, batch[guilty], error, parts.now()));
      return BATCH_MAX;
    }
    // One of them is refused, and it is not said which: ask one by one.
    if (OBSERVATION_ERRORS.has(error.code)) return 1;
    if (NO_ANSWER.has(error.code)) return onEnd(batch, error, update, parts, round);
    await update((queue) => postpone(queue, error.code, parts.now()));
    return 0;
  }
}

/** Bodies of readings that are gone: the worker may have been killed between the two. @param {Queue} queue */
async function dropBodies(queue) {
  const present = readingsIn(queue);
  const keys = Object.keys(await chrome.storage.local.get(null)).filter((key) => key.startsWith(BODY));
  const orphans = keys.filter((key) => !present.has(key.slice(BODY.length)));
  if (orphans.length > 0) await chrome.storage.local.remove(orphans);
}

/** @param {Queue} before @param {Queue} after */
async function dropBodiesOfThoseThatLeft(before, after) {
  const present = readingsIn(after);
  const all = [...before.waiting, ...before.problems.map(({ item }) => item)];
  const left = all.filter(({ reading, body }) => body !== null && !present.has(reading));
  if (left.length > 0) await chrome.storage.local.remove(left.map(({ reading }) => BODY + reading));
}

/** The queue in storage, its bodies beside it, and whose its readings are. @param {() => number} now */
function createStore(now) {
  const inTurn = createSerial();

  /** @param {(queue: Queue) => Queue} change */
  async function write(change) {
    const before = await readQueue();
    const after = change(before);
    if (after === before) return after;
    await chrome.storage.local.set({ [KEY]: after });
    await dropBodiesOfThoseThatLeft(before, after);
    return after;
  }

  return {
    inTurn,

    /** Each change starts from what the one before has written. @type {Update} */
    update: (change) => inTurn(() => write(change)),

    /** What is written needs no id any more; what is not has to outlive the browser. */
    settleIds: () =>
      inTurn(async () => {
        const queue = await readQueue();
        if (queue.error !== null) await persist(queue.waiting);
        await persist(queue.problems.map(({ item }) => item));
        await keepOnly(readingsIn(queue));
      }),

    /**
     * The body first, and whose it is: an item without its body would be worthless, a body without its item is swept away.
     * @param {Item} item
     * @param {{body: unknown, id?: string | null}} apart
     * @returns {Promise<boolean>} false: the queue was full
     */
    put: (item, { body, id = null }) =>
      inTurn(async () => {
        const key = BODY + item.reading;
        const enter = async () => {
          if (item.body !== null) await chrome.storage.local.set({ [key]: body });
          if (id !== null) await remember(item.reading, id);
          return write((before) => enqueue(before, item));
        };
        const queue = await enter().catch(async (error) => {
          if (!readingsIn(await readQueue()).has(item.reading)) await chrome.storage.local.remove(key);
          throw error;
        });
        const entered = readingsIn(queue).has(item.reading);
        if (!entered) await chrome.storage.local.remove(key);
        await schedule(queue, now);
        return entered;
      }),
  };
}

/** Whose it is and its picture apart from it. @param {Observation} observation @param {ReturnType<typeof createStore>['put']} put */
async function enter(observation, put) {
  const { reading, picture = null, account } = observation;
  const value = { ...observation, picture: null, account: { ...account, id: null } };
  const whose = account.id === null ? null : await signOf(account.id);
  const item = /** @type {Item} */ ({ op: 'record', reading, value, body: picture && 'picture', whose });
  return put(item, { body: picture, id: account.id });
}

/** As Chromium counts it, which stores JSON with more escapes than JavaScript's. @param {string} [text] */
const bytesOf = (text = '') =>
  new TextEncoder().encode(JSON.stringify(text).replace(/[<\u2028\u2029]/g, '\\u003c')).length - '""'.length;

/** @param {Omit<Parts, 'now'> & {now?: () => number}} given */
export function createOutbox({ ask, onRecorded, onKept, now = Date.now }) {
  const { inTurn, update, settleIds, put } = createStore(now);
  const oneSender = createSerial();
  /** Counted as not kept, in this worker's life: a second try counts no second time, and one that succeeds is not lost. @type {Set<string>} */
  const missed = new Set();

  /** The browser had no room. A number that grows by one takes none: the member is told. @param {string} reading */
  async function miss(reading) {
    if (missed.has(reading) || readingsIn(await readQueue()).has(reading)) return;
    missed.add(reading);
    await update((queue) => ({ ...queue, lost: queue.lost + 1 }));
  }

  /** @param {string} reading it is kept after all */
  async function found(reading) {
    if (missed.delete(reading)) await update((queue) => ({ ...queue, lost: Math.max(0, queue.lost - 1) }));
  }

  async function drain() {
    let limit = BATCH_MAX;
    /** @type {Round} */
    const round = { written: new Set(), around: false };
    let queue = await readQueue();
    while (queue.waiting.length > 0 && limit > 0) {
      const batch = round.around ? batchAround(queue, limit, round.written) : nextBatch(queue, limit);
      limit = await sendBatch(batch, update, { ask, onRecorded, onKept, now }, round);
      queue = await readQueue();
    }
    await settleIds();
    await schedule(queue, now);
  }

  /** Send what waits. Resolves when all is sent or the host cannot take more now; read the queue to know which. */
  const flush = () => oneSender(drain);

  return {
    flush,

    /**
     * Keep one observation. Resolves when it is in storage; where it cannot be, it is counted.
     * @param {Observation} observation @returns {Promise<boolean>} false: too many wait
     */
    async add(observation) {
      const { reading } = observation;
      const entered = await enter(observation, put).catch(async (error) => {
        await miss(reading).catch(() => missed.delete(reading));
        throw error;
      });
      await found(reading);
      return entered;
    },

    /**
     * Keep one document. Resolves when it is in storage, or counted because there is no place.
     * @param {KeptDocument} document @returns {Promise<boolean>} false: too many wait, or too much text does
     */
    addDocument({ text, ...value }) {
      return put({ op: 'document', reading: value.reading, value, body: 'text', size: bytesOf(text) }, { body: text });
    },

    /** Alarms may vanish with a browser's restart: make sure that there is one. */
    async resume() {
      await inTurn(async () => dropBodies(await readQueue()));
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
      await settleIds();
    },

    /** One more that is not kept. */
    async countLost() {
      await update((queue) => ({ ...queue, lost: queue.lost + 1 }));
    },

    /** The member has read what was left out. */
    async forgetCounts() {
      missed.clear();
      await update((queue) => ({ ...queue, thinned: 0, lost: 0 }));
    },
  };
}
