// The wiring. Listeners are registered at once: a worker that was woken gets only the events it has a listener for by then.

import { paintBadge } from './badge.js';
import { clientInfo } from './client.js';
import { ask, askPatiently } from './host.js';
import { isSettingAddress, judge, SETTING_URL } from './judge.js';
import { createOutbox, OUTBOX_ALARM } from './outbox.js';
import { createRouter } from './router.js';
import { createSettingsTab } from './settings-tab.js';
import { createState } from './state.js';
import { STORED_KEYS } from '../shared/stored.js';

/** The keyring's prompt waits for a person. */
const UNLOCK_TIMEOUT_MS = 180_000;

const state = createState({ ask });
const outbox = createOutbox({ ask, onRecorded: state.noteRecorded });
const settingsTab = createSettingsTab({ settingUrl: SETTING_URL, isSettingAddress, observe });
const client = clientInfo();

/** Send what waits, then see how the log stands. */
async function synchronise() {
  await outbox.flush();
  await state.refresh();
}

/** @param {import('../shared/protocol.js').Observation} observation */
async function observe(observation) {
  await outbox.add({ ...observation, client: await client });
  await state.noteReading(observation);
  void synchronise();
}

/** The reader looks on until the judge has seen enough. @param {{reading: unknown}} message */
async function onReading({ reading }) {
  const observation = judge(/** @type {any} */ (reading));
  if (!observation) return { enough: false };
  await observe(observation);
  return { enough: true };
}

/** @type {Promise<void> | null} */
let unlocking = null;

/** One prompt, however often the button is pressed; it stays when the popup closes, as it does when the prompt takes the focus. */
function unlock() {
  unlocking ??= askPatiently('unlock', {}, UNLOCK_TIMEOUT_MS)
    .finally(synchronise)
    .finally(() => (unlocking = null));
  return unlocking;
}

const onMessage = createRouter({
  extensionId: chrome.runtime.id,
  popupUrl: chrome.runtime.getURL('pages/popup.html'),
  pagesUrl: chrome.runtime.getURL('pages/'),
  isSettingAddress,
  routes: new Map([
    ['reading', { from: 'page', handle: onReading }],
    ['refresh', { from: 'ours', handle: synchronise }],
    ['open-setting', { from: 'ours', handle: settingsTab.open }],
    ['unlock', { from: 'ours', handle: unlock }],
    ['warnings-seen', { from: 'ours', handle: state.markWarningsSeen }],
    ['problems-retry', { from: 'popup', handle: outbox.retryProblems }],
    ['problems-discard', { from: 'popup', handle: outbox.discardProblems }],
    ['counts-seen', { from: 'popup', handle: outbox.forgetCounts }],
  ]),
});

async function start() {
  await settingsTab.readOpenTabs();
  await synchronise();
}

chrome.runtime.onMessage.addListener(onMessage);
chrome.runtime.onInstalled.addListener(() => void start());
chrome.runtime.onStartup.addListener(() => void start());
chrome.tabs.onUpdated.addListener((tabId, change, tab) => void settingsTab.onUpdated(tabId, change, tab));
chrome.alarms.onAlarm.addListener(({ name }) => {
  if (name === OUTBOX_ALARM) void synchronise();
});
chrome.storage.onChanged.addListener((changes, area) => {
  if (area === 'local' && STORED_KEYS.some((key) => key in changes)) void paintBadge();
});

void paintBadge();
void outbox.resume();
