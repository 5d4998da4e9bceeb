// Which messages stand below the state, in the order of their weight. Pure: what is said, not how it looks.

/**
 * @typedef {object} Action
 * @property {string} id the message to the background
 * @property {string} label key of the button's words
 * @property {object} [more] what goes with the message
 * @property {string} [page] of ours that the button opens instead
 *
 * @typedef {object} Notice
 * @property {string} id
 * @property {'attention' | 'caution' | 'plain'} tone
 * @property {string} title key
 * @property {string} [account] whose: named where there are several
 * @property {import('./i18n.js').Sentence[]} sentences
 * @property {{before: string, text: string}[]} commands
 * @property {Action[]} actions
 */

const REGISTER = { before: 'runThis', text: 'consentlog register' };
const INSTALL = { before: 'orInstall', text: 'bash manifests/install.sh' };
const DOCTOR = { before: 'runThis', text: 'consentlog doctor' };
const VERIFY = { before: 'runThis', text: 'consentlog verify' };

const REFRESH = { id: 'refresh', label: 'tryAgain' };
const UNLOCK = { id: 'unlock', label: 'unlock' };

/** @param {Partial<Notice> & Pick<Notice, 'id' | 'tone' | 'title'>} given @returns {Notice} */
const notice = (given) => ({ sentences: [], commands: [], actions: [], ...given });

/** @param {NonNullable<import('./view.js').View['trouble']>} trouble */
function commandsFor({ code, kind }) {
  if (code === 'host-missing') return [REGISTER, INSTALL];
  if (code === 'host-forbidden') return [REGISTER];
  if (kind === 'alarm') return [VERIFY];
  return kind === 'locked' ? [] : [DOCTOR];
}

/** @param {import('./view.js').View} view @returns {Notice | null} */
function troubleNotice({ trouble }) {
  if (!trouble) return null;
  const { code, kind } = trouble;
  return notice({
    id: 'trouble',
    tone: kind === 'alarm' ? 'attention' : 'caution',
    title: `trouble_${kind}`,
    sentences: [{ error: code }],
    commands: commandsFor(trouble),
    actions: [kind === 'locked' ? UNLOCK : REFRESH],
  });
}

/** @param {import('./view.js').View} view @returns {Notice | null} */
function warningNotice({ warning, warnedAccount }) {
  if (!warning) return null;
  const key = warning.undone ? 'warning_undone' : `warning_${warning.state}`;
  return notice({
    id: 'warning',
    tone: 'attention',
    title: 'warningTitle',
    account: warnedAccount ?? '',
    sentences: [{ key, time: warning.at }],
    actions: [{ id: 'warnings-seen', label: 'seen' }],
  });
}

/** @param {import('./view.js').View} view @returns {Notice | null} */
function pendingNotice({ pending }) {
  if (!pending) return null;
  return notice({ id: 'pending', tone: 'caution', title: 'pendingTitle', sentences: [{ key: `pending_${pending}` }] });
}

/** @param {import('./view.js').View} view @returns {Notice | null} */
function problemsNotice({ problems, problemCode }) {
  if (problems === 0) return null;
  return notice({
    id: 'problems',
    tone: 'caution',
    title: 'problemsTitle',
    sentences: [{ plural: 'problems', count: problems }, { error: problemCode ?? '' }],
    actions: [
      { id: 'problems-retry', label: 'tryAgain' },
      { id: 'problems-discard', label: 'discard' },
    ],
  });
}

/** @param {import('./view.js').View} view @returns {Notice | null} */
function fullNotice({ thinned, lost }) {
  if (thinned + lost === 0) return null;
  const sentences = [];
  if (thinned > 0) sentences.push({ plural: 'thinned', count: thinned });
  if (lost > 0) sentences.push({ plural: 'lost', count: lost });
  return notice({
    id: 'full',
    tone: 'caution',
    title: 'fullTitle',
    sentences,
    actions: [{ id: 'counts-seen', label: 'seen' }],
  });
}

/** @param {import('./view.js').View} view @returns {Notice | null} */
function waitingNotice({ waiting }) {
  if (waiting === 0) return null;
  return notice({
    id: 'waiting',
    tone: 'plain',
    title: 'waitingTitle',
    sentences: [{ plural: 'waiting', count: waiting }],
  });
}

/** @param {import('./view.js').View} view @returns {Notice[]} */
const reminderNotices = ({ reminder, tasks }) =>
  reminder.open
    .filter(({ cause }) => cause !== 'document' || tasks.changed.length === 0)
    .map(({ key, cause, account }) =>
      notice({
        id: `remind-${key}`,
        tone: 'caution',
        title: `remind_${cause}`,
        account,
        sentences: [{ key: `remindText_${cause}` }],
        actions: [{ id: 'reminder-seen', label: 'seen', more: { key } }],
      }),
    );

/** Why a check saw nothing, in words; the observation's own reasons have a sentence already. @param {string} why */
const reasonKey = (why) =>
  ['not-loaded', 'closed', 'no-tab', 'unknown'].includes(why) ? `check_${why}` : `reason_${why}`;

/**
 * @param {import('./view.js').TasksView} tasks
 * @param {string | null} said the reason that is shown already, beside the state
 * @returns {(Partial<Notice> & Pick<Notice, 'id' | 'tone' | 'title'>)[]}
 */
export function taskNotices({ failed, waiting, changed }, said) {
  const notices = [];
  if (changed.length > 0) {
    notices.push({
      id: 'changed',
      tone: /** @type {const} */ ('attention'),
      title: 'changedTitle',
      sentences: changed.map((id) => ({ key: `document_${id}` })),
      actions: [
        { id: 'show-changes', label: 'showChanges', page: 'documents.html' },
        { id: 'documents-seen', label: 'seen' },
      ],
    });
  }
  if (failed && failed !== said) {
    notices.push({
      id: 'check',
      tone: /** @type {const} */ ('caution'),
      title: 'checkFailedTitle',
      sentences: [{ key: reasonKey(failed) }],
      actions: [{ id: 'check-seen', label: 'seen' }],
    });
  }
  if (waiting) {
    notices.push({
      id: 'schedule',
      tone: /** @type {const} */ ('plain'),
      title: 'scheduleWaitsTitle',
      sentences: [{ key: reasonKey(waiting.why) }, { key: 'scheduleNext', time: waiting.at }],
    });
  }
  return notices;
}

/** @param {import('./view.js').View} view @returns {Notice[]} */
export function noticesOf(view) {
  const first = [warningNotice, pendingNotice, troubleNotice].map((make) => make(view));
  const last = [problemsNotice, fullNotice, waitingNotice].map((make) => make(view));
  return [
    ...first,
    ...taskNotices(view.tasks, view.kind === 'unknown' ? view.reason : null).map(notice),
    ...reminderNotices(view),
    ...last,
  ].filter((made) => made !== null);
}
