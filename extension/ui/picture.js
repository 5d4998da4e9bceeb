// The popup's part of "Record with a picture": cut the setting out of the window's picture, show it, keep or discard it.

import { byId } from '../shared/dom.js';
import { fromBase64 } from '../shared/encoding.js';
import { t } from '../shared/i18n.js';

/** Room around the setting, in CSS pixels. */
const MARGIN = 12;
const SIDE_MAX = 8_192;
const STATES = Object.freeze({
  on: 'headline_on',
  off: 'headline_off',
  'not-offered': 'headline_not_offered',
  unknown: 'headline_unknown',
});

/**
 * What to cut, in pixels of the picture. Pure.
 * @param {import('../shared/types.js').Box} box
 * @param {{width: number, height: number}} image of all that is seen of the page, in whatever resolution
 */
export function cutOf(box, image) {
  const scaleX = image.width / box.innerWidth;
  const scaleY = image.height / box.innerHeight;
  const left = Math.max(0, Math.floor((box.x - MARGIN) * scaleX));
  const top = Math.max(0, Math.floor((box.y - MARGIN) * scaleY));
  const right = Math.min(image.width, Math.ceil((box.x + box.width + MARGIN) * scaleX));
  const bottom = Math.min(image.height, Math.ceil((box.y + box.height + MARGIN) * scaleY));
  const width = Math.min(SIDE_MAX, right - left);
  const height = Math.min(SIDE_MAX, bottom - top);
  return width >= 8 && height >= 8 ? { left, top, width, height } : null;
}

/** @param {string} dataUrl */
function blobOf(dataUrl) {
  const bytes = fromBase64(dataUrl.slice(dataUrl.indexOf(',') + 1));
  return new Blob([bytes], { type: 'image/png' });
}

/** @param {HTMLCanvasElement} canvas @param {{image: string, box: import('../shared/types.js').Box}} taken */
async function draw(canvas, { image, box }) {
  const bitmap = await createImageBitmap(blobOf(image));
  const cut = cutOf(box, bitmap);
  if (!cut) return false;
  canvas.width = cut.width;
  canvas.height = cut.height;
  canvas.getContext('2d')?.drawImage(bitmap, cut.left, cut.top, cut.width, cut.height, 0, 0, cut.width, cut.height);
  return true;
}

/** The setting's own tab, if that is what the member looks at. @returns {Promise<number | null>} */
async function settingTab() {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  const shows =
    tab?.url?.startsWith('https://www.linkedin.com/mypreferences/') && tab.url.includes('data-for-ai-improvement');
  return shows && tab.id !== undefined ? tab.id : null;
}

/**
 * @param {object} parts
 * @param {(type: string, more?: object) => Promise<any>} parts.ask the background; null when it refused, and then it has been said why
 * @param {(key: string) => void} parts.say
 * @param {boolean} parts.offered has the member left pictures switched on?
 */
export async function offerPicture({ ask, say, offered }) {
  const tabId = offered ? await settingTab() : null;
  const [start, dialog] = [byId('picture-start'), byId('picture')];
  const canvas = /** @type {HTMLCanvasElement} */ (byId('picture-canvas'));
  start.hidden = tabId === null;
  if (tabId === null) return;

  /** Of which reading the picture is that is shown. @type {string | null} */
  let reading = null;

  const close = () => {
    dialog.hidden = true;
    start.hidden = false;
    start.focus();
  };

  start.addEventListener('click', async () => {
    if (start.getAttribute('aria-disabled') === 'true') return;
    start.setAttribute('aria-disabled', 'true');
    say('pictureTaking');
    const taken = await ask('picture-take', { tabId });
    start.removeAttribute('aria-disabled');
    if (!taken) return;
    if (!(await draw(canvas, taken))) return void say('pictureOutOfSight');
    ({ reading } = taken);
    say(taken.box.whole ? 'pictureLook' : 'picturePart');
    canvas.setAttribute('aria-label', t('pictureAlt', t(/** @type {any} */ (STATES)[taken.state])));
    start.hidden = true;
    dialog.hidden = false;
    byId('picture-keep').focus();
  });

  byId('picture-keep').addEventListener('click', async () => {
    if (byId('picture-keep').getAttribute('aria-disabled') === 'true') return;
    byId('picture-keep').setAttribute('aria-disabled', 'true');
    const url = canvas.toDataURL('image/png');
    const kept = await ask('picture-keep', { base64: url.slice(url.indexOf(',') + 1), reading });
    byId('picture-keep').removeAttribute('aria-disabled');
    if (!kept) return; // why has been said; it can be tried again
    say('pictureKept');
    close();
  });

  byId('picture-discard').addEventListener('click', async () => {
    await ask('picture-discard');
    say('pictureDiscarded');
    close();
  });
}
