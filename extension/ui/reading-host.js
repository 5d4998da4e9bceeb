// A host that a page reads the log by: the one that the background keeps, where it keeps one, else one of the page's own.

import { CodedError, HOST_ERRORS } from '../shared/errors.js';
import { openConversation } from '../shared/host.js';

/** @typedef {import('../shared/host.js').Conversation} Conversation */

const answered = (/** @type {any} */ result) => ({ result });

/** @param {unknown} error @returns {null} */
function unlessEnded(error) {
  if (error instanceof CodedError && HOST_ERRORS.has(error.code) && error.code !== 'host-timeout') return null;
  throw error;
}

/** @returns {Conversation} */
export function openReading() {
  /** @type {Conversation | null} */
  let own = null;

  /** @param {Conversation} host @param {[string, object, number]} question */
  async function askOf(host, question) {
    try {
      return await host.ask(...question);
    } catch (error) {
      if (error instanceof CodedError && HOST_ERRORS.has(error.code)) {
        host.close();
        if (own === host) own = null;
      }
      throw error;
    }
  }

  return {
    async ask(op, params, timeoutMs) {
      /* One that has ended since it answered last: another is asked, for a page may stand open for days. */
      const before = own && (await askOf(own, [op, params, timeoutMs]).then(answered, (error) => unlessEnded(error)));
      if (before) return before.result;
      const answer = await chrome.runtime.sendMessage({ type: 'host', op, params, timeoutMs });
      if (answer?.ok === false) throw new CodedError(answer.code);
      if (answer?.kept) return answer.result;
      own ??= openConversation();
      return askOf(own, [op, params, timeoutMs]);
    },
    close: () => own?.close(),
  };
}
