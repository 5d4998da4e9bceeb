// A host that a page reads the log by: the one that the background keeps, where it keeps one, else one of the page's own.

import { CodedError } from '../shared/errors.js';
import { openConversation } from '../shared/host.js';

/** @typedef {import('../shared/host.js').Conversation} Conversation */

/** @returns {Conversation} */
export function openReading() {
  /** @type {Conversation | null} */
  let own = null;
  return {
    async ask(op, params, timeoutMs) {
      if (own) return own.ask(op, params, timeoutMs);
      const answer = await chrome.runtime.sendMessage({ type: 'host', op, params, timeoutMs });
      if (answer?.ok === false) throw new CodedError(answer.code);
      if (answer?.kept) return answer.result;
      own ??= openConversation();
      return own.ask(op, params, timeoutMs);
    },
    close: () => own?.close(),
  };
}
