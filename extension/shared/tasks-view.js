// What badge and popup say of checking again and of documents. Pure.

/**
 * @typedef {object} TasksView
 * @property {boolean} checking now, in a tab in the background
 * @property {string | null} failed why the last check that the member asked for saw nothing
 * @property {{why: string, at: string} | null} waiting scheduled checks have seen nothing: why, and when the next is
 * @property {string[]} changed documents whose text has changed and the member has not seen how
 * @property {{done: number, total: number, current: string | null} | null} keeping all documents, one after another
 */

/** @param {import('../background/schedule.js').Plan | null} plan */
function waitingOf(plan) {
  return plan && plan.failures > 0 && plan.why ? { why: plan.why, at: new Date(plan.at).toISOString() } : null;
}

/** @param {Partial<import('./view.js').Stored>} stored @returns {TasksView} */
export function tasksView({ check, plan, documents }) {
  return {
    checking: check?.running ?? false,
    failed: check?.outcome === 'failed' ? check.reason : null,
    waiting: waitingOf(plan?.plan ?? null),
    changed: Object.entries(documents?.changes ?? {}).filter(([, { seen }]) => !seen).map(([id]) => id),
    keeping: documents?.progress ?? null,
  };
}

/** Why a check saw nothing, in words; the observation's own reasons have a sentence already. @param {string} why */
const reasonKey = (why) => (['not-loaded', 'closed', 'no-tab', 'unknown'].includes(why) ? `check_${why}` : `reason_${why}`);

/**
 * @param {TasksView} tasks
 * @param {string | null} said the reason that is shown already, beside the state
 * @returns {(Partial<import('./notices.js').Notice> & Pick<import('./notices.js').Notice, 'id' | 'tone' | 'title'>)[]}
 */
export function taskNotices({ failed, waiting, changed }, said) {
  const notices = [];
  if (changed.length > 0) {
    notices.push({
      id: 'changed', tone: /** @type {const} */ ('attention'), title: 'changedTitle',
      sentences: changed.map((id) => ({ key: `document_${id}` })),
      actions: [{ id: 'show-changes', label: 'showChanges', page: 'documents.html' }, { id: 'documents-seen', label: 'seen' }],
    });
  }
  if (failed && failed !== said) {
    notices.push({
      id: 'check', tone: /** @type {const} */ ('caution'), title: 'checkFailedTitle', sentences: [{ key: reasonKey(failed) }],
      actions: [{ id: 'check-seen', label: 'seen' }],
    });
  }
  if (waiting) {
    notices.push({
      id: 'schedule', tone: /** @type {const} */ ('plain'), title: 'scheduleWaitsTitle',
      sentences: [{ key: reasonKey(waiting.why) }, { key: 'scheduleNext', time: waiting.at }],
    });
  }
  return notices;
}
