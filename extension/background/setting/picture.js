// "Record with a picture": what the tab shows at one moment, and what the reader says of the same moment. The member sees
// the picture before it is kept. `activeTab`, granted by their click on the toolbar button, is what lets a tab be
// photographed; nothing wider is asked for.

import { CodedError } from '../../shared/errors.js';
import { judge } from './judge.js';
import { DESCRIBE_FILES, READER_FILES, runFiles } from './reader-files.js';

const KEY = 'picture';
/** A page that was just loaded has to stand still first; then it must be the same before and after the picture. */
const TRIES = 20;
const PAUSE_MS = 500;
/** Of the decoded picture, as docs/protocol.md has it. */
const PICTURE_BYTES_MAX = 4 << 20;

/**
 * @typedef {import('../../shared/types.js').Box} Box
 * @typedef {import('../../shared/protocol.js').Observation} Observation
 */

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** What a picture would show: everything but when, and how long it had stood still. @param {Observation} o @param {Box} box */
const gist = ({ state, reason, pending, account, page, control, candidates }, box) =>
  JSON.stringify([state, reason, pending, account, /** @type {any} */ (page).url, control, candidates, box]);

/** @param {unknown} base64 */
function isPicture(base64) {
  return (
    typeof base64 === 'string' &&
    base64.startsWith('iVBORw0KGgo') &&
    base64.length <= Math.ceil(PICTURE_BYTES_MAX / 3) * 4 &&
    /^[A-Za-z0-9+/]+={0,2}$/.test(base64) &&
    base64.length % 4 === 0
  );
}

/** @param {{isSettingAddress: (url: string) => boolean, observe: (observation: Observation) => Promise<void>}} parts */
export function createPicture({ isSettingAddress, observe }) {
  /** @param {number} tabId @returns {Promise<{observation: Observation, box: Box} | null>} null: not now */
  async function look(tabId) {
    const described = await runFiles(tabId, DESCRIBE_FILES);
    const observation = described ? judge(described.reading) : null;
    return observation ? { observation, box: described.box } : null;
  }

  /** @param {number} windowId @returns {Promise<string | null>} null: not now */
  const photograph = (windowId) =>
    chrome.tabs.captureVisibleTab(windowId, { format: 'png' }).catch((error) => {
      // No code tells these apart: both browsers name a permission that is missing in words. Whatever else it is, such as too many
      // pictures in a second, passes.
      if (/permission/i.test(String(error))) throw new CodedError('picture-not-allowed', { detail: String(error) });
      return null;
    });

  /** @param {number} tabId @param {number} windowId */
  async function takeOnce(tabId, windowId) {
    const before = await look(tabId);
    const image = before && (await photograph(windowId));
    if (!image) return null;
    const after = await look(tabId);
    const same = after !== null && gist(after.observation, after.box) === gist(before.observation, before.box);
    return same ? { ...after, image } : null;
  }

  return {
    /**
     * Take one; it is not kept yet.
     * @param {{tabId: number}} message
     * @returns {Promise<{image: string, box: Box, state: string, reading: string}>} the whole window, where the setting is in it, and
     *   of which reading it is
     */
    async take({ tabId }) {
      const tab = await chrome.tabs.get(tabId).catch(() => null);
      if (!tab?.active || !tab.url || !isSettingAddress(tab.url)) throw new CodedError('tab-gone');
      await runFiles(tabId, READER_FILES);
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const taken = await takeOnce(tabId, tab.windowId);
        if (taken) {
          await chrome.storage.session.set({ [KEY]: taken.observation });
          const { state, reading } = taken.observation;
          return { image: taken.image, box: taken.box, state, reading };
        }
        await pause();
      }
      throw new CodedError('page-restless');
    },

    /**
     * Record what was seen, with the picture as the member saw it. One that was still being taken when its popup was closed may have come in
     * between: then what was seen is of that one.
     * @param {{base64: unknown, reading: unknown}} message
     */
    async keep({ base64, reading }) {
      const observation = /** @type {any} */ ((await chrome.storage.session.get(KEY))[KEY]);
      if (!observation || observation.reading !== reading || !isPicture(base64)) throw new CodedError('picture-lost');
      await observe({ ...observation, asked: true, picture: { media_type: 'image/png', base64: String(base64) } });
      // Not before: with the browser's storage full it can be tried again. Twice is known by its id.
      await chrome.storage.session.remove(KEY);
    },

    discard: () => chrome.storage.session.remove(KEY),
  };
}
