// How things stand, step by step, for the welcome page and the setup page, which are one. Pure.

import { HOST_ERRORS, UNLOCKABLE_ERRORS } from './errors.js';

/** The protocol that this extension speaks. */
const PROTOCOL = 1;

/**
 * @typedef {'done' | 'todo' | 'bad' | 'wait'} StepState wait: something before it must be done first
 * @typedef {object} Step
 * @property {'access' | 'host' | 'keyring' | 'check' | 'recovery' | 'pin' | 'reminders' | 'timestamps'} id
 * @property {StepState} state
 * @property {boolean} optional
 * @property {boolean} onward done, and what it showed asks for something on LinkedIn's page
 * @property {string | null} code of the error, if there is one
 * @property {string} detail
 *
 * What `hello` answered, or why it did not.
 * @typedef {{version: string, protocol: number} | {code: string} | null} Hello
 *
 * @typedef {object} Known
 * @property {Hello} hello null: not asked yet
 * @property {import('./types.js').Stored} stored
 * @property {import('./prefs.js').Prefs} prefs
 * @property {boolean} mayNotify
 * @property {boolean} [hidden] the browser does not show our button, and the member has not said that it is pinned
 * @property {boolean} [mayLook] at LinkedIn's settings; true where it is not said
 * @property {boolean} [onward] the setting is on, or a flip is not confirmed
 * @property {string | null} stampError of the last attempt
 */

/** @param {Partial<Step> & Pick<Step, 'id' | 'state'>} given @returns {Step} */
const step = (given) => ({ optional: false, onward: false, code: null, detail: '', ...given });

/** @param {Hello} hello @returns {Step} */
function hostStep(hello) {
  if (!hello) return step({ id: 'host', state: 'wait' });
  if ('code' in hello) return step({ id: 'host', state: 'bad', code: hello.code });
  if (hello.protocol !== PROTOCOL)
    return step({ id: 'host', state: 'bad', code: 'host-version', detail: hello.version });
  return step({ id: 'host', state: 'done', detail: hello.version });
}

/** @param {Known} known @param {boolean} hosted @returns {Step} */
function keyringStep({ stored: { log } }, hosted) {
  const code =
    log.error && !HOST_ERRORS.has(log.error)
      ? log.error
      : [log.status?.keyring, log.status?.log].find((one) => one && one !== 'ok' && one !== 'log-absent');
  if (!hosted || (!log.status && !code)) return step({ id: 'keyring', state: 'wait' });
  if (!code) return step({ id: 'keyring', state: 'done' });
  return step({ id: 'keyring', state: UNLOCKABLE_ERRORS.has(code) ? 'todo' : 'bad', code });
}

/** @param {Known} known @returns {Step} */
function checkStep({ stored: { log, last }, onward = false }) {
  const checked =
    (log.status?.accounts ?? []).some(({ state }) => state !== null) || (last !== null && last.settled !== null);
  return step({ id: 'check', state: checked ? 'done' : 'todo', onward: checked && onward });
}

/** @param {Known} known @returns {Step[]} in the order in which they are taken */
export function stepsOf(known) {
  const { prefs, mayLook = true, mayNotify, stampError, hidden = false } = known;
  const host = hostStep(known.hello);
  const logged = (known.stored.log.status?.size ?? 0) > 0;
  const stamping = prefs.timestamps.on ? (stampError ? 'bad' : 'done') : 'todo';
  return [
    // Browsers allow it when they install us: there is a step only where it is missing.
    ...(mayLook ? [] : [step({ id: 'access', state: 'todo' })]),
    host,
    keyringStep(known, host.state === 'done'),
    checkStep(known),
    step({ id: 'recovery', state: prefs.recoveryNoted ? 'done' : logged ? 'todo' : 'wait' }),
    ...(hidden ? [step({ id: 'pin', optional: true, state: 'todo' })] : []),
    step({ id: 'reminders', optional: true, state: prefs.notify && mayNotify ? 'done' : 'todo' }),
    step({ id: 'timestamps', optional: true, state: stamping, code: prefs.timestamps.on ? stampError : null }),
  ];
}

/** @param {Step[]} steps @returns {{done: number, needed: number, bad: number}} of those that are not optional */
export function summaryOf(steps) {
  const needed = steps.filter(({ optional }) => !optional);
  return {
    done: needed.filter(({ state, onward }) => state === 'done' && !onward).length,
    needed: needed.length,
    bad: steps.filter(({ state }) => state === 'bad').length,
  };
}

/** The one to take now: what is needed, an opt-out among it, then what fails, then what may be. @param {Step[]} steps @returns {Step['id'] | null} */
export function nextOf(steps) {
  const open = steps.filter(({ state, onward }) => onward || state === 'todo' || state === 'bad');
  const first = open.find(({ optional }) => !optional) ?? open.find(({ state }) => state === 'bad') ?? open[0];
  return first?.id ?? null;
}

/** Names of `consentlog register --browser` by the names of shared/client.js. */
const REGISTERED_AS = Object.freeze(
  /** @type {Record<string, string>} */ ({
    chromium: 'chromium',
    chrome: 'google-chrome',
    edge: 'microsoft-edge',
    brave: 'brave',
    vivaldi: 'vivaldi',
    opera: 'opera',
    firefox: 'firefox',
  }),
);

/** @param {string} browser @returns {string} the exact command that tells this browser where the program is */
export function registerCommand(browser) {
  const name = Object.hasOwn(REGISTERED_AS, browser) ? REGISTERED_AS[browser] : null;
  return name ? `consentlog register --browser ${name}` : 'consentlog register';
}
