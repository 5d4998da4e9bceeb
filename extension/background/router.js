// Who may ask what. A message is refused unless it stands in the table and comes from where the table says.

import { CodedError } from '../shared/errors.js';

/**
 * @typedef {chrome.runtime.MessageSender} Sender
 * @typedef {{from: 'page' | 'document' | 'popup' | 'ours', handle: (message: any, sender: Sender) => Promise<object | void> | object | void}} Route
 */

/**
 * @param {object} parts
 * @param {Map<string, Route>} parts.routes by message type
 * @param {string} parts.extensionId
 * @param {string} parts.popupUrl
 * @param {string} [parts.pagesUrl] where all our pages are; without it none may ask but the popup
 * @param {(url: string) => boolean} parts.isSettingAddress
 * @param {(url: string) => boolean} [parts.isDocumentAddress]
 */
export function createRouter({
  routes,
  extensionId,
  popupUrl,
  pagesUrl,
  isSettingAddress,
  isDocumentAddress = () => false,
}) {
  /**
   * Where the page is now. After a pushState Chromium may go on naming a sender by the address that its document was loaded with; the tab's
   * is of now, and counts where both are of one origin: then it is that document, at another address.
   * @param {Sender} sender @param {(url: string) => boolean} isMeant
   */
  const stands = ({ tab, frameId, url }, isMeant) =>
    tab !== undefined &&
    frameId === 0 &&
    url !== undefined &&
    (isMeant(url) || (tab.url !== undefined && isMeant(tab.url) && new URL(tab.url).origin === new URL(url).origin));

  /** @type {Record<Route['from'], (sender: Sender) => boolean>} */
  const comesFrom = {
    page: (sender) => stands(sender, isSettingAddress),
    document: (sender) => stands(sender, isDocumentAddress),
    popup: ({ url }) => url === popupUrl,
    ours: ({ url }) => pagesUrl !== undefined && url !== undefined && url.startsWith(pagesUrl),
  };

  /**
   * @param {any} message
   * @param {Sender} sender
   * @returns {Route | null}
   */
  function allowed(message, sender) {
    if (sender.id !== extensionId || typeof message?.type !== 'string') return null;
    const route = routes.get(message.type);
    return route && comesFrom[route.from](sender) ? route : null;
  }

  /**
   * A listener for runtime.onMessage. Answers `{ok: true}` with what the handler returns, or `{ok: false, code}`.
   * @param {any} message
   * @param {Sender} sender
   * @param {(answer: object) => void} answer
   * @returns {boolean} true: the answer comes later
   */
  return function onMessage(message, sender, answer) {
    const route = allowed(message, sender);
    if (!route) return false;
    Promise.resolve()
      .then(() => route.handle(message, sender))
      .then(
        (result) => answer({ ok: true, ...result }),
        (error) => answer({ ok: false, code: error instanceof CodedError ? error.code : 'browser-storage' }),
      );
    return true;
  };
}
