// The popup: shows what is stored at once, then asks the background to look again. Only the background writes; what it writes is shown.
//
// What is imported here is all that the first picture needs, and popup.html names it, so that it comes in one go. What is seen
// only sometimes comes when it is.

import { announce, byId, element } from '../shared/dom.js';
import { language, localise, sayOutcome, sayRefusal, t, useLanguage } from '../shared/i18n.js';
import { namesToTellApart } from '../shared/names.js';
import { prefsFrom, PREFS_KEY } from '../shared/prefs.js';
import { changesStored, readAll, storedFrom } from '../shared/stored.js';
import { exactTime, relativeTime } from '../shared/times.js';
import { hasNotices, nextOf, viewOf } from '../shared/view.js';
import { showReminder } from './popup-reminder.js';
import { offerTasks, showTasks } from './popup-tasks.js';

/** @typedef {import('../shared/view.js').View} View */

/** What is on the screen, so that nothing is drawn twice and the focus stays. */
let shown = '';

/** What accounts are called. @type {Record<string, string>} */
let names = {};

/** Ask the background; say why when it could not. @param {string} type @param {object} [more] @returns {Promise<any>} null when it could not */
async function tell(type, more = {}) {
  const answer = await sayOutcome(byId('outcome'), chrome.runtime.sendMessage({ ...more, type }));
  return answer?.ok === false ? null : answer;
}

/** @param {string} id @param {string} words */
function setText(id, words) {
  byId(id).textContent = words;
  byId(id).hidden = words === '';
}

/** @param {string} term key @param {string} iso */
function timeFact(term, iso) {
  const ago = relativeTime(iso, language(), Date.now());
  const time = element('time', { datetime: iso }, exactTime(iso, language(), 'medium'));
  return [element('dt', {}, t(term)), element('dd', {}, time, ago ? element('span', { class: 'ago' }, ago) : null)];
}

/** Is what is shown in the log? As a fact, and in a line. @param {View} view */
function placeOf({ unwritten, unkept }) {
  if (unkept) return { fact: t('inLogNever'), gist: t('factsUnkept') };
  if (unwritten) return { fact: t('inLogNo'), gist: t('factsWaiting') };
  return { fact: t('inLogYes'), gist: t('factsWritten') };
}

/** @param {View} view @param {string} why the state is not known, where that is not said above */
function factsOf(view, why) {
  const { kind, account, since, lastSeen, looked, pending, trouble, whose } = view;
  if (kind === 'empty') return [];
  const facts = why ? [element('dt', {}, t('factWhy')), element('dd', {}, why)] : [];
  if (account && names[account]) {
    const word = whose?.said ? ` · ${t('noteSaid')}` : '';
    facts.push(element('dt', {}, t('account')), element('dd', {}, names[account] + word));
  }
  if (since) facts.push(...timeFact('since', since));
  if (lastSeen) facts.push(...timeFact(pending ? 'lastLook' : 'lastSeen', lastSeen));
  if (looked) facts.push(...timeFact('lastLook', looked));
  // Of a log that was changed or cut nobody knows what is still in it.
  if (trouble?.kind !== 'alarm') facts.push(element('dt', {}, t('inLog')), element('dd', {}, placeOf(view).fact));
  return facts;
}

/** The two facts that are asked for most, in a line; a click shows all. What a flip left is older than what was seen last. @param {View} view */
function gistOf(view) {
  const { kind, lastSeen, looked, pending, trouble } = view;
  if (!lastSeen) return '';
  const ago = relativeTime(lastSeen, language(), Date.now());
  const seen = ago ? t('factsSeen', ago) : t('factsSeenOn', exactTime(lastSeen, language(), 'medium'));
  const alarm = trouble?.kind === 'alarm';
  const unread = looked ? t('notRead') : '';
  const known = pending && kind !== 'unknown' ? t('factsConfirmed') : seen;
  return [known, unread, alarm ? '' : placeOf(view).gist].filter(Boolean).join(' · ');
}

/** @param {View} view */
function meaningOf({ kind, reason }) {
  if (kind !== 'unknown') return t(`meaning_${kind}`);
  return reason ? t(`reason_${reason}`) : '';
}

/** @param {View} view */
function showState(view) {
  const { kind, settled } = view;
  const { words, label, filled, brief } = nextOf(view);
  byId('state').dataset.state = kind;
  setText('headline', t(`headline_${kind}`));
  setText('meaning', brief ? '' : meaningOf(view));
  setText('settled', settled ? t(`settled_${settled}`) : '');
  setText('next', words && !brief ? t(words) : '');
  byId('open-setting').textContent = t(label);
  byId('open-setting').classList.toggle('button--primary', filled);
  const facts = factsOf(view, brief && kind === 'unknown' ? meaningOf(view) : '');
  byId('facts').hidden = facts.length === 0;
  byId('facts').replaceChildren(...facts);
  byId('facts-more').hidden = facts.length === 0;
  byId('facts-gist').textContent = gistOf(view);
}

/** @param {View} view */
function showOthers({ others }) {
  byId('others').hidden = others.length === 0;
  const on = others.some(({ state }) => state === 'on');
  byId('others-gist').textContent = [t('othersTitle'), on ? t('headline_on') : ''].filter(Boolean).join(' · ');
  byId('others-list').replaceChildren(
    ...others.map(({ account, state, premium, lastSeen }) => {
      const words = [names[account], t(`headline_${state}`), premium ? t('premium') : null].filter(Boolean).join(' · ');
      return element(
        'li',
        {},
        element('span', {}, words),
        lastSeen &&
          element('time', { class: 'small', datetime: lastSeen }, relativeTime(lastSeen, language(), Date.now())),
      );
    }),
  );
}

/**
 * The messages, of which there are mostly none.
 * @param {View} view @param {typeof import('./popup-notices.js') | null} drawer null: there are none
 * @returns {string[]} their titles
 */
function showNotices(view, drawer) {
  if (drawer) return drawer.showNotices(view, tell, names);
  for (const place of ['urgent', 'notices']) byId(place).replaceChildren();
  return [];
}

/** @param {Record<string, any>} stored */
async function show(stored) {
  const all = storedFrom(stored);
  const view = viewOf(all);
  const next = JSON.stringify(view);
  if (next === shown) return;
  const first = shown === '';
  shown = next;
  const drawer = hasNotices(view) ? await import('./popup-notices.js') : null;
  if (shown !== next) return; // another came meanwhile
  names = namesToTellApart(all.log.status?.accounts ?? [], prefs.names);
  const focused = document.activeElement?.id;
  const titles = showNotices(view, drawer);
  showState(view);
  showOthers(view);
  showReminder(view.reminder, tell);
  showTasks(view);
  // What was pressed may be gone: then what it was about, else the state.
  const instead = focused?.startsWith('snooze') ? document.querySelector('#reminder-actions button') : null;
  if (focused) /** @type {HTMLElement} */ (document.getElementById(focused) ?? instead ?? byId('state')).focus();
  if (!first) announce([t(`headline_${view.kind}`), ...titles].join('. '));
}

/** All that is shown, read at once. */
const read = () => readAll([PREFS_KEY]);

const stored = await read();
const prefs = prefsFrom(stored[PREFS_KEY]);
await useLanguage(prefs.language);
localise(document);
byId('open-setting').addEventListener('click', async () => {
  await tell('open-setting');
  window.close();
});
chrome.storage.onChanged.addListener(async (changes, area) => {
  if (area === 'local' || changesStored(changes, area)) await show(await read());
});
await show(stored);
document.body.hidden = false;
await offerTasks({ tell, say: (words) => (byId('outcome').textContent = words), pictures: prefs.pictures });
await sayRefusal(byId('outcome'), chrome.runtime.sendMessage({ type: 'refresh' }));
