// The popup's messages: made of what notices.js says, and only loaded when there is something to say.

import { announce, byId, element } from '../shared/dom.js';
import { say, t } from '../shared/i18n.js';
import { named } from '../shared/names.js';
import { noticesOf } from '../shared/notices.js';
import { commandRow } from './copy.js';
import { openPage, reloadSetting } from './popup-tasks.js';

/**
 * @typedef {import('../shared/notices.js').Notice} Notice
 * @typedef {(type: string, more?: object) => Promise<any>} Tell
 */

/** @param {import('../shared/notices.js').Action} action @param {string} noticeId @param {Tell} tell */
function actionButton({ id, label, more, page, filled }, noticeId, tell) {
  const look = filled ? 'button button--primary' : 'button';
  const button = element('button', { class: look, type: 'button', id: `${noticeId} ${id}` }, t(label));
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    if (page) return void (await openPage(page));
    if (id === 'confirm') return void (await reloadSetting(tell));
    button.setAttribute('aria-disabled', 'true');
    if (id === 'unlock') announce((button.textContent = t('unlocking')));
    await tell(id, more).finally(() => {
      button.removeAttribute('aria-disabled');
      button.textContent = t(label);
    });
  });
  return button;
}

/** @param {Notice} notice @param {Record<string, string>} names */
const titleOf = ({ title, account }, names) => named(names[account ?? ''] ?? null, t(title));

/** @param {Notice} notice @param {string} title @param {Tell} tell */
function noticeElement({ id, tone, sentences, commands, actions }, title, tell) {
  const heading = `notice-${id}`;
  return element(
    'section',
    { class: 'notice', 'data-tone': tone, 'aria-labelledby': heading },
    element('h2', { id: heading }, title),
    ...sentences.map((sentence) => element('p', {}, say(sentence))),
    ...commands.flatMap(({ before, text }) => [element('p', { class: 'small' }, t(before)), commandRow(text)]),
    actions.length > 0
      ? element('div', { class: 'actions' }, ...actions.map((action) => actionButton(action, id, tell)))
      : null,
  );
}

/**
 * What is urgent stands above the state, the rest below.
 * @param {import('../shared/view.js').View} view
 * @param {Tell} tell
 * @param {Record<string, string>} names of accounts, where there are several
 * @returns {string[]} their titles, for those who hear
 */
export function showNotices(view, tell, names) {
  const notices = noticesOf(view);
  for (const [place, here] of [
    ['urgent', true],
    ['notices', false],
  ]) {
    const some = notices.filter(({ tone }) => (tone === 'attention') === here);
    byId(String(place)).replaceChildren(...some.map((notice) => noticeElement(notice, titleOf(notice, names), tell)));
  }
  return notices.map((notice) => titleOf(notice, names));
}
