// One tab in the background, opened for a purpose of ours and closed when it is done. Never two; never in front; never
// one that the member has come to look at. What it is about is in storage.session: the worker may be gone meanwhile.

import { createSerial } from '../../shared/serial.js';

const KEY = 'background-tab';
export const BACKGROUND_TAB_ALARM = 'background-tab';

/**
 * @typedef {object} BackgroundTab
 * @property {string} kind whose it is
 * @property {number} tabId
 * @property {number} from ms since 1970
 * @property {number} until it is given up at this time
 * @property {any} data of its owner
 */

/** @returns {Promise<BackgroundTab | null>} */
async function currentBackgroundTab() {
  return /** @type {any} */ ((await chrome.storage.session.get(KEY))[KEY]) ?? null;
}

/** The tab is closed unless the member has opened it to look at. @param {number} tabId */
async function closeQuietly(tabId) {
  const tab = await chrome.tabs.get(tabId).catch(() => null);
  if (tab && !tab.active) await chrome.tabs.remove(tabId).catch(() => {});
}

/** @param {{onLate: (current: BackgroundTab) => Promise<void>, now?: () => number}} parts onLate: its time is over, or its tab is gone */
export function createBackgroundTab({ onLate, now = Date.now }) {
  const inTurn = createSerial();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** How long it still has: nothing, if it began later than now, for then the clock was set back. @param {{from: number, until: number}} time */
  const left = ({ from, until }) => (now() < from ? 0 : until - now());

  /** The timer is exact while the worker lives; the alarm is for when it does not. @param {{from: number, until: number}} time */
  async function watch(time) {
    clearTimeout(timer);
    timer = setTimeout(() => void late(), left(time));
    await chrome.alarms.create(BACKGROUND_TAB_ALARM, { when: now() + Math.max(left(time), 30_000) });
  }

  /** From now on. @param {number} forMs */
  const timeOf = (forMs) => ({ from: now(), until: now() + forMs });

  /** Nothing is late while there is time left. */
  async function late() {
    const current = await currentBackgroundTab();
    if (current && left(current) <= 0) await onLate(current);
  }

  return {
    /** The tab under way, once one that is just beginning has begun. */
    current: () => inTurn(currentBackgroundTab),

    /**
     * @param {string} kind
     * @param {string} url
     * @param {{forMs: number, data?: any}} more
     * @returns {Promise<boolean>} false: there is one already, or no window to open a tab in
     */
    begin: (kind, url, { forMs, data = null }) =>
      inTurn(async () => {
        if (await currentBackgroundTab()) return false;
        const tab = await chrome.tabs.create({ url, active: false }).catch(() => null);
        if (typeof tab?.id !== 'number') return false;
        const time = timeOf(forMs);
        await chrome.storage.session.set({ [KEY]: { kind, tabId: tab.id, ...time, data } });
        await watch(time);
        return true;
      }),

    /**
     * The same tab goes on to another address.
     * @param {string} url
     * @param {{forMs: number, data: any}} more
     * @returns {Promise<boolean>} false: the tab is gone
     */
    goOn: (url, { forMs, data }) =>
      inTurn(async () => {
        const current = await currentBackgroundTab();
        if (!current) return false;
        const time = timeOf(forMs);
        await chrome.storage.session.set({ [KEY]: { ...current, ...time, data } });
        await watch(time);
        return (await chrome.tabs.update(current.tabId, { url }).catch(() => null)) !== null;
      }),

    /** It is done: the tab goes. */
    end: () =>
      inTurn(async () => {
        const current = await currentBackgroundTab();
        if (!current) return;
        clearTimeout(timer);
        await chrome.storage.session.remove(KEY);
        await chrome.alarms.clear(BACKGROUND_TAB_ALARM);
        await closeQuietly(current.tabId);
      }),

    /** For alarms.onAlarm. */
    onAlarm: late,

    /** For tabs.onRemoved: the member has closed it. @param {number} tabId */
    async onRemoved(tabId) {
      const current = await currentBackgroundTab();
      if (current?.tabId === tabId) await onLate(current);
    },

    /** After the worker was killed: its timer is gone, its tab is not. */
    async resume() {
      const current = await currentBackgroundTab();
      if (current) await watch(current);
    },
  };
}
