// Pictures and documents of a verified package, shown when they are asked for and only if they decode.

import { compareTexts } from '../shared/compare.js';
import { element } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { eventWords, plain, when } from './verify-words.js';

/** @typedef {import('../verifier/report-model.js').Event} Event @typedef {import('../verifier/session.js').Told} Told */
/** @typedef {Uint8Array | null | undefined} Bytes null: the package has no such file; undefined: it cannot be read any more */
/** @typedef {(name: string) => Promise<Bytes>} Read */

/** Drawn unasked: so many, and so many pixels of all together; a picture can have twice as many alone. */
const [PICTURES, PIXELS] = [40, 1 << 25];

/** @param {Uint8Array} bytes */
const textOf = (bytes) => new TextDecoder().decode(bytes);

/** Pixels of a PNG that was verified: its header stands first. @param {Uint8Array} png */
function pixelsOf(png) {
  const header = new DataView(png.buffer, png.byteOffset + 16, 8);
  return header.getUint32(0) * header.getUint32(4);
}

/** @param {Uint8Array} png @param {string} label */
async function canvasOf(png, label) {
  const bitmap = await createImageBitmap(new Blob([/** @type {any} */ (png)], { type: 'image/png' }));
  const canvas = /** @type {HTMLCanvasElement} */ (element('canvas', { role: 'img', 'aria-label': label }));
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}

/** @param {string} words */
const hint = (words) => element('p', { class: 'hint' }, words);

/** By which a file is known, wherever it lies. @param {Event} event */
const hashOf = ({ attachment }) =>
  element('span', { class: 'small hash' }, 'SHA-256 ', element('code', { dir: 'ltr' }, attachment ?? ''));

/** Why there are none. @param {null | undefined} bytes */
const absence = (bytes) => t(bytes === null ? 'verifyAbsent' : 'verifyLost');

/** A picture as far as it can be drawn: itself, or why not. @param {Bytes} png @param {string} label */
async function drawn(png, label) {
  if (!png) return hint(absence(png));
  return canvasOf(png, label).catch(() => hint(t('verifyPictureBad')));
}

/** @param {Event} event @param {Read} read @param {number} accounts */
function pictureOf(event, read, accounts) {
  const label = t('verifyPicture', event.seq);
  const ask = element('button', { class: 'button', type: 'button' }, t('verifyShowPicture', event.seq));
  const words = `${label} · ${when(event.at)} · ${eventWords(event, accounts)}`;
  const caption = element('figcaption', {}, words, hashOf(event));
  const figure = element('figure', { tabindex: '-1' }, ask, caption);
  const load = () => read(`data/attachments/${event.attachment}.png`);
  /** @param {Bytes} png */
  const show = async (png) => {
    const was = document.activeElement === ask;
    ask.replaceWith(await drawn(png, label));
    if (was) figure.focus();
  };
  ask.addEventListener('click', async () => show(await load()), { once: true });
  return { figure, load, show };
}

/** One after the other, for each needs room while it is decoded. @param {ReturnType<typeof pictureOf>[]} pictures */
async function drawUnasked(pictures) {
  let pixels = 0;
  for (const { load, show } of pictures.slice(0, PICTURES)) {
    const png = await load();
    pixels += png ? pixelsOf(png) : 0;
    if (pixels > PIXELS) return;
    await show(png);
  }
}

/** @param {Told} verdict @param {Read} read @returns {HTMLElement | null} */
export function picturesOf({ model }, read) {
  const events = (model?.events ?? []).filter(({ kind, attachment }) => kind === 'observation' && attachment);
  if (!model || events.length === 0) return null;
  const pictures = events.map((event) => pictureOf(event, read, model.accounts));
  void drawUnasked(pictures);
  return element(
    'section',
    { class: 'kept' },
    element('h3', {}, t('verifyPictures')),
    ...pictures.map(({ figure }) => figure),
  );
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
      : [absence(bytes)];
  });
  const changes =
    before &&
    unfold(t('verifyShowChanges', before.seq), async () => {
      const [old, young] = [await fileOf(before), await fileOf(event)];
      return old && young
        ? changesOf(textOf(old), textOf(young))
        : [absence(old === null || young === null ? null : undefined)];
    });
  return element(
    'li',
    {},
    element('p', {}, `${when(event.at)} · ${eventWords(event, 1)}`),
    element('p', { class: 'hint' }, plain(event.text)),
    hashOf(event),
    text,
    changes ?? null,
  );
}

/** @param {Told} verdict @param {Read} read @returns {HTMLElement | null} */
export function documentsOf({ model }, read) {
  const events = (model?.events ?? []).filter(({ kind, attachment }) => kind === 'document' && attachment);
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
