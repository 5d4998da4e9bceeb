// Keeps the plan of schedule.js: in storage, and as an alarm.

import { NO_PLAN } from '../../shared/stored.js';
import { createRecord } from '../record.js';
import { planAfterFailure, planAfterSight, planFor, SOON_MS } from './schedule.js';

export const SCHEDULE_ALARM = 'schedule';
/** An alarm of Chromium's cannot come sooner. */
const SOONEST_MS = 30_000;

/** @typedef {import('../../shared/types.js').Plan} Plan */

/** @param {{now?: () => number, chance?: () => number}} [parts] */
export function createPlanner({ now = Date.now, chance = Math.random } = {}) {
  const record = createRecord('plan', NO_PLAN);
  const given = () => ({ now: now(), chance: chance() });

  /** @param {number} at */
  const wake = (at) => chrome.alarms.create(SCHEDULE_ALARM, { when: Math.max(at, now() + SOONEST_MS) });

  /** @param {(plan: Plan | null) => Plan | null} next */
  async function change(next) {
    const { plan } = await record.update(({ plan: before }) => ({ plan: next(before) }));
    if (plan) await wake(plan.at);
    else await chrome.alarms.clear(SCHEDULE_ALARM);
  }

  return {
    /** @param {'off' | 'weekly' | 'daily'} schedule @param {number | null} lastSeen */
    choose: (schedule, lastSeen) => change((plan) => planFor(plan, schedule, { lastSeen, ...given() })),

    afterSight: () => change((plan) => plan && planAfterSight(plan, given())),

    /** @param {string} why */
    afterFailure: (why) => change((plan) => plan && planAfterFailure(plan, why, given())),

    /** Is it time? */
    async isDue() {
      const { plan } = await record.read();
      return plan !== null && now() >= plan.at;
    },

    /** It was time, but not the moment. */
    async later() {
      const { plan } = await record.read();
      if (plan) await wake(Math.max(plan.at, now() + SOON_MS));
    },
  };
}
