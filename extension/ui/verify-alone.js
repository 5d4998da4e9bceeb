// The same page as one file, which opens from a disk without the extension: its languages are in it, and so is the worker's code.

import { byId, element } from '../shared/dom.js';
import { localise, t } from '../shared/i18n.js';
import { Session } from '../verifier/session.js';
import { serveSums } from '../verifier/sums.js';
import { openVerifier, redraw } from './verify-page.js';
import { askPage, readFor } from './verify-pieces.js';

const LANGUAGES = Object.freeze({ en: 'English', de: 'Deutsch', fr: 'Français' });

/** This file's own script, which in a worker only checks, or sums. */
const own = () => new Blob([document.getElementById('script')?.textContent ?? ''], { type: 'text/javascript' });

function makeWorker() {
  const worker = new Worker(URL.createObjectURL(own()));
  readFor(worker);
  return worker;
}

function speak() {
  localise(document);
  document.title = `${t('verifyTitle')} – consentlog`;
}

function masthead() {
  const select = /** @type {HTMLSelectElement} */ (
    element('select', { id: 'language', 'aria-label': t('verifyLanguage') })
  );
  for (const [code, name] of Object.entries(LANGUAGES))
    select.append(element('option', { value: code, lang: code }, name));
  select.value = t('language');
  select.addEventListener('change', () => {
    chrome.i18n.getUILanguage = () => select.value;
    speak();
    select.setAttribute('aria-label', t('verifyLanguage'));
    redraw();
  });
  byId('masthead').replaceChildren(
    element('div', { class: 'masthead-inner' }, element('span', { class: 'brand' }, 'consentlog'), select),
  );
}

function openAlone() {
  speak();
  masthead();
  document.body.hidden = false;
  openVerifier({ makeWorker, makeSummer: makeWorker, here: async () => ({ Session }) });
}

if (typeof document === 'undefined') {
  const session = new Session((answer) => self.postMessage(answer), askPage());
  self.addEventListener('message', ({ data }) => {
    if (data.type === 'sum') serveSums(data.port);
    else if (data.type) void session.ask(data);
  });
} else {
  openAlone();
}
