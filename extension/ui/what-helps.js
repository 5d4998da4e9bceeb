// Where the log cannot be read, or there is none: what is so, and what helps, alike on each page.

import { announce, element, unsay } from '../shared/dom.js';
import { ALARM_ERRORS, HOST_ERRORS, UNLOCKABLE_ERRORS } from '../shared/errors.js';
import { errorSentence, t } from '../shared/i18n.js';
import { tell } from './frame.js';

const PRIMARY = Object.freeze({ class: 'button button--primary', type: 'button' });

/** @param {string} code @param {HTMLElement} said @param {() => unknown} again */
function unlockButton(code, said, again) {
  const label = t(code === 'keyring-consent' ? 'agree' : 'unlock');
  const button = element('button', { ...PRIMARY, id: 'unlock' }, label);
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    announce((button.textContent = t('unlocking')));
    const answer = await tell('unlock');
    unsay(t('unlocking'));
    if (answer.ok) return void again();
    button.removeAttribute('aria-disabled');
    button.textContent = label;
    announce((said.textContent = errorSentence(answer.code)));
  });
  return button;
}

function openButton() {
  const button = element('button', PRIMARY, t('openSetting'));
  button.addEventListener('click', () => void tell('open-setting'));
  return button;
}

/**
 * The keyring is unlocked here; what else is wrong has its step on the setup page.
 * @param {string} code @param {HTMLElement} said @param {() => unknown} again
 */
function remedy(code, said, again) {
  if (code === '' || code === 'log-absent') return openButton();
  if (ALARM_ERRORS.has(code)) return element('a', { href: 'welcome.html#step-keyring' }, t('goOn'));
  if (UNLOCKABLE_ERRORS.has(code)) return unlockButton(code, said, again);
  return HOST_ERRORS.has(code) ? element('a', { href: 'welcome.html#step-host' }, t('setupOpen')) : null;
}

/**
 * @param {string} words
 * @param {string} code of what went wrong; '' where nothing did, and nothing is recorded yet
 * @param {() => unknown} again once it is unlocked
 * @returns {Node[]}
 */
export function whatHelps(words, code, again) {
  const said = element('p', {}, words);
  const parts = [said, remedy(code, said, again), element('a', { href: 'welcome.html' }, t('healthLink'))];
  return parts.filter((part) => part !== null);
}
