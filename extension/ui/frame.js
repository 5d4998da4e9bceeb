// What the full pages share: language, masthead, the words for those who hear, questions to the background.

import { readPrefs } from '../shared/prefs.js';
import { byId, element } from '../shared/dom.js';
import { localise, sayOutcome, t, useLanguage } from '../shared/i18n.js';

/** The pages that the masthead leads to, by the key of their name. */
const PLACES = Object.freeze([
  ['welcome.html', () => t('healthTitle')],
  ['history.html', () => t('historyTitle')],
  ['documents.html', () => t('documentsTitle')],
  ['export.html', () => t('exportTitle')],
  ['options.html', () => t('optionsTitle')],
]);

/** @param {string} here */
function masthead(here) {
  const links = PLACES.map(([file, name]) => {
    const link = element('a', { href: String(file) }, /** @type {() => string} */ (name)());
    if (file === here) link.setAttribute('aria-current', 'page');
    return link;
  });
  return element(
    'div',
    { class: 'masthead-inner' },
    element(
      'span',
      { class: 'brand' },
      element('img', { src: '../icons/consentlog.svg', width: '28', height: '28', alt: '' }),
      'consentlog',
    ),
    element('nav', { class: 'places', 'aria-label': t('pagesLabel') }, ...links),
  );
}

/** Where help is, whose this is, and which version. @param {string} here */
function footer(here) {
  const { version } = chrome.runtime.getManifest();
  const help = here === 'help.html' ? null : element('a', { href: 'help.html' }, t('helpLink'));
  return element(
    'footer',
    { class: 'footer', 'aria-label': t('footerLabel') },
    help,
    element('span', {}, t('notByLinkedIn')),
    element('span', {}, t('footerVersion', version)),
  );
}

/**
 * Fill the page's words, its masthead and its footer, and show it.
 * @param {string} here the page's file name
 * @param {string} title
 * @returns {Promise<import('../shared/prefs.js').Prefs>}
 */
export async function openPage(here, title) {
  const prefs = await readPrefs();
  await useLanguage(prefs.language);
  localise(document);
  document.title = `${t(title)} – consentlog`;
  byId('masthead').replaceChildren(masthead(here));
  byId('main').after(footer(here));
  document.body.hidden = false;
  return prefs;
}

/**
 * Ask the background.
 * @param {string} type
 * @param {object} [more]
 * @returns {Promise<{ok: boolean, code: string} & Record<string, any>>} `code` is '' when all is well
 */
export async function tell(type, more = {}) {
  const answer = await chrome.runtime.sendMessage({ ...more, type }).catch(() => null);
  return { code: '', ...(answer ?? { ok: false, code: 'browser-storage' }) };
}

/** The same, said aloud where it failed. @param {HTMLElement} outcome @param {string} type @param {object} [more] */
export const tellAloud = (outcome, type, more = {}) => sayOutcome(outcome, tell(type, more));

/** @param {string} id @returns {any} a form's control */
export const control = (id) => byId(id);

/**
 * @param {string[]} keys
 * @param {() => void} show called when one of these has changed in storage, or may have: a page that was put away hears nothing
 */
export function whenStored(keys, show) {
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) show();
  });
  chrome.storage.onChanged.addListener((changes, area) => {
    if (area === 'local' && keys.some((key) => key in changes)) show();
  });
}
