// The welcome page, and later the setup page: what stands, what is missing, and the next thing to do, live.

import { clientInfo } from '../shared/client.js';
import { mayLook } from '../shared/access.js';
import { ask, askPatiently } from '../shared/host.js';
import { authoritiesOf, readPrefs } from '../shared/prefs.js';
import { readStamping, TIMESTAMPS_KEYS } from '../shared/stamping.js';
import { announce, byId, element, unsay } from '../shared/dom.js';
import { ALARM_ERRORS, CodedError } from '../shared/errors.js';
import { errorSentence, language, sayRefusal, t } from '../shared/i18n.js';
import { nextOf, registerCommand, stepsOf, summaryOf } from '../shared/health.js';
import { readStored, STORED_KEYS } from '../shared/stored.js';
import { exactTime } from '../shared/times.js';
import { viewOf } from '../shared/view.js';
import { commandRow } from './copy.js';
import { openPage, tell, tellAloud, whenStored } from './frame.js';
import { hostsOf, turnAccessOn, turnNotificationsOn, turnTimestampsOn } from './grants.js';

/** While the program is missing, look for it as often as this, so that the page changes by itself. */
const LOOK_MS = 4_000;
/** The window with the recovery code closes by itself a little sooner. */
const WINDOW_MS = 16 * 60_000;

/** @typedef {import('../shared/health.js').Step} Step */

const browser = (await clientInfo()).browser;
/** @type {import('../shared/health.js').Hello} */
let hello = null;
let shown = '';

/** @param {string} id @param {string} label @param {() => unknown} act @param {string} [look] */
function button(id, label, act, look = 'button') {
  const made = element('button', { class: look, type: 'button', id }, label);
  made.addEventListener('click', async () => {
    if (made.getAttribute('aria-disabled') === 'true') return;
    made.setAttribute('aria-disabled', 'true');
    await Promise.resolve(act()).finally(() => made.removeAttribute('aria-disabled'));
  });
  return made;
}

/** The step to take now: it alone has a filled button. @type {Step['id'] | null} */
let next = null;

/** @param {Step['id']} id */
const look = (id) => (id === next ? 'button button--primary' : 'button');

const row = (/** @type {Node[]} */ ...children) => element('div', { class: 'row' }, ...children);
const text = (/** @type {string} */ words) => element('p', {}, words);
const hint = (/** @type {string} */ words) => element('p', { class: 'hint' }, words);

const outcome = () => byId('outcome');

function accessBody() {
  const allow = button('access-allow', t('accessAllow'), () => turnAccessOn(outcome()), look('access'));
  return [text(t('accessWhy')), row(allow)];
}

/** What brings the program: the first of them is what to do now. @param {string | null} code */
function hostCommands(code) {
  const register = registerCommand(browser);
  if (code === 'host-missing')
    return [
      hint(t('installWhat')),
      commandRow('bash manifests/install.sh', look('host')),
      hint(t('installWhere')),
      hint(t('orRegister')),
      commandRow(register),
    ];
  return [hint(t('runThis')), commandRow(code === 'host-forbidden' ? register : 'consentlog doctor', look('host'))];
}

/** @param {Step} step */
function hostBody({ state, code, detail }) {
  if (state === 'wait') return [element('p', { class: 'busy' }, t('looking'))];
  if (state === 'done') return [text(t('hostFound', detail))];
  if (code === 'host-version') return [text(t('hostVersion', detail)), commandRow('consentlog doctor', look('host'))];
  return [text(errorSentence(code ?? '')), ...hostCommands(code), hint(t('hostLooksAgain'))];
}

/** @param {Step} step @param {boolean} logged is there a log yet? */
function keyringBody({ state, code }, logged) {
  if (state === 'wait') return [hint(t('stepFirst'))];
  if (state === 'done') return [text(logged ? t('keyringGood') : t('keyringReady'))];
  if (state === 'todo') {
    const unlock = button(
      'unlock',
      t(code === 'keyring-consent' ? 'agree' : 'unlock'),
      () => (announce(t('unlocking')), tellAloud(outcome(), 'unlock').finally(() => unsay(t('unlocking')))),
      look('keyring'),
    );
    return [text(errorSentence(code ?? '')), row(unlock)];
  }
  if (!ALARM_ERRORS.has(code ?? ''))
    return [text(errorSentence(code ?? '')), hint(t('runThis')), commandRow('consentlog doctor', look('keyring'))];
  return [
    text(errorSentence(code ?? '')),
    text(t('goOnSteps')),
    commandRow('consentlog verify', look('keyring')),
    commandRow('consentlog acknowledge'),
  ];
}

/** @param {Step} step @param {import('../shared/view.js').View} view */
function checkBody({ state, onward }, view) {
  const flipped = onward ? view.pending : null;
  const toOptOut = onward && !flipped;
  const now = button(
    'check-now',
    t(view.tasks?.checking ? 'checking' : flipped ? 'reloadConfirm' : 'checkNow'),
    async () => {
      const { ok, started } = await tellAloud(outcome(), 'check-now');
      if (ok && !started) outcome().textContent = t('checkBusy');
    },
    toOptOut ? 'button' : look('check'),
  );
  const open = button(
    'open-setting',
    t(toOptOut ? 'optOut' : 'openSetting'),
    () => tellAloud(outcome(), 'open-setting'),
    toOptOut ? look('check') : 'button',
  );
  if (flipped) return [text(`${t(`pendingTitle_${flipped}`)}.`), text(t(`pending_${flipped}`)), row(now, open)];
  const seen = view.lastSeen ? ` ${t('seenOn', exactTime(view.lastSeen, language()))}` : '';
  const known = view.settled ? ` ${t(`settled_${view.settled}`)}.` : '';
  const words = state === 'done' ? `${t(`headline_${view.kind}`)}.${known}${seen}` : t('checkWhy');
  /* Newspapers have told people to switch it on to opt out: what it means stands beside it. */
  const means = state === 'done' && !['unknown', 'empty'].includes(view.kind) ? [text(t(`meaning_${view.kind}`))] : [];
  return [text(words), ...means, ...(toOptOut ? [text(t('next_on')), row(open, now)] : [row(now, open)])];
}

/** Is the window with the code open? */
let codeShown = false;
/** What is said of it. */
let codeWords = '';

/** @param {string} words */
function sayOfCode(words) {
  codeWords = words;
  byId('recovery-said').textContent = words;
  if (words) announce(words);
}

/** The program shows the code in a window of the desktop's own; no page ever has it. It is answered when the window is closed. */
async function showCode() {
  if (codeShown) return;
  codeShown = true;
  sayOfCode(t('recoveryShown'));
  const wanted = { language: language().slice(0, 2) };
  const answer = await askPatiently('recovery.show', wanted, WINDOW_MS).catch((error) => ({
    code: error instanceof CodedError ? error.code : 'host-crashed',
  }));
  codeShown = false;
  sayOfCode(answer.code ? errorSentence(answer.code) : answer.shown ? '' : t('recoveryNoWindow'));
  if (answer.noted) await tellAloud(outcome(), 'prefs', { change: { recoveryNoted: true } });
}

/** @param {Step} step */
function recoveryBody({ state }) {
  if (state === 'wait') return [text(t('recoveryLater'))];
  const noted = state === 'done';
  const label = noted ? t('recoveryForget') : t('recoveryDone');
  const done = button('recovery-noted', label, () =>
    tellAloud(outcome(), 'prefs', { change: { recoveryNoted: !noted } }),
  );
  const show = button('recovery-show', t('recoveryShow'), showCode, look('recovery'));
  return [
    text(t('recoveryWhy')),
    row(show, done),
    element('p', { id: 'recovery-said' }, codeWords),
    hint(t('recoveryTerminal')),
    commandRow('consentlog recovery show'),
    hint(t('recoveryNever')),
  ];
}

function pinBody() {
  const family = browser === 'firefox' ? 'firefox' : 'chromium';
  const picture = element('img', { class: 'pin', src: `../icons/pin-${family}.svg`, alt: t('pinPicture') });
  const done = button(
    'pin-noted',
    t('pinDone'),
    () => tellAloud(outcome(), 'prefs', { change: { pinNoted: true } }),
    look('pin'),
  );
  return [text(t('pinWhy')), text(t(`pinHow_${family}`)), picture, row(done)];
}

/** Is our button out of sight? A browser that cannot tell is not asked twice. @param {import('../shared/prefs.js').Prefs} prefs */
async function isHidden(prefs) {
  const settings = await chrome.action.getUserSettings?.().catch(() => null);
  return !prefs.pinNoted && settings?.isOnToolbar === false;
}

/** @param {Step} step */
function remindersBody({ state }) {
  const options = element('a', { href: 'options.html#reminders' }, t('reminderOptions'));
  if (state === 'done') return [text(t('remindersGood')), row(options)];
  const on = button('notifications-on', t('notificationsOn'), () => turnNotificationsOn(outcome()));
  return [text(t('remindersWhy')), row(on, options)];
}

/** @param {Step} step @param {import('../shared/prefs.js').Prefs} prefs */
function timestampsBody({ state, code }, prefs) {
  const options = element('a', { href: 'options.html#timestamps' }, t('timestampOptions'));
  const authorities = authoritiesOf(prefs.timestamps);
  const host = hostsOf(authorities);
  if (code) {
    const again = () => tellAloud(outcome(), 'timestamp-now');
    return [text(errorSentence(code)), row(button('timestamp-now', t('tryAgain'), again, look('timestamps')), options)];
  }
  if (state === 'done') return [text(t('timestampsGood', host)), row(options)];
  const on = button('timestamps-on', t('timestampsOn'), () => turnTimestampsOn(outcome(), authorities));
  return [text(t('timestampsWhy')), element('p', { class: 'cost' }, t('timestampsCost', host)), row(on, options)];
}

/** @param {Step} step @param {number} index @param {Node[]} body */
function stepElement({ id, state, optional, onward }, index, body) {
  const mark = onward ? '→' : { done: '✓', bad: '!', todo: String(index + 1), wait: String(index + 1) }[state];
  const tone = onward ? 'on' : { done: 'good', bad: 'bad', todo: 'plain', wait: 'plain' }[state];
  const word = optional && state === 'todo' ? t('stepOptional') : t(onward ? 'step_todo' : `step_${state}`);
  return element(
    'li',
    { class: 'step', 'data-state': state, 'data-onward': String(onward), id: `step-${id}`, tabindex: '-1' },
    element('span', { class: 'step-mark', 'aria-hidden': 'true' }, mark),
    element(
      'div',
      { class: 'step-head' },
      element('h2', {}, t(`stepTitle_${id}`)),
      element('span', { class: 'pill', 'data-tone': tone }, word),
    ),
    element('div', { class: 'step-body' }, ...body),
  );
}

/** @param {Step[]} steps */
function showSummary(steps) {
  const { done, needed, bad } = summaryOf(steps);
  const words = done === needed && bad === 0 ? t('healthGood') : t('healthSome', done, needed);
  const fill = element('span', { class: 'meter-fill' });
  fill.style.width = `${(100 * done) / needed}%`;
  byId('summary').replaceChildren(element('span', { class: 'meter', 'aria-hidden': 'true' }, fill), words);
  return words;
}

async function show() {
  const [stored, prefs, stamping, looks, mayNotify] = await Promise.all([
    readStored(),
    readPrefs(),
    readStamping(),
    mayLook(),
    chrome.permissions.contains({ permissions: ['notifications'] }),
  ]);
  const hidden = await isHidden(prefs);
  const view = viewOf(stored);
  const onward = view.kind === 'on' || view.pending !== null;
  const steps = stepsOf({
    hello,
    stored,
    prefs,
    mayLook: looks,
    mayNotify,
    stampError: stamping.error,
    hidden,
    onward,
  });
  const anew = JSON.stringify([steps, view, prefs.timestamps]);
  if (anew === shown) return;
  next = nextOf(steps);
  const at = document.activeElement;
  const [focused, within] = [at?.id, at?.closest('.step')?.id];
  /** @type {Record<Step['id'], (step: Step) => Node[]>} */
  const bodies = {
    access: accessBody,
    host: hostBody,
    keyring: (step) => keyringBody(step, (stored.log.status?.size ?? 0) > 0),
    check: (step) => checkBody(step, view),
    recovery: recoveryBody,
    pin: pinBody,
    reminders: remindersBody,
    timestamps: (step) => timestampsBody(step, prefs),
  };
  byId('steps').replaceChildren(...steps.map((step, index) => stepElement(step, index, bodies[step.id](step))));
  // A button that has done its work is gone: then its step is where the member is.
  if (within) (document.getElementById(focused ?? '') ?? document.getElementById(within))?.focus();
  const words = showSummary(steps);
  if (shown !== '') announce(words);
  shown = anew;
}

/** Is the program there, and which? */
async function lookForHost() {
  const before = JSON.stringify(hello);
  hello = await ask('hello').catch((error) => ({ code: error instanceof CodedError ? error.code : 'host-crashed' }));
  if (JSON.stringify(hello) !== before && hello && !('code' in hello)) await sayRefusal(outcome(), tell('refresh'));
  await show();
}

await openPage('welcome.html', 'healthTitle');
whenStored([...STORED_KEYS, 'prefs', ...TIMESTAMPS_KEYS], () => void show());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void lookForHost();
});
setInterval(() => {
  if (document.visibilityState === 'visible' && hello && 'code' in hello) void lookForHost();
}, LOOK_MS);
await show();
await lookForHost();
