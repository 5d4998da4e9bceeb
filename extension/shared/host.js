// The only file that talks to consentlog-host. Whatever goes wrong comes out as a CodedError.

import { CodedError } from './errors.js';
import { HOST_NAME } from './protocol.js';

/** The host gives the keyring four seconds, and ten at a first record; a slow disk may need some more. */
export const ANSWER_TIMEOUT_MS = 15_000;

/** The browser's own sentences. Firefox has one for "missing" and "forbidden". */
const BROWSER_SENTENCES = Object.freeze([
  [/not found|No such native application/i, 'host-missing'],
  [/forbidden/i, 'host-forbidden'],
  [/failed to start/i, 'host-not-started'],
  [/exited|unexpected error|disconnected/i, 'host-crashed'],
  [/communicating/i, 'host-answer'],
]);

let lastId = 0;

/**
 * @param {unknown} error what the browser threw or left in lastError
 * @returns {CodedError}
 */
export function fromBrowserError(error) {
  const detail = String(/** @type {any} */ (error)?.message ?? error ?? '');
  const found = BROWSER_SENTENCES.find(([sentence]) => /** @type {RegExp} */ (sentence).test(detail));
  return new CodedError(found ? String(found[1]) : 'host-crashed', { detail });
}

/**
 * The result of an answer, or the error it carries.
 * @param {any} answer
 * @param {number} id of the request
 * @returns {any}
 */
export function openAnswer(answer, id) {
  if (answer?.ok === true && answer.id === id) return answer.result;
  const error = answer?.error;
  // The host answers null for an id that it could not read.
  if (answer?.ok !== false || (answer.id !== id && answer.id !== null) || typeof error?.code !== 'string') {
    throw new CodedError('host-answer');
  }
  throw new CodedError(error.code, { field: String(error.field ?? ''), detail: error.message });
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @returns {Promise<T>}
 */
async function within(promise, ms) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new CodedError('host-timeout')), ms);
  });
  try {
    return await Promise.race([promise, /** @type {Promise<never>} */ (late)]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * One request to a host of its own, which ends after the answer.
 * @param {string} op
 * @param {object} [params]
 * @param {number} [timeoutMs]
 * @returns {Promise<any>}
 */
export async function ask(op, params = {}, timeoutMs = ANSWER_TIMEOUT_MS) {
  const id = (lastId += 1);
  const answer = chrome.runtime.sendNativeMessage(HOST_NAME, { id, op, params }).catch((error) => {
    throw fromBrowserError(error);
  });
  return openAnswer(await within(answer, timeoutMs), id);
}

/**
 * @typedef {object} Conversation
 * @property {(op: string, params: object, timeoutMs: number) => Promise<any>} ask
 * @property {() => void} close the host then gives up what it is doing, and whoever waits for an answer is told `host-crashed`
 */

/** A port: for what may prompt or take long, and for many questions in a row. @returns {Conversation} */
export function openConversation() {
  const port = chrome.runtime.connectNative(HOST_NAME);
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void}>} */
  const waiting = new Map();
  /** @type {CodedError | null} */
  let ended = null;

  port.onMessage.addListener((answer) => {
    // An answer without an id is to the only question that can have been unreadable: the oldest.
    const id = waiting.has(answer?.id) ? answer.id : [...waiting.keys()][0];
    waiting.get(id)?.resolve(answer);
    waiting.delete(id);
  });
  /** @param {CodedError} error */
  function end(error) {
    ended = error;
    waiting.forEach(({ reject }) => reject(error));
    waiting.clear();
  }

  port.onDisconnect.addListener((closed) =>
    end(fromBrowserError(/** @type {any} */ (closed).error ?? chrome.runtime.lastError)),
  );

  return {
    async ask(op, params, timeoutMs) {
      if (ended) throw ended;
      const id = (lastId += 1);
      const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
      port.postMessage({ id, op, params });
      return openAnswer(await within(answer, timeoutMs), id);
    },
    close() {
      port.disconnect();
      end(fromBrowserError('disconnected')); // the browser tells the other side alone
    },
  };
}

/**
 * One request over a port of its own.
 * @param {string} op
 * @param {object} params
 * @param {number} timeoutMs
 * @returns {Promise<any>}
 */
export async function askPatiently(op, params, timeoutMs) {
  const conversation = openConversation();
  try {
    return await conversation.ask(op, params, timeoutMs);
  } finally {
    conversation.close();
  }
}
