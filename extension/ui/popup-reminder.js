// The popup's part on reminders: when the next one comes, and the snooze.

import { byId, element } from '../shared/dom.js';
import { language, t } from '../shared/i18n.js';
import { exactTime } from '../shared/times.js';

/** @typedef {import('../shared/view.js').ReminderView} ReminderView */

/** @param {ReminderView} reminder */
function words({ next, snoozedUntil }) {
  const at = (/** @type {number} */ time) => exactTime(new Date(time).toISOString(), language());
  if (snoozedUntil !== null) return t('reminderSnoozed', at(snoozedUntil));
  return next === null ? t('reminderNone') : t('reminderNext', at(next));
}

/**
 * @param {ReminderView} reminder
 * @param {(type: string, more?: object) => Promise<void>} tell
 */
export function showReminder(reminder, tell) {
  /** @param {number} days @param {string} label */
  const button = (days, label) => {
    const made = element('button', { class: 'button button--quiet', type: 'button', id: `snooze ${days}` }, label);
    made.addEventListener('click', () => void tell('snooze', { days }));
    return made;
  };
  const snoozed = reminder.snoozedUntil !== null;
  const actions = byId('reminder-actions');
  byId('reminder-next').textContent = words(reminder);
  actions.hidden = !snoozed && !reminder.any;
  const offer = snoozed ? 'end' : 'begin';
  if (actions.dataset.offer === offer) return; // a button that is being pressed stays
  actions.dataset.offer = offer;
  actions.replaceChildren(
    ...(snoozed ? [button(0, t('snoozeEnd'))] : [button(1, t('snoozeDay')), button(7, t('snoozeWeek'))]),
  );
}
