// One host that stays. KeePassXC asks the member about each program that wants to read an entry, and takes each process for a program of its
// own. So the host that the member let in lives as long as the browser does, and answers whatever is asked after: while its port is open,
// neither browser ends this script. With every other keyring each question has a host of its own, which ends with its answer.

import { CodedError, HOST_ERRORS } from '../../shared/errors.js';
import { ANSWER_TIMEOUT_MS } from '../../shared/host.js';

/** @typedef {import('../../shared/host.js').Conversation} Conversation */

const ASKS_EACH_PROGRAM = /^keepassxc/i;
/** The keyring's prompt waits for a person. */
const UNLOCK_TIMEOUT_MS = 180_000;
/** What our pages may ask of it: they only read. */
const READS = Object.freeze(new Set(['status', 'history', 'attachment']));

/** The keyring is one that asks, or may be: locked again, it does not say. @param {any} status */
const isWorthIt = ({ keyring, provider }) =>
  keyring === 'ok' ? ASKS_EACH_PROGRAM.test(provider ?? '') : keyring.startsWith('keyring-');

/** @param {unknown} error */
const isOfTheHost = (error) => error instanceof CodedError && HOST_ERRORS.has(error.code);

/** The host has ended since, and did not answer. @param {unknown} error */
const hasEnded = (error) => isOfTheHost(error) && /** @type {CodedError} */ (error).code !== 'host-timeout';

/**
 * @param {object} parts
 * @param {(op: string, params?: object) => Promise<any>} parts.ask by a host of its own
 * @param {() => Conversation} parts.open
 */
export function createStanding({ ask, open }) {
  /** @type {Conversation | null} */
  let standing = null;

  /** @param {Conversation} conversation */
  function letGo(conversation) {
    conversation.close();
    if (standing === conversation) standing = null;
  }

  /** @param {Conversation} conversation @param {string} op @param {object} params @param {number} timeoutMs */
  async function askOf(conversation, op, params, timeoutMs) {
    try {
      const result = await conversation.ask(op, params, timeoutMs);
      if (op === 'status' && !isWorthIt(result)) letGo(conversation);
      return result;
    } catch (error) {
      if (isOfTheHost(error)) letGo(conversation);
      throw error;
    }
  }

  /** @param {Conversation} conversation */
  async function unlockBy(conversation) {
    try {
      const result = await conversation.ask('unlock', {}, UNLOCK_TIMEOUT_MS);
      standing = conversation;
      return result;
    } catch (error) {
      conversation.close();
      throw error;
    }
  }

  return {
    /** @param {string} op @param {object} [params] @returns {Promise<any>} */
    async ask(op, params = {}) {
      if (!standing) return ask(op, params);
      try {
        return await askOf(standing, op, params, ANSWER_TIMEOUT_MS);
      } catch (error) {
        // To ask twice is safe: a reading is known by its id.
        if (!hasEnded(error)) throw error;
        return ask(op, params);
      }
    },

    /** The prompt, and from then on this host, if the keyring is one that asks. Who asks meanwhile does not wait behind a person. */
    async unlock() {
      const before = standing;
      standing = null;
      if (!before) return unlockBy(open());
      return unlockBy(before).catch((error) => {
        if (!isOfTheHost(error)) throw error;
        return unlockBy(open());
      });
    },

    /**
     * For our pages: the answer of the host that stays, or that there is none.
     * @param {{op: string, params: object, timeoutMs: number}} question
     */
    async relay({ op, params, timeoutMs }) {
      if (!standing || !READS.has(op)) return { kept: false };
      try {
        return { kept: true, result: await askOf(standing, op, params, timeoutMs) };
      } catch (error) {
        if (!hasEnded(error)) throw error;
        return { kept: false };
      }
    },
  };
}
