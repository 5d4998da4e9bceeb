// Pictures and documents of a verified package, shown when they are asked for and only if they decode.

import { compareTexts } from '../shared/compare.js';
import { element } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { eventWords, plain, when } from './verify-words.js';

/** @typedef {import('../verifier/story.js').Event} Event @typedef {import('../verifier/session.js').Told} Told */
/** @typedef {(name: string) => Promise<Uint8Array | null>} Read */

const PICTURES = 40;

/** @param {Uint8Array} bytes */
const textOf = (bytes) => new TextDecoder().decode(bytes);

/** @param {Uint8Array} png @param {string} label */
async function canvasOf(png, label) {
  const bitmap = await createImageBitmap(new Blob([/** @type {any} */ (png)], { type: 'image/png' }));
  const canvas = /** @type {HTMLCanvasElement} */ (element('canvas', { role: 'img', 'aria-label': label }));
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}

/** @param {Event} event @param {Read} read @param {number} accounts */
function picture(event, read, accounts) {
  const label = t('verifyPicture', event.seq);
  const figure = element(
    'figure',
    {},
    element('figcaption', {}, `${label} · ${when(event.at)} · ${eventWords(event, accounts)}`),
  );
  void read(`data/attachments/${event.attachment}.png`)
    .then((png) => (png ? canvasOf(png, label) : element('p', { class: 'hint' }, t('verifyAbsent'))))
    .catch(() => element('p', { class: 'hint' }, t('verifyPictureBad')))
    .then((shown) => figure.prepend(shown));
  return figure;
}

/** @param {Told} verdict @param {Read} read @returns {HTMLElement | null} */
export function picturesOf({ story }, read) {
  const events = (story?.events ?? []).filter(({ kind, attachment }) => kind === 'observation' && attachment);
  if (!story || events.length === 0) return null;
  const shown = events.slice(0, PICTURES).map((event) => picture(event, read, story.accounts));
  const rest =
    shown.length < events.length ? element('p', {}, t('verifyPicturesShown', shown.length, events.length)) : null;
  return element('section', { class: 'kept' }, element('h3', {}, t('verifyPictures')), rest, ...shown);
}

/** @param {{text: string, marked: boolean}[] | null} parts @param {'del' | 'ins'} mark */
const marked = (parts, mark) => (parts ?? []).map(({ text, marked: is }) => (is ? element(mark, {}, text) : text));

/** Only what differs. @param {string} before @param {string} after */
function changesOf(before, after) {
  const rows = compareTexts(before, after).filter(({ kind }) => kind === 'changed');
  if (rows.length === 0) return [element('p', {}, t('compareSame'))];
  return rows.map(({ before: old, after: young }) =>
    element('p', { class: 'difference' }, ...marked(old, 'del'), ' ', ...marked(young, 'ins')),
  );
}

/** @param {string} words @param {() => Promise<(Node | string)[]>} make */
function unfold(words, make) {
  const details = element('details', {}, element('summary', {}, words));
  details.addEventListener('toggle', async () => {
    if (details.childElementCount === 1) details.append(element('div', { class: 'text' }, ...(await make())));
  });
  return details;
}

/** @param {Event} event @param {Event | undefined} before @param {Read} read */
function document_(event, before, read) {
  const fileOf = (/** @type {Event} */ one) => read(`data/attachments/${one.attachment}.txt`);
  const text = unfold(t('verifyShowText', event.seq), async () => {
    const bytes = await fileOf(event);
    return bytes
      ? textOf(bytes)
          .split('\n')
          .map((line) => element('p', {}, line))
      : [t('verifyAbsent')];
  });
  const changes =
    before &&
    unfold(t('verifyShowChanges', before.seq), async () => {
      const [old, young] = [await fileOf(before), await fileOf(event)];
      return old && young ? changesOf(textOf(old), textOf(young)) : [t('verifyAbsent')];
    });
  return element(
    'li',
    {},
    element('p', {}, `${when(event.at)} · ${eventWords(event, 1)}`),
    element('p', { class: 'hint' }, plain(event.text)),
    text,
    changes ?? null,
  );
}

/** @param {Told} verdict @param {Read} read @returns {HTMLElement | null} */
export function documentsOf({ story }, read) {
  const events = (story?.events ?? []).filter(({ kind, attachment }) => kind === 'document' && attachment);
  if (events.length === 0) return null;
  const items = events.map((event, i) =>
    document_(
      event,
      events
        .slice(0, i)
        .reverse()
        .find((one) => one.document === event.document),
      read,
    ),
  );
  return element(
    'section',
    { class: 'kept' },
    element('h3', {}, t('verifyDocuments')),
    element('ul', { class: 'documents' }, ...items),
  );
}
