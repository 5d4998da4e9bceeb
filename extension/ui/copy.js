// A text with a button that copies it: a command for a terminal, a path, the bytes of an entry.

import { announce, element } from '../shared/dom.js';
import { t } from '../shared/i18n.js';

/**
 * @param {string} text
 * @param {string} label for those who hear
 * @param {string} [look] its classes
 */
export function copyButton(text, label, look = 'button') {
  const button = element('button', { class: look, type: 'button', 'aria-label': label }, t('copy'));
  button.addEventListener('click', async () => {
    const done = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    button.textContent = t(done ? 'copied' : 'copyFailed');
    announce(t(done ? 'copied' : 'copyFailed'));
  });
  return button;
}

/** A command to run in a terminal. @param {string} text @param {string} [look] of its button */
export function commandRow(text, look = 'button') {
  const button = copyButton(text, t('copyCommand', text), look);
  button.id = `copy ${text}`; // so that the focus comes back to it when what is around it is made anew
  return element('div', { class: 'command' }, element('code', {}, text), button);
}
