// Tabs that show the setting: the reader goes in, and into no other tab.
//
// Our host permission covers www.linkedin.com alone, so the browser hides every other tab's address from us.

import { newReadingId } from '../../shared/ids.js';
import { blindObservation, redirectReason } from './redirect.js';
import { READER_FILES } from './reader-files.js';
import { createUnheard } from './unheard.js';

/** Tabs that we opened for the setting, until they have shown it or something else. Gone with the browser session. */
const OPENED = 'opened';

/** @returns {Promise<number[]>} */
async function openedTabs() {
  const stored = await chrome.storage.session.get(OPENED);
  return /** @type {any} */ (stored[OPENED]) ?? [];
}

/**
 * The reader itself sees to it that it runs once in a document.
 * @param {number} tabId
 * @returns {Promise<{read: boolean} | null>} was enough seen in this document; null: it does not run there
 */
async function inject(tabId) {
  const target = { tabId };
  // The tab may be gone, or an error page: then there is nothing to read.
  const found = await chrome.scripting.executeScript({ target, files: [...READER_FILES] }).catch(() => null);
  const result = /** @type {any} */ (found?.[0]?.result);
  return typeof result?.read === 'boolean' ? result : null;
}

/** @param {number} tabId @returns {Promise<boolean>} false: it was closed in this very moment */
const toFront = (tabId) =>
  chrome.tabs.update(tabId, { active: true }).then(
    () => true,
    () => false,
  );

/**
 * @param {object} parts
 * @param {string} parts.settingUrl
 * @param {(url: string) => boolean} parts.isSettingAddress
 * @param {(observation: import('../../shared/protocol.js').Observation, tabId: number) => Promise<void>} parts.observe
 * @param {(tabId: number) => Promise<boolean>} [parts.isBackgroundTab] was the tab opened to look at the setting in the background?
 */
export function createSettingsTab({ settingUrl, isSettingAddress, observe, isBackgroundTab = async () => false }) {
  const unheard = createUnheard({ isSettingAddress, inject, observe });

  /** @param {number} tabId @returns {Promise<boolean>} was it one of those we opened? */
  async function forget(tabId) {
    const opened = await openedTabs();
    if (!opened.includes(tabId)) return false;
    await chrome.storage.session.set({ [OPENED]: opened.filter((id) => id !== tabId) });
    return true;
  }

  /** @param {number} tabId @param {string} url */
  async function arrived(tabId, url) {
    const opened = (await forget(tabId)) || (await isBackgroundTab(tabId));
    const reason = redirectReason(url, { opened, isSettingAddress });
    if (!reason) return;
    const made = { reading: newReadingId(), at: new Date().toISOString() };
    await observe(blindObservation(url, reason, made), tabId);
  }

  return {
    /**
     * For tabs.onUpdated. A load says both `url` and later `complete`; a pushState says `url`; a reload may say only `complete`, and one
     * that never ends only `loading`.
     * @param {number} tabId
     * @param {{url?: string, status?: string}} change
     * @param {{url?: string}} tab
     */
    async onUpdated(tabId, change, tab) {
      const done = change.status === 'complete';
      const told = change.url !== undefined || done;
      if (!tab.url || !(told || change.status === 'loading')) return;
      const shows = isSettingAddress(tab.url);
      if (shows) await unheard.arrived(tabId, done);
      if (!told) return; // a reload has begun: the old document is still there
      if (shows) {
        await forget(tabId);
        return void (await inject(tabId));
      }
      await unheard.left(tabId);
      if (done) await arrived(tabId, tab.url);
    },

    /** The judge has made something of what the reader says in this tab. @param {number | undefined} tabId */
    async onHeard(tabId) {
      if (tabId !== undefined) await unheard.forget(tabId);
    },

    /** @param {number} tabId */
    onRemoved: (tabId) => unheard.forget(tabId),

    /** For alarms.onAlarm, and at every start: of which tabs was nothing heard? */
    lookForUnheard: unheard.look,

    /** Tabs that were open before we were. */
    async readOpenTabs() {
      const tabs = await chrome.tabs.query({ url: 'https://www.linkedin.com/mypreferences/*' });
      const showing = tabs.filter(({ url }) => url !== undefined && isSettingAddress(url));
      await Promise.all(
        showing.map(async ({ id, status }) => {
          const tabId = /** @type {number} */ (id);
          await unheard.arrived(tabId, status === 'complete');
          await inject(tabId);
        }),
      );
    },

    /** Show the setting: the tab that has it already, or a new one. */
    async open() {
      const tabs = await chrome.tabs.query({ url: 'https://www.linkedin.com/mypreferences/*' });
      const found = tabs.find(({ url }) => url !== undefined && isSettingAddress(url));
      if (found?.id !== undefined && (await toFront(found.id))) {
        await chrome.windows.update(found.windowId, { focused: true }).catch(() => {});
        return;
      }
      const { id } = await chrome.tabs.create({ url: settingUrl });
      await chrome.storage.session.set({ [OPENED]: [...(await openedTabs()), id] });
    },
  };
}
