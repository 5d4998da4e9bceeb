// Which messages stand below the state, in the order of their weight. Pure: what is said, not how it looks.

import { isAnswered } from './view.js';

/**
 * @typedef {object} Action
 * @property {string} id the message to the background
 * @property {string} label key of the button's words
 * @property {{account: string, number: number}} [named] the button has the name of this account instead
 * @property {object} [more] what goes with the message
 * @property {string} [page] of ours that the button opens instead
 * @property {boolean} [filled] the one thing to do now
 *
 * @typedef {object} Notice
 * @property {string} id
 * @property {'attention' | 'caution' | 'know' | 'plain'} tone an alarm, something to do here, something to know, what passes
 * @property {string} title key
 * @property {string} [account] whose: named where there are several
 * @property {import('./i18n.js').Sentence[]} sentences
 * @property {boolean} [list] the sentences are names: they stand in one line
 * @property {{before: string, text: string}[]} commands
 * @property {Action[]} actions
 */

const REGISTER = { before: 'runThis', text: 'consentlog register' };
const INSTALL = { before: 'installWhat', text: 'bash manifests/install.sh' };
const REGISTER_AFTER = { before: 'orRegister', text: 'consentlog register' };
const VERIFY = { before: 'alarmMeans', text: 'consentlog verify' };
const DOCTOR = { before: 'runThis', text: 'consentlog doctor' };

const REFRESH = { id: 'refresh', label: 'tryAgain' };
const UNLOCK = { id: 'unlock', label: 'unlock', filled: true };
const AGREE = { ...UNLOCK, label: 'agree' };
const SETUP = { id: 'setup', label: 'setupOpen', page: 'welcome.html#step-host', filled: true };
/** The one advice on a log that is not as it was left stands on the setup page. */
const GO_ON = { id: 'go-on', label: 'goOn', page: 'welcome.html#step-keyring', filled: true };
const HISTORY = { id: 'history', label: 'historyTitle', page: 'history.html' };

/** As many documents are named; the page has them all. */
const NAMED = 3;

/** @param {Partial<Notice> & Pick<Notice, 'id' | 'tone' | 'title'>} given @returns {Notice} */
const notice = (given) => ({ sentences: [], commands: [], actions: [], ...given });

/** @param {string} code */
function commandsFor(code) {
  if (code === 'host-missing') return [INSTALL, REGISTER_AFTER];
  return code === 'host-forbidden' ? [REGISTER] : [DOCTOR];
}

/** @param {import('./view.js').View} view @returns {Notice | null} */
function troubleNotice({ trouble }) {
  if (!trouble) return null;
  const { code, kind } = trouble;
  const made = { id: 'trouble', tone: /** @type {const} */ ('caution'), title: `trouble_${kind}` };
  const sentences = [{ error: code }];
  if (kind === 'alarm')
    return notice({
      ...made,
      tone: 'attention',
      sentences,
      commands: [VERIFY],
      actions: [GO_ON, HISTORY],
    });
  if (code === 'keyring-consent') return notice({ ...made, title: 'trouble_consent', sentences, actions: [AGREE] });
  if (kind === 'locked') return notice({ ...made, sentences, actions: [UNLOCK] });
  if (code === 'host-missing')
    return notice({ ...made, title: 'trouble_missing', commands: commandsFor(code), actions: [SETUP, REFRESH] });
  return notice({ ...made, sentences, commands: commandsFor(code), actions: [REFRESH] });
}

/** @param {import('./view.js').View} view @returns {Notice | null} */
function warningNotice(view) {
  const { warning, warnedAccount } = view;
  if (!warning) return null;
  const which = warning.undone ? 'undone' : warning.state;
  return notice({
    id: 'warning',
    tone: warning.state !== 'on' || isAnswered(view) ? 'know' : 'attention',
    title: `warningTitle_${which}`,
    account: warnedAccount ?? '',
    sentences: [{ key: `warning_${which}`, time: warning.at }],
    actions: [{ id: 'warning-seen', label: 'seen', more: { account: warnedAccount ?? '', seq: warning.seq } }],
  });
}

/** @param {import('./view.js').View} view @returns {Notice | null} */
function accessNotice({ allowed }) {
  if (allowed) return null;
  return notice({
    id: 'access',
    tone: 'attention',
    title: 'accessTitle',
    sentences: [{ key: 'accessWhy' }],
    actions: [{ id: 'access-open', label: 'accessOpen', page: 'welcome.html#step-access', filled: true }],
  });
}

/** @param {import('./view.js').View} view @returns {Notice | null} */
function pendingNotice({ pending }) {
  if (!pending) return null;
  return notice({
    id: 'pending',
    tone: 'caution',
    title: `pendingTitle_${pending}`,
    sentences: [{ key: `pending_${pending}` }],
    actions: [{ id: 'confirm', label: 'reloadConfirm', filled: true }],
  });
}

/** Words that nobody has published: only the member can say what they mean. @param {import('./view.js').View} view @returns {Notice | null} */
function wordsNotice({ asks }) {
  if (!asks) return null;
  const { words, reading, answered } = asks;
  const more = { reading };
  return notice({
    id: 'words',
    tone: answered ? 'plain' : 'caution',
    title: answered ? 'asksAnswered' : 'asksTitle',
    sentences: [{ key: 'asksWords', words }, { key: 'asksQuestion' }, { key: 'asksWhat' }],
    actions: [
      { id: 'wording-yes', label: 'asksYes', more },
      { id: 'wording-no', label: 'asksNo', more },
      ...(answered ? [{ id: 'wording-unsure', label: 'asksUnsure', more }] : []),
    ],
  });
}

/** The page names nobody: only the member can say whose account it is. @param {import('./view.js').View} view @returns {Notice | null} */
function whoseNotice({ whose }) {
  if (!whose) return null;
  const { reading, said, accounts, more } = whose;
  return notice({
    id: 'whose',
    tone: said ? 'plain' : 'know',
    title: said ? 'whoseSaid' : 'whoseTitle',
    sentences: [said ? { key: 'whoseHolds' } : { key: 'whoseWhy' }],
    actions: [
      ...accounts.map((named) => ({
        id: 'account-said',
        label: 'account',
        named,
        more: { reading, account: named.account },
      })),
      { id: 'account-new', label: more ? 'whoseOther' : 'whoseNew', more: { reading } },
      ...(said ? [{ id: 'account-unsure', label: 'asksUnsure', more: { reading } }] : []),
    ],
  });
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
function waitingNotice({ waiting, trouble }) {
  if (waiting === 0 || trouble) return null; // why they wait is said already
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
      tone: /** @type {const} */ ('know'),
      title: 'changedTitle',
      list: true,
      sentences: [
        ...changed.slice(0, NAMED).map((id) => ({ key: `document_${id}` })),
        ...(changed.length > NAMED ? [{ plural: 'andDocuments', count: changed.length - NAMED }] : []),
      ],
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

const whoseUnsaid = (/** @type {import('./view.js').View} */ view) => (view.whose?.said ? null : whoseNotice(view));
/** What was answered waits for all else. */
const whoseSaid = (/** @type {import('./view.js').View} */ view) => (view.whose?.said ? whoseNotice(view) : null);

/** @param {import('./view.js').View} view @returns {Notice[]} */
export function noticesOf(view) {
  const warned = isAnswered(view)
    ? [accessNotice, pendingNotice, warningNotice]
    : [warningNotice, accessNotice, pendingNotice];
  const first = [...warned, troubleNotice, wordsNotice, whoseUnsaid].map((make) => make(view));
  const last = [problemsNotice, fullNotice, waitingNotice, whoseSaid].map((make) => make(view));
  return [
    ...first,
    ...taskNotices(view.tasks, view.kind === 'unknown' ? view.reason : null).map(notice),
    ...reminderNotices(view),
    ...last,
  ].filter((made) => made !== null);
}
