// The settings. Each control writes its own preference at once; the background keeps them, and what it keeps is shown.

import {
  authoritiesOf,
  isAuthority,
  LANGUAGES,
  NAME_MAX,
  readPrefs,
  REMIND_EVERY,
  SCHEDULES,
} from '../shared/prefs.js';
import { readStamping, TIMESTAMPS_KEYS } from '../shared/stamping.js';
import { AUTHORITIES } from '../shared/authorities.js';
import { announce, byId, element } from '../shared/dom.js';
import { errorSentence, language, t } from '../shared/i18n.js';
import { namesOf } from '../shared/names.js';
import { readStored } from '../shared/stored.js';
import { exactTime } from '../shared/times.js';
import { control, openPage, tell, tellAloud, whenStored } from './frame.js';
import { hostsOf, turnNotificationsOff, turnNotificationsOn, turnTimestampsOff, turnTimestampsOn } from './grants.js';

/** @typedef {import('../shared/prefs.js').Prefs} Prefs */

/** Languages call themselves by their own names everywhere. */
const LANGUAGE_NAMES = Object.freeze(
  /** @type {Record<string, string>} */ ({ en: 'English', de: 'Deutsch', fr: 'Français' }),
);

let prefs = await readPrefs();

const outcome = () => byId('outcome');

/** @param {string} words */
function say(words) {
  outcome().textContent = words;
}

/** What is being kept, and how often something was: meanwhile what is stored is not what was chosen. */
let [keeping, kept] = [0, 0];

/** @template T @param {() => Promise<T>} keep @returns {Promise<T>} */
async function whileKept(keep) {
  [keeping, kept] = [keeping + 1, kept + 1];
  try {
    return await keep();
  } finally {
    keeping -= 1;
  }
}

/** @param {Partial<Prefs>} change what is chosen next builds on it, though it is not stored yet */
async function set(change) {
  prefs = { ...prefs, ...change };
  const { ok } = await whileKept(() => tellAloud(outcome(), 'prefs', { change }));
  if (ok) announce(t('saved'));
  return show(); // what could not be kept is not what is so
}

/** @param {string} id @param {{value: string, label: string}[]} options @param {(value: string) => void} chosen */
function choice(id, options, chosen) {
  const select = control(id);
  select.replaceChildren(...options.map(({ value, label }) => element('option', { value }, label)));
  select.addEventListener('change', () => chosen(select.value));
}

/** @param {number} days */
function every(days) {
  if (days === 0) return t('every_never');
  return days === 1 ? t('every_day') : t('every_days', days);
}

function quietChanged() {
  const quiet = { on: control('quiet-on').checked, from: control('quiet-from').value, to: control('quiet-to').value };
  if (quiet.from === quiet.to || !quiet.from || !quiet.to) return say(t('quietWrong'));
  return set({ quiet });
}

async function notifyChanged() {
  const turn = control('notify').checked ? turnNotificationsOn : turnNotificationsOff;
  await whileKept(async () => void (await turn(outcome())));
  return show(); // what was refused is not what is so
}

/** @param {string} name @returns {string} the value of the radio button that is chosen */
const chosen = (name) => /** @type {any} */ (document.querySelector(`input[name="${name}"]:checked`))?.value ?? '';

/** @param {'authority' | 'second'} name @returns {string} the address that is chosen, or typed; '' for no second one */
const addressOf = (name) => (chosen(name) === 'own' ? control(`${name}-own`).value.trim() : chosen(name));

/** @returns {string[] | null} the addresses that are chosen in the form, one or two; null: one is chosen that is none */
function chosenAuthorities() {
  const [first, second] = [addressOf('authority'), addressOf('second')];
  if (!isAuthority(first) || (chosen('second') !== '' && !isAuthority(second))) return null;
  return second !== '' && second !== first ? [first, second] : [first];
}

async function turnTimestamps() {
  const before = authoritiesOf(prefs.timestamps);
  if (prefs.timestamps.on) return turnTimestampsOff(outcome(), before);
  const authorities = chosenAuthorities();
  if (authorities === null) return say(t('authorityWrong'));
  return turnTimestampsOn(outcome(), authorities);
}

/** Kept at once, like every choice. Another authority while they are on is asked for permission, too. */
async function authorityChanged() {
  const authorities = chosenAuthorities();
  const before = authoritiesOf(prefs.timestamps);
  showChoice();
  if (!authorities || String(authorities) === String(before)) return;
  const [authority, second = null] = authorities;
  if (!prefs.timestamps.on) return set({ timestamps: { on: false, authority, second } });
  const isOn = await whileKept(() => turnTimestampsOn(outcome(), authorities, before));
  if (!isOn) chooseStored(prefs.timestamps);
  await show();
}

/** @param {'authority' | 'second'} group @param {string} value @param {string} by @param {string} name @param {...Element} more what is said of it */
function authorityRadio(group, value, by, name, ...more) {
  const id = `${group}-${by}-radio`;
  const about = more.map(({ id: hint }) => hint).join(' ');
  const radio = element('input', {
    type: 'radio',
    name: group,
    id,
    value,
    ...(about && { 'aria-describedby': about }),
  });
  radio.addEventListener('change', () => void authorityChanged());
  return element('div', { class: 'check' }, radio, element('label', { for: id }, name), ...more);
}

/** Who it is, and what it is in law. @param {string} by @param {boolean | null} qualified null: not known */
const hints = (by, qualified) =>
  [t(`authority_${by}`), ...(qualified === null ? [] : [t(qualified ? 'lawQualified' : 'lawPlain')])].map((words, i) =>
    element('p', { class: 'hint', id: `about-${by}-${i}` }, words),
  );

/** Two addresses of one host are one authority. @param {string} one @param {string} other */
const isSame = (one, other) =>
  one === other || (isAuthority(one) && isAuthority(other) && new URL(one).host === new URL(other).host);

/** A second witness is chosen as the first is, but none is the rule; what each is has been said. */
function authorityRadios() {
  const all = [...AUTHORITIES, { url: 'own', name: t('authorityOther'), by: 'own', qualified: null }];
  const firsts = all.map(({ url, name, by, qualified }) =>
    authorityRadio('authority', url, by, name, ...hints(by, qualified)),
  );
  const seconds = all.map(({ url, name, by }) => authorityRadio('second', url, by, name));
  byId('authorities').replaceChildren(...firsts);
  byId('seconds').replaceChildren(authorityRadio('second', '', 'none', t('secondNone')), ...seconds);
}

/** What is chosen, and what follows from it. */
function showChoice() {
  const first = chosen('authority');
  for (const radio of /** @type {any} */ (document.querySelectorAll('input[name="second"]')))
    radio.disabled = isSame(radio.value, first) && first !== 'own';
  if (isSame(chosen('second'), first) && first !== 'own') control('second-none-radio').checked = true;
  const authorities = chosenAuthorities();
  byId('timestamps-cost').textContent = authorities ? t('timestampsCost', hostsOf(authorities)) : t('authorityWrong');
  byId('authority-address').hidden = first !== 'own';
  byId('second-address').hidden = chosen('second') !== 'own';
}

/** @param {'authority' | 'second'} group @param {string} address '' for none */
function choose(group, address) {
  const known = address === '' || AUTHORITIES.some(({ url }) => url === address);
  /** @type {any} */ (document.querySelector(`input[name="${group}"][value="${known ? address : 'own'}"]`)).checked =
    true;
  if (!known) control(`${group}-own`).value = address;
}

/** @param {Prefs['timestamps']} kept */
function chooseStored({ authority, second }) {
  choose('authority', authority);
  choose('second', second ?? '');
  showChoice();
}

/** Is an address still to be typed, or being typed? Then what is stored is not what is meant. */
const isTyping = () =>
  (chosen('authority') !== '' && chosenAuthorities() === null) || document.activeElement?.matches('input[type="url"]');

/** Folded until wanted: by a link that leads here, or by an address that is not one of those offered. */
function unfold() {
  const own = chosen('authority') === 'own' || chosen('second') === 'own';
  if (own || location.hash === '#timestamps') /** @type {any} */ (byId('timestamps-more')).open = true;
}

/** @param {Prefs} given */
async function showTimestamps({ timestamps }) {
  const { on } = timestamps;
  if (!isTyping()) chooseStored(timestamps);
  unfold();
  const { error } = await readStamping();
  const last = /** @type {any} */ ((await readStored()).log.status)?.timestamps;
  const words = [on ? t('timestampsAreOn') : t('timestampsAreOff')];
  if (last?.last_time) words.push(t('timestampLast', exactTime(last.last_time, language())));
  if (on && error) words.push(errorSentence(error));
  byId('timestamps-state').textContent = words.join(' ');
  byId('timestamps-turn').textContent = on ? t('timestampsTurnOff') : t('timestampsOn');
  byId('timestamp-now').hidden = !on;
}

/** @param {string} pseudonym @param {string} name */
function nameChanged(pseudonym, name) {
  const others = Object.fromEntries(Object.entries(prefs.names).filter(([one]) => one !== pseudonym));
  const wanted = name.trim().slice(0, NAME_MAX);
  return set({ names: wanted ? { ...others, [pseudonym]: wanted } : others });
}

async function showAccounts() {
  const accounts = ((await readStored()).log.status?.accounts ?? []).filter(({ pseudonym }) => pseudonym !== null);
  const numbered = namesOf(accounts, {});
  const rows = accounts.map(({ pseudonym, last_seen: seen }, index) => {
    const id = `account-${index}`;
    const input = /** @type {any} */ (
      element('input', { type: 'text', id, maxlength: String(NAME_MAX), autocomplete: 'off' })
    );
    input.value = prefs.names[/** @type {string} */ (pseudonym)] ?? '';
    input.addEventListener('change', () => void nameChanged(/** @type {string} */ (pseudonym), input.value));
    const label = element(
      'label',
      { for: id },
      t('accountSeen', numbered[/** @type {string} */ (pseudonym)], exactTime(seen, language(), 'medium')),
    );
    return element('div', { class: 'field' }, label, input);
  });
  byId('accounts').replaceChildren(...(rows.length > 0 ? rows : [element('p', {}, t('accountsNone'))]));
}

/** What is stored; but not over the head of a choice that is just being kept, after which it is shown again. */
async function show() {
  const before = kept;
  const stored = await readPrefs();
  if (keeping > 0 || kept !== before) return;
  prefs = stored;
  control('remind-every').value = String(prefs.remindEvery);
  control('notify').checked = prefs.notify && (await chrome.permissions.contains({ permissions: ['notifications'] }));
  control('quiet-on').checked = prefs.quiet.on;
  control('quiet-from').value = prefs.quiet.from;
  control('quiet-to').value = prefs.quiet.to;
  byId('quiet-times').hidden = !prefs.quiet.on;
  control('schedule').value = prefs.schedule;
  control('pictures').checked = prefs.pictures;
  control('language').value = prefs.language;
  await showTimestamps(prefs);
}

function listen() {
  choice(
    'remind-every',
    REMIND_EVERY.map((days) => ({ value: String(days), label: every(days) })),
    (value) => void set({ remindEvery: Number(value) }),
  );
  choice(
    'schedule',
    SCHEDULES.map((one) => ({ value: one, label: t(`schedule_${one}`) })),
    (value) => void set({ schedule: /** @type {any} */ (value) }),
  );
  const languages = LANGUAGES.map((one) => ({
    value: one,
    label: one === 'auto' ? t('languageAuto') : LANGUAGE_NAMES[one],
  }));
  choice(
    'language',
    languages,
    async (value) => (await set({ language: /** @type {any} */ (value) }), location.reload()),
  );
  for (const id of ['quiet-on', 'quiet-from', 'quiet-to'])
    byId(id).addEventListener('change', () => void quietChanged());
  byId('notify').addEventListener('change', () => void notifyChanged());
  byId('pictures').addEventListener('change', () => void set({ pictures: control('pictures').checked }));
  for (const id of ['authority-own', 'second-own']) byId(id).addEventListener('change', () => void authorityChanged());
  byId('timestamps-turn').addEventListener('click', () => void turnTimestamps());
  byId('timestamp-now').addEventListener('click', async () => {
    const button = byId('timestamp-now');
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    say(t('timestampAsking'));
    const answer = await tell('timestamp-now');
    button.removeAttribute('aria-disabled');
    say(answer.ok ? t('timestampDone') : errorSentence(answer.code));
  });
}

await openPage('options.html', 'optionsTitle');
authorityRadios();
listen();
whenStored(['prefs', ...TIMESTAMPS_KEYS], () => void show());
whenStored(['log'], () => {
  void showTimestamps(prefs);
  // Not under the fingers of someone who is writing a name.
  if (!byId('accounts').contains(document.activeElement)) void showAccounts();
});
await show();
await showAccounts();
if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
await tell('refresh');
