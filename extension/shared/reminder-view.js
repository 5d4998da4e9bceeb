// What badge and popup show of the reminders, from what is stored. Pure.

/**
 * @typedef {import('../background/remind.js').Reminders} Reminders
 * @typedef {object} ReminderView
 * @property {{key: string, cause: string, account: string}[]} open what neither the state nor a warning says already
 * @property {number | null} next
 * @property {number | null} snoozedUntil
 * @property {boolean} any is there something that a snooze would silence?
 */

/** The state, the warnings, the headline and the notice of changed documents say the others. */
const SAID_HERE = new Set(['stale', 'reworded']);
const LASTING = new Set(['on', 'unknown', 'stale', 'unchecked']);

/** @param {Partial<Reminders> | null} reminders @returns {ReminderView} */
export function reminderView(reminders) {
  const standing = reminders?.standing ?? [];
  const answered = new Set(reminders?.answered ?? []);
  return {
    open: standing
      .filter(({ cause, key }) => SAID_HERE.has(cause) && !answered.has(key))
      .map(({ key, cause, account }) => ({ key, cause, account })),
    next: reminders?.next ?? null,
    snoozedUntil: reminders?.snoozedUntil ? reminders.snoozedUntil : null,
    any: standing.some(({ cause }) => LASTING.has(cause)),
  };
}
