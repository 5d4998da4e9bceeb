// The popup: shows what is stored at once, then asks the background to look again. Only the background writes; what it writes is shown.

import { byId, element } from '../shared/dom.js';
import { errorSentence, language, localise, say, t, useLanguage } from '../shared/i18n.js';
import { noticesOf } from '../shared/notices.js';
import { readStored } from '../shared/stored.js';
import { exactTime, relativeTime } from '../shared/times.js';
import { viewOf } from '../shared/view.js';
import { readPrefs } from '../background/prefs.js';
import { showReminder } from './popup-reminder.js';
import { offerTasks, openPage, showTasks } from './popup-tasks.js';

/**
 * @typedef {import('../shared/view.js').View} View
 * @typedef {import('../shared/notices.js').Notice} Notice
 */

/** What is on the screen, so that nothing is drawn twice and the focus stays. */
let shown = '';

/** The member's own names for accounts. @type {Record<string, string>} */
let names = {};

/** For those who hear. @param {string} words */
function announce(words) {
  byId('live').textContent = words;
}

/** Ask the background; say why when it could not. @param {string} type @param {object} [more] @returns {Promise<any>} null when it could not */
async function tell(type, more = {}) {
  const answer = await chrome.runtime.sendMessage({ ...more, type });
  byId('outcome').textContent = answer?.ok === false ? errorSentence(answer.code) : '';
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
  return [
    element('dt', {}, t(term)),
    element('dd', {}, time, ago ? element('span', { class: 'ago' }, ago) : null),
  ];
}

/** @param {View} view */
function factsOf({ kind, account, since, lastSeen, unwritten, trouble }) {
  if (kind === 'empty') return [];
  const facts = [];
  if (account && names[account]) facts.push(element('dt', {}, t('account')), element('dd', {}, names[account]));
  if (since) facts.push(...timeFact('since', since));
  if (lastSeen) facts.push(...timeFact('lastSeen', lastSeen));
  // Of a log that was changed or cut nobody knows what is still in it.
  if (trouble?.kind !== 'alarm') facts.push(element('dt', {}, t('inLog')), element('dd', {}, t(unwritten ? 'inLogNo' : 'inLogYes')));
  return facts;
}

/** @param {View} view */
function showState(view) {
  const { kind, reason, settled } = view;
  byId('state').dataset.state = kind;
  setText('headline', t(`headline_${kind}`));
  setText('meaning', kind === 'unknown' ? (reason ? t(`reason_${reason}`) : '') : t(`meaning_${kind}`));
  setText('settled', settled ? t(`settled_${settled}`) : '');
  const facts = factsOf(view);
  byId('facts').hidden = facts.length === 0;
  byId('facts').replaceChildren(...facts);
}

/** @param {string} text */
async function copy(text) {
  const done = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  announce(t(done ? 'copied' : 'copyFailed'));
  return done;
}

/** @param {{before: string, text: string}} command */
function commandRow({ before, text }) {
  const button = element(
    'button',
    { class: 'button', type: 'button', id: `copy ${text}`, 'aria-label': t('copyCommand', text) },
    t('copy'),
  );
  button.addEventListener('click', async () => {
    if (await copy(text)) button.textContent = t('copied');
  });
  return element('div', {}, element('p', { class: 'small' }, t(before)), element('div', { class: 'command' }, element('code', {}, text), button));
}

/** @param {import('../shared/notices.js').Action} action @param {string} noticeId */
function actionButton({ id, label, more, page }, noticeId) {
  const button = element('button', { class: 'button', type: 'button', id: `${noticeId} ${id}` }, t(label));
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    if (page) return void (await openPage(page));
    button.setAttribute('aria-disabled', 'true');
    if (id === 'unlock') announce((button.textContent = t('unlocking')));
    await tell(id, more).finally(() => {
      button.removeAttribute('aria-disabled');
      button.textContent = t(label);
    });
  });
  return button;
}

/** @param {Notice} notice */
function noticeElement({ id, tone, title, sentences, commands, actions }) {
  const heading = `notice-${id}`;
  return element(
    'section',
    { class: 'notice', 'data-tone': tone, 'aria-labelledby': heading },
    element('h2', { id: heading }, t(title)),
    ...sentences.map((sentence) => element('p', {}, say(sentence))),
    ...commands.map(commandRow),
    actions.length > 0
      ? element('div', { class: 'actions' }, ...actions.map((action) => actionButton(action, id)))
      : null,
  );
}

/** @param {View} view */
function showOthers({ others }) {
  byId('others').hidden = others.length === 0;
  byId('others-list').replaceChildren(
    ...others.map(({ account, state, premium, lastSeen }) => {
      const words = [names[account], t(`headline_${state}`), premium ? t('premium') : null].filter(Boolean).join(' · ');
      const ago = relativeTime(lastSeen, language(), Date.now());
      return element('li', {}, element('span', {}, words), element('time', { class: 'small', datetime: lastSeen }, ago));
    }),
  );
}

/** @param {View} view */
function show(view) {
  const next = JSON.stringify(view);
  if (next === shown) return;
  const focused = document.activeElement?.id;
  const notices = noticesOf(view);
  showState(view);
  const isUrgent = (/** @type {Notice} */ { tone }) => tone === 'attention';
  byId('urgent').replaceChildren(...notices.filter(isUrgent).map(noticeElement));
  byId('notices').replaceChildren(...notices.filter((notice) => !isUrgent(notice)).map(noticeElement));
  showOthers(view);
  showReminder(view.reminder, tell);
  showTasks(view);
  if (focused) document.getElementById(focused)?.focus();
  if (shown !== '') announce([t(`headline_${view.kind}`), ...notices.map(({ title }) => t(title))].join('. '));
  shown = next;
}

const refreshView = async () => show(viewOf(await readStored()));

const prefs = await readPrefs();
names = prefs.names;
await useLanguage(prefs.language);
localise(document);
byId('open-setting').addEventListener('click', async () => {
  await tell('open-setting');
  window.close();
});
chrome.storage.onChanged.addListener((_changes, area) => {
  if (area === 'local') void refreshView();
});
await refreshView();
// Its buttons work at once; whether a picture can be taken is asked while the rest is seen already.
const offered = offerTasks({ tell, say: (words) => (byId('outcome').textContent = words), pictures: prefs.pictures });
document.body.hidden = false;
await offered;
await tell('refresh');
