// What the member has chosen. One record in storage.local; what is not valid in it is as if it had never been chosen.

export const PREFS_KEY = 'prefs';
/** Days between two reminders that the setting is on; 0: never. */
export const REMIND_EVERY = Object.freeze([1, 3, 7, 30, 0]);
export const SCHEDULES = Object.freeze(['off', 'weekly', 'daily']);
export const LANGUAGES = Object.freeze(['auto', 'en', 'de', 'fr']);
export const NAME_MAX = 60;
const NAMES_MAX = 100;
const AUTHORITY_MAX = 256;

/**
 * @typedef {object} Quiet no notification between these local times, "HH:MM"; over midnight when `from` is the later
 * @property {boolean} on
 * @property {string} from
 * @property {string} to
 *
 * @typedef {object} TimestampChoice
 * @property {boolean} on
 * @property {string} authority the address that is asked
 * @property {string | null} [second] another that is asked, too: a second witness, should the first be doubted
 *
 * @typedef {object} Prefs
 * @property {number} remindEvery one of REMIND_EVERY
 * @property {boolean} notify show reminders as notifications, too; needs the permission that is asked for with it
 * @property {Quiet} quiet
 * @property {'off' | 'weekly' | 'daily'} schedule look at the setting again without being asked
 * @property {boolean} pictures offer to record with a picture; one is taken only on a click
 * @property {TimestampChoice} timestamps
 * @property {'auto' | 'en' | 'de' | 'fr'} language of our pages
 * @property {boolean} recoveryNoted the member says that the recovery code is in a safe place
 * @property {boolean} pinNoted the member says that our button is pinned
 * @property {Record<string, string>} names the member's own, by pseudonym
 */

/** @type {Readonly<Prefs>} */
export const DEFAULTS = Object.freeze({
  remindEvery: 1,
  notify: false,
  quiet: Object.freeze({ on: false, from: '22:00', to: '08:00' }),
  schedule: 'off',
  pictures: true,
  timestamps: Object.freeze({ on: false, authority: 'https://freetsa.org/tsr' }),
  language: 'auto',
  recoveryNoted: false,
  pinNoted: false,
  names: Object.freeze({}),
});

const isObject = (/** @type {unknown} */ v) => typeof v === 'object' && v !== null && !Array.isArray(v);
const isTimeOfDay = (/** @type {unknown} */ v) => typeof v === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(v);
const isBoolean = (/** @type {unknown} */ v) => typeof v === 'boolean';

/** @param {unknown} v @returns {boolean} an address that a timestamp may be asked from */
export function isAuthority(v) {
  if (typeof v !== 'string' || v.length > AUTHORITY_MAX || !URL.canParse(v)) return false;
  const { protocol, username, password, hash } = new URL(v);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' && hash === '';
}

/** @param {unknown} v */
const isQuiet = (v) => {
  const quiet = /** @type {any} */ (v);
  return (
    isObject(v) && isBoolean(quiet.on) && isTimeOfDay(quiet.from) && isTimeOfDay(quiet.to) && quiet.from !== quiet.to
  );
};

/** @param {unknown} v */
const isTimestamps = (v) => {
  const choice = /** @type {any} */ (v);
  const second = choice?.second ?? null;
  const seconded = second === null || (isAuthority(second) && second !== choice.authority);
  return isObject(v) && isBoolean(choice.on) && isAuthority(choice.authority) && seconded;
};

/** Whom timestamps are asked from: one or two. @param {TimestampChoice} choice @returns {string[]} */
export const authoritiesOf = ({ authority, second }) => (second ? [authority, second] : [authority]);

/** @param {unknown} v */
const isNames = (v) =>
  isObject(v) &&
  Object.keys(/** @type {object} */ (v)).length <= NAMES_MAX &&
  Object.entries(/** @type {object} */ (v)).every(
    ([pseudonym, name]) =>
      /^[0-9a-f]{32}$/.test(pseudonym) && typeof name === 'string' && name !== '' && name.length <= NAME_MAX,
  );

/** @type {Readonly<Record<keyof Prefs, (v: any) => boolean>>} */
const VALID = Object.freeze({
  remindEvery: (v) => REMIND_EVERY.includes(v),
  notify: isBoolean,
  quiet: isQuiet,
  schedule: (v) => SCHEDULES.includes(v),
  pictures: isBoolean,
  timestamps: isTimestamps,
  language: (v) => LANGUAGES.includes(v),
  recoveryNoted: isBoolean,
  pinNoted: isBoolean,
  names: isNames,
});

/** @param {string} name @param {unknown} value @returns {boolean} */
export const isValidPref = (name, value) =>
  Object.hasOwn(VALID, name) && VALID[/** @type {keyof Prefs} */ (name)](value);

/** @param {unknown} stored @returns {Prefs} */
export function prefsFrom(stored) {
  const given = /** @type {any} */ (isObject(stored) ? stored : {});
  const names = /** @type {(keyof Prefs)[]} */ (Object.keys(DEFAULTS));
  return /** @type {any} */ (
    Object.fromEntries(names.map((name) => [name, isValidPref(name, given[name]) ? given[name] : DEFAULTS[name]]))
  );
}

/** @returns {Promise<Prefs>} */
export async function readPrefs() {
  return prefsFrom((await chrome.storage.local.get(PREFS_KEY))[PREFS_KEY]);
}
