// The toolbar button: text, colour, title and the shape of the icon all say the same.

import { t, useLanguage } from '../../shared/i18n.js';
import { named, namesToTellApart } from '../../shared/names.js';
import { createGathered } from '../../shared/serial.js';
import { readStored } from '../../shared/stored.js';
import { hasNews, markOf, viewOf } from '../../shared/view.js';
import { readPrefs } from '../../shared/prefs.js';

/** White text on each has a contrast of at least 4.5. */
const COLOURS = Object.freeze({
  none: '#4b4453',
  on: '#9a4a00',
  off: '#0b6b52',
  'not-offered': '#4b4453',
  unknown: '#4b4453',
  attention: '#a8201a',
});

/** @param {import('../../shared/view.js').View} view @param {Record<string, string>} names */
function titleOf(view, names) {
  const whose = (/** @type {string | null} */ account) => names[account ?? ''] ?? null;
  const parts = [t(`headline_${view.kind}`)];
  if (view.settled) parts.push(t(`settled_${view.settled}`));
  if (view.looked) parts.push(t('notRead'));
  if (view.warning)
    parts.push(
      named(whose(view.warnedAccount), t(`warningTitle_${view.warning.undone ? 'undone' : view.warning.state}`)),
    );
  if (!view.allowed) parts.push(t('accessTitle'));
  if (view.trouble) parts.push(t(`trouble_${view.trouble.kind}`));
  if (view.pending) parts.push(t(`pendingTitle_${view.pending}`));
  parts.push(...view.reminder.open.map(({ cause, account }) => named(whose(account), t(`remind_${cause}`))));
  return t('remindNamed', 'consentlog', parts.join(' · '));
}

/** Which is there; null: one was asked for and has not come to rest. @type {string | null} */
let icon = null;
let drawings = 0;

/** Drawn only when it is another: it is by far the dearest part. @param {string} mark */
async function showIcon(mark) {
  if (mark === icon) return;
  icon = null;
  const mine = (drawings += 1);
  await chrome.action.setIcon({ path: { 16: `/icons/${mark}-16.png`, 32: `/icons/${mark}-32.png` } });
  if (mine === drawings) icon = mark;
}

async function paint() {
  const [stored, prefs] = await Promise.all([readStored(), readPrefs()]);
  const view = viewOf(stored);
  const mark = markOf(view);
  await useLanguage(prefs.language);
  // What the state does not say is said by the mark of attention; colour and shape go on telling the state.
  const word = hasNews(view) ? 'attention' : mark;
  await Promise.all([
    chrome.action.setBadgeText({ text: word === 'none' ? '' : t(`badge_${word}`) }),
    chrome.action.setBadgeBackgroundColor({ color: COLOURS[mark] }),
    chrome.action.setBadgeTextColor({ color: '#ffffff' }),
    chrome.action.setTitle({ title: titleOf(view, namesToTellApart(stored.log.status?.accounts ?? [], prefs.names)) }),
    showIcon(mark),
  ]);
}

/** What is stored cannot be read: nothing is known, and the last picture would say that it is. */
async function paintUnknown() {
  await Promise.all([
    chrome.action.setBadgeText({ text: t('badge_unknown') }),
    chrome.action.setBadgeBackgroundColor({ color: COLOURS.unknown }),
    chrome.action.setTitle({
      title: t('remindNamed', 'consentlog', [t('headline_unknown'), t('error_browser-storage')].join(' · ')),
    }),
    showIcon('unknown'),
  ]);
}

/** Chromium has been seen to leave the promise of an icon open for ever: no later picture waits for that. */
const PAINT_MS = 5_000;

async function paintWithin() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, PAINT_MS);
  });
  await Promise.race([paint().catch(paintUnknown), late]).finally(() => clearTimeout(timer));
}

/** Make the toolbar say what is stored. One at a time, so that an older picture never covers a newer one. */
export const paintBadge = createGathered(paintWithin);
