// Looking at the setting again: when the member presses "Check now", or by the schedule that they have chosen.
//
// The setting is opened in a tab of its own behind what the member does, read there as in any other tab, and closed.
// A tab of the member's that shows the setting is left alone: to reload it could lose what they are about to do there.

import { NO_CHECK } from '../../shared/stored.js';
import { isMembersReading } from '../../shared/wordings.js';
import { createRecord } from '../record.js';

const KIND = 'check';
/** The reader takes half a minute at most once the page is there; a slow line may need as long again to bring it. */
const CHECK_MS = 75_000;

/**
 * @typedef {import('../../shared/protocol.js').Observation} Observation
 * @typedef {import('./background-tab.js').BackgroundTab} BackgroundTab
 */

/** Did the page show the setting, whatever its state? @param {Observation} observation */
const showed = ({ state, reason }) => state !== 'unknown' || isMembersReading(reason);

/** @param {BackgroundTab | null} current @param {number | undefined} tabId @returns {current is BackgroundTab} */
const isCheck = (current, tabId) => current?.kind === KIND && current.tabId === tabId;

/**
 * Is a browser window in front? Asked at the moment it matters, it needs neither `idle` nor a listener on every click.
 * @returns {Promise<boolean>}
 */
async function isInUse() {
  const window = await chrome.windows.getLastFocused().catch(() => null);
  return window?.focused === true && window.state !== 'minimized'; // some say that the last window has the focus though it is put away
}

/**
 * @param {object} parts
 * @param {ReturnType<typeof import('./background-tab.js').createBackgroundTab>} parts.backgroundTab
 * @param {ReturnType<typeof import('./planner.js').createPlanner>} parts.planner
 * @param {string} parts.settingUrl
 */
export function createChecker({ backgroundTab, planner, settingUrl }) {
  const { update } = createRecord('check', NO_CHECK);

  /** @param {boolean} asked */
  async function begin(asked) {
    const begun = await backgroundTab.begin(KIND, settingUrl, { forMs: CHECK_MS, data: { asked } });
    if (begun) await update((check) => ({ ...(asked ? NO_CHECK : check), running: true }));
    return begun;
  }

  /** @param {BackgroundTab} current @param {string | null} why null: it was seen */
  async function finish({ data: { asked } }, why) {
    if (asked) await update(() => ({ running: false, outcome: why === null ? 'seen' : 'failed', reason: why }));
    else await update((check) => ({ ...check, running: false }));
    if (!asked && why !== null) await planner.afterFailure(why);
    await backgroundTab.end();
  }

  return {
    /** The member asks. @returns {Promise<{started: boolean}>} */
    async checkNow() {
      const started = await begin(true);
      if (!started && (await backgroundTab.current()) === null)
        await update(() => ({ running: false, outcome: 'failed', reason: 'no-tab' }));
      return { started };
    },

    /** The member has read how the last one ended. */
    seen: () => update((check) => ({ ...check, outcome: null, reason: null })).then(() => {}),

    /** Is this the tab of a check? @param {number | undefined} tabId @returns {Promise<boolean>} */
    isBackgroundTab: async (tabId) => isCheck(await backgroundTab.current(), tabId),

    /** Did the member ask for what is seen in this tab? @param {number | undefined} tabId @returns {Promise<boolean>} */
    async wasAsked(tabId) {
      const current = await backgroundTab.current();
      return isCheck(current, tabId) && current.data.asked === true;
    },

    /** Something was observed in a tab, ours or not. @param {Observation} observation @param {number | undefined} tabId */
    async onObserved(observation, tabId) {
      if (showed(observation)) {
        await planner.afterSight();
        // The setting has been seen: that a check before saw nothing is no news any more.
        await update((check) => (check.outcome === 'failed' ? { ...check, outcome: null, reason: null } : check));
      }
      const current = await backgroundTab.current();
      if (isCheck(current, tabId))
        await finish(current, showed(observation) ? null : (observation.reason ?? 'unknown'));
    },

    /** Its time is over or its tab is gone. @param {BackgroundTab} current */
    async onLate(current) {
      if (current.kind !== KIND) return;
      const there = await chrome.tabs.get(current.tabId).catch(() => null);
      await finish(current, there ? 'not-loaded' : 'closed');
    },

    /** The plan's time has come: look if the browser is in use, else ask again soon. */
    async onScheduled() {
      const now = (await planner.isDue()) && (await isInUse()) && (await begin(false));
      if (!now) await planner.later();
    },

    /** Each time the worker starts: a check may have died with its browser. */
    async resume() {
      const running = (await backgroundTab.current())?.kind === KIND;
      await update((check) => (check.running === running ? check : { ...check, running }));
    },
  };
}
