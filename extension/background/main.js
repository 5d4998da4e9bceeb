// The wiring. Listeners are registered at once: a worker that was woken gets only the events it has a listener for by then.

import { createAccess } from './access.js';
import { greet } from './greet.js';
import { paintBadge } from './reminders/badge.js';
import { CodedError } from '../shared/errors.js';
import { clientInfo } from '../shared/client.js';
import { ask as askOnce, askPatiently, openConversation } from '../shared/host.js';
import { isSettingAddress, SETTING_URL } from './setting/address.js';
import { judge } from './setting/judge.js';
import { listenToNotifications } from './reminders/notifications.js';
import { createMemberAccount } from './setting/member-account.js';
import { createMemberReading } from './setting/member-reading.js';
import { createOutbox, OUTBOX_ALARM } from './host/outbox.js';
import { createPace } from './host/pace.js';
import { createObserved } from './observed.js';
import { PREFS_KEY } from '../shared/prefs.js';
import { changePrefs } from './prefs.js';
import { createReminders, REMINDERS_ALARM } from './reminders/remind.js';
import { createRouter } from './router.js';
import { createServerDate, ANSWERS_OF } from './setting/server-date.js';
import { createSettingsTab } from './setting/settings-tab.js';
import { UNHEARD_ALARM } from './setting/unheard.js';
import { createStanding } from './host/standing.js';
import { createState } from './host/state.js';
import { createTasks } from './tasks.js';
import { documentAt } from '../shared/documents.js';
import { createTimestamps, TIMESTAMPS_ALARM } from './timestamps.js';
import { createGathered } from '../shared/serial.js';
import { changesStored } from '../shared/stored.js';

const standing = createStanding({ ask: askOnce, open: openConversation });
const { ask } = standing;
const state = createState({ ask });
const reminders = createReminders();
const timestamps = createTimestamps({ askPatiently, refresh: state.refresh });
const tasks = createTasks({ ask, observe, keep });
const outbox = createOutbox({ ask, onRecorded: noteRecorded, onKept: tasks.onKept });
const settingsTab = createSettingsTab({
  settingUrl: SETTING_URL,
  isSettingAddress,
  observe,
  isBackgroundTab: tasks.isBackgroundTab,
});
const serverDate = createServerDate({ isSettingAddress });
const memberAccount = createMemberAccount({ observe });
const memberReading = createMemberReading({ observe });
const access = createAccess({ onAllowed: settingsTab.readOpenTabs });
const client = clientInfo();
const take = createObserved({ pace: createPace(), outbox, state, client });

/** @type {typeof state.noteRecorded} */
async function noteRecorded(recorded, batch, size) {
  await state.noteRecorded(recorded, batch, size);
  await memberAccount.noteRecorded(recorded, batch);
  await reminders.noteRecorded(recorded, batch);
  await timestamps.noteRecorded(recorded);
}

/** Send what waits, then see how the log stands: once for all who ask meanwhile, for each time costs two processes. */
const synchronise = createGathered(async () => {
  await outbox.flush();
  await state.refresh();
});

/**
 * With what is known beside it, as far as the browser gives it: a reading does not wait for that.
 * @param {import('../shared/protocol.js').Observation} seen
 */
async function withMore(seen) {
  const owned = await memberAccount.apply(seen).catch(() => seen);
  return memberReading.apply(owned).catch(() => owned);
}

/** @param {import('../shared/protocol.js').Observation} seen @param {number} [tabId] where it was made */
async function observe(seen, tabId) {
  const observation = await withMore(seen);
  const asked = observation.asked || (await tasks.wasAsked(tabId).catch(() => false));
  const taken = await take({ ...observation, asked });
  void synchronise();
  void tasks.onObserved(taken, tabId);
}

/** @param {import('../shared/protocol.js').KeptDocument} document */
async function keep(document) {
  const entered = await outbox.addDocument({ ...document, client: await client });
  await synchronise();
  if (!entered) throw new CodedError('browser-storage');
}

/**
 * The reader looks on until the judge has seen enough.
 * @param {{reading: unknown}} message
 * @param {chrome.runtime.MessageSender} sender
 */
async function onReading({ reading }, { tab }) {
  const observation = judge(/** @type {any} */ (reading));
  if (!observation) return { enough: false };
  // Of what was seen of a document, and of nothing that was told without one.
  await observe(await serverDate.apply(observation, tab?.id).catch(() => observation), tab?.id);
  await settingsTab.onHeard(tab?.id);
  return { enough: true };
}

/** @param {{change: object}} message */
const setPrefs = async ({ change }) => ({ prefs: await changePrefs(change) });

/** @type {Promise<void> | null} */
let unlocking = null;

/** One prompt, however often the button is pressed; it stays when the popup closes, as it does when the prompt takes the focus. */
function unlock() {
  unlocking ??= standing
    .unlock()
    .finally(synchronise)
    .finally(() => (unlocking = null));
  return unlocking;
}

const onMessage = createRouter({
  extensionId: chrome.runtime.id,
  popupUrl: chrome.runtime.getURL('ui/popup.html'),
  pagesUrl: chrome.runtime.getURL('ui/'),
  isSettingAddress,
  isDocumentAddress: (url) => documentAt(url) !== null,
  routes: new Map([
    ...tasks.routes,
    ...memberAccount.routes,
    ...memberReading.routes,
    ['reading', { from: 'page', handle: onReading }],
    ['refresh', { from: 'ours', handle: synchronise }],
    ['host', { from: 'ours', handle: standing.relay }],
    ['open-setting', { from: 'ours', handle: settingsTab.open }],
    ['unlock', { from: 'ours', handle: unlock }],
    ['warning-seen', { from: 'ours', handle: state.markWarningSeen }],
    ['problems-retry', { from: 'popup', handle: outbox.retryProblems }],
    ['problems-discard', { from: 'popup', handle: outbox.discardProblems }],
    ['counts-seen', { from: 'popup', handle: outbox.forgetCounts }],
    ['snooze', { from: 'ours', handle: reminders.snooze }],
    ['reminder-seen', { from: 'ours', handle: reminders.answer }],
    ['timestamp-now', { from: 'ours', handle: timestamps.now }],
    ['prefs', { from: 'ours', handle: setPrefs }],
  ]),
});

async function start() {
  await settingsTab.readOpenTabs();
  await synchronise();
}

chrome.runtime.onMessage.addListener(onMessage);
chrome.runtime.onInstalled.addListener(({ reason }) => {
  void greet(reason);
  void start();
});
chrome.runtime.onStartup.addListener(() => void start());
chrome.tabs.onUpdated.addListener((tabId, change, tab) => {
  void settingsTab.onUpdated(tabId, change, tab);
  void tasks.onUpdated(tabId, change, tab);
});
chrome.webRequest.onResponseStarted.addListener(
  (details) => void serverDate.onAnswer(/** @type {any} */ (details)),
  /** @type {any} */ (ANSWERS_OF),
  ['responseHeaders'],
);
chrome.tabs.onRemoved.addListener((tabId) => {
  void settingsTab.onRemoved(tabId);
  void tasks.onRemoved(tabId);
});
chrome.alarms.onAlarm.addListener(({ name }) => {
  if (name === OUTBOX_ALARM) void synchronise();
  if (name === UNHEARD_ALARM) void settingsTab.lookForUnheard();
  void tasks.onAlarm(name);
  if (name === REMINDERS_ALARM) void reminders.look();
  if (name === TIMESTAMPS_ALARM) void timestamps.look();
});
chrome.permissions.onAdded.addListener(() => void access.look());
chrome.permissions.onRemoved.addListener(() => {
  void access.look();
  void tasks.onPermissionRemoved();
});
chrome.storage.onChanged.addListener((changes, area) => {
  if (changesStored(changes, area) || (area === 'local' && PREFS_KEY in changes)) void paintBadge();
  if (area !== 'local') return;
  if (['log', 'last', 'warnings', PREFS_KEY].some((key) => key in changes)) void reminders.look();
  if (PREFS_KEY in changes) void tasks.replan();
  if (['log', PREFS_KEY].some((key) => key in changes)) void timestamps.look();
});
listenToNotifications({
  openSetting: settingsTab.open,
  markWarningSeen: state.markWarningSeen,
  answer: reminders.answer,
});

/* What is stored is for our own pages, and for no script in a page of LinkedIn's. Firefox has no such call. */
void chrome.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });

void paintBadge();
void access.look();
void outbox.resume();
void settingsTab.lookForUnheard();
void tasks.resume();
void reminders.look();
void timestamps.look();
