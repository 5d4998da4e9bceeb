// The popup's messages: made of what notices.js says, and only loaded when there is something to say.

import { announce, byId, element, unsay } from '../shared/dom.js';
import { say, t } from '../shared/i18n.js';
import { named } from '../shared/names.js';
import { noticesOf } from '../shared/notices.js';
import { commandRow } from './copy.js';
import { openPage, reloadSetting } from './popup-tasks.js';

/**
 * @typedef {import('../shared/notices.js').Notice} Notice
 * @typedef {(type: string, more?: object) => Promise<any>} Tell
 */

/** @param {import('../shared/notices.js').Action} action @param {string} noticeId @param {Tell} tell @param {Record<string, string>} names */
function actionButton({ id, label, named: whose, more, page, filled }, noticeId, tell, names) {
  const look = filled ? 'button button--primary' : 'button';
  const words = whose ? (names[whose.account] ?? t('accountShort', whose.number)) : t(label);
  const button = element('button', { class: look, type: 'button', id: `${noticeId} ${whose?.number ?? id}` }, words);
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    if (page) return void (await openPage(page));
    if (id === 'confirm') return void (await reloadSetting(tell));
    button.setAttribute('aria-disabled', 'true');
    if (id === 'unlock') announce((button.textContent = t('unlocking')));
    await tell(id, more).finally(() => {
      button.removeAttribute('aria-disabled');
      button.textContent = words;
      unsay(t('unlocking'));
    });
  });
  return button;
}

/** @param {Notice} notice @param {Record<string, string>} names */
const titleOf = ({ title, account }, names) => named(names[account ?? ''] ?? null, t(title));

/** Of a message with more letters than this only the first sentence is open, and what helps comes on a click. */
const LONG = 160;
/** The same where no command takes room. */
const LONGER = 240;
const SENTENCE_END = /(?<=[.!?])\s+/u;

/** @param {{before: string, text: string}} command */
const commandParts = ({ before, text }) => [element('p', { class: 'small' }, t(before)), commandRow(text)];

/** @param {string} id @param {string} title @param {Node[]} parts */
const fold = (id, title, parts) => element('details', { class: 'fold' }, element('summary', { id }, title), ...parts);

/** Words of the page, whole: many of them scroll, by the keyboard too. @param {string} words */
const quoted = (words) => element('p', { class: 'quoted', ...(words.length > LONG ? { tabindex: '0' } : {}) }, words);

/**
 * What a message says, and the commands that go with it: no more than a popup has room for is open.
 * @param {Notice} notice @returns {Node[]}
 */
function noticeParts({ id, list, sentences, commands }) {
  const said = sentences.map(say);
  const paragraph = (/** @type {string} */ words) => element('p', {}, words);
  if (list) return [paragraph(said.join(' · '))];
  const trouble = sentences.some((one) => 'error' in one);
  if (said.join(' ').length > (commands.length > 0 ? LONG : LONGER) && trouble) {
    const [first, ...rest] = said.join(' ').split(SENTENCE_END);
    const more = rest.length > 0 ? [paragraph(rest.join(' '))] : [];
    return [paragraph(first), fold(`${id} helps`, t('whatHelps'), [...more, ...commands.flatMap(commandParts)])];
  }
  return [
    ...said.map((words, index) => ('words' in sentences[index] ? quoted(words) : paragraph(words))),
    ...commands.slice(0, 1).flatMap(commandParts),
    ...commands.slice(1).map(({ before, text }) => fold(`${id} ${before}`, t(before), [commandRow(text)])),
  ];
}

/** @param {Notice} notice @param {string} title @param {Tell} tell @param {Record<string, string>} names */
function noticeElement(notice, title, tell, names) {
  const { id, tone, actions } = notice;
  const heading = `notice-${id}`;
  return element(
    'section',
    { class: 'notice', 'data-tone': tone, 'aria-labelledby': heading },
    element('h2', { id: heading }, title),
    ...noticeParts(notice),
    actions.length > 0
      ? element('div', { class: 'actions' }, ...actions.map((action) => actionButton(action, id, tell, names)))
      : null,
  );
}

/**
 * Messages that have to wait for the one that is open: their titles in a line, all of them on a click.
 * @param {string} id @param {HTMLElement[]} some
 */
function folded(id, some) {
  if (some.length === 0) return [];
  for (const one of some) one.querySelector('.button--primary')?.classList.remove('button--primary');
  const titles = some.map((one) => one.querySelector('h2')?.textContent ?? '').join(' · ');
  const open = document.getElementById(id)?.hasAttribute('open') ?? false;
  return [
    element(
      'details',
      { class: 'fold', id, ...(open ? { open: '' } : {}) },
      element('summary', { id: `${id}-titles` }, titles),
      ...some,
    ),
  ];
}

/**
 * What is urgent stands above the state, the rest below. Only the first is open: a popup is small.
 * @param {import('../shared/view.js').View} view
 * @param {Tell} tell
 * @param {Record<string, string>} names of accounts, where there are several
 * @returns {string[]} their titles, for those who hear
 */
export function showNotices(view, tell, names) {
  const notices = noticesOf(view);
  const urgent = notices.filter(({ tone }) => tone === 'attention');
  const others = notices.filter(({ tone }) => tone !== 'attention');
  const made = (/** @type {Notice} */ notice) => noticeElement(notice, titleOf(notice, names), tell, names);
  const open = urgent.length > 0 ? 0 : 1;
  byId('urgent').replaceChildren(...urgent.slice(0, 1).map(made), ...folded('fold-urgent', urgent.slice(1).map(made)));
  byId('notices').replaceChildren(
    ...others.slice(0, open).map(made),
    ...folded('fold-others', others.slice(open).map(made)),
  );
  return notices.map((notice) => titleOf(notice, names));
}
