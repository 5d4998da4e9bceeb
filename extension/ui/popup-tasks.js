// The popup's buttons for what is done at the member's word: check now, record with a picture, help mend.

import { byId } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { nextOf } from '../shared/view.js';

/** Reasons that a new layout has: for these a sketch helps. */
const MENDABLE = new Set(['unrecognised-layout', 'ambiguous', 'inconsistent', 'mixed']);
const SETTING =
  /^https:\/\/www\.linkedin\.com\/mypreferences\/[dm]\/(?:settings\/)?data-for-ai-improvement\/?(?:[?#]|$)/;

/** The tabs that show the setting, the one that is looked at first. @returns {Promise<chrome.tabs.Tab[]>} */
async function settingTabs() {
  const tabs = await chrome.tabs.query({ url: 'https://www.linkedin.com/mypreferences/*' });
  return tabs
    .filter(({ url }) => url !== undefined && SETTING.test(url))
    .sort((a, b) => Number(b.active) - Number(a.active));
}

/** @param {string} page of ours @returns {Promise<void>} */
export async function openPage(page) {
  await chrome.tabs.create({ url: chrome.runtime.getURL(`ui/${page}`) });
  window.close();
}

/**
 * The tab that shows the setting, loaded anew and in front; a new one where there is none. Past the cache: at any other reload Firefox puts
 * back what stood in the switch.
 * @param {(type: string) => Promise<any>} tell
 */
export async function reloadSetting(tell) {
  const [tab] = await settingTabs();
  if (tab?.id !== undefined) await chrome.tabs.reload(tab.id, { bypassCache: true }).catch(() => {});
  await tell('open-setting');
  window.close();
}

/**
 * @param {object} parts
 * @param {(type: string, more?: object) => Promise<any>} parts.tell the background; answers null when it refused and that was said
 * @param {(words: string) => void} parts.say
 * @param {boolean} parts.pictures
 */
export async function offerTasks({ tell, say, pictures }) {
  byId('check-now').addEventListener('click', async () => {
    if (byId('check-now').getAttribute('aria-disabled') === 'true') return;
    const answer = await tell('check-now');
    if (answer && !answer.started) say(t('checkBusy'));
  });
  byId('mend-open').addEventListener('click', async () => {
    const [tab] = await settingTabs();
    if (tab?.id === undefined) return say(t('mendOpenFirst'));
    return openPage(`sketch.html?tab=${tab.id}`);
  });
  // Whether a picture can be taken is asked while the rest is seen already.
  const { offerPicture } = await import('./picture.js');
  await offerPicture({ ask: tell, say: (key) => say(t(key)), offered: pictures });
}

/** @param {import('../shared/view.js').View} view */
export function showTasks(view) {
  const { kind, reason, tasks } = view;
  const button = byId('check-now');
  button.textContent = tasks.checking ? t('checking') : t('checkNow');
  if (tasks.checking) button.setAttribute('aria-disabled', 'true');
  else button.removeAttribute('aria-disabled');
  const mendable = kind === 'unknown' && reason !== null && MENDABLE.has(reason);
  byId('mend').hidden = !mendable || nextOf(view).brief;
}
