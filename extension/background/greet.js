// The welcome page, once. Chromium says "install" at every start when the extension is loaded from a system folder.

const KEY = 'greeted';
/** A setting page that is open already may be read before the browser says that we are new. */
const BEGAN = Date.now();

/** @param {string} reason of runtime.onInstalled */
export async function greet(reason) {
  const { [KEY]: greeted, last } = /** @type {any} */ (await chrome.storage.local.get([KEY, 'last']));
  if (greeted) return;
  await chrome.storage.local.set({ [KEY]: true });
  // Who has seen the setting with an older version, which did not remember that it greeted, knows us.
  const isNew = !last || Date.parse(last.observedAt) >= BEGAN;
  if (reason === 'install' && isNew) await chrome.tabs.create({ url: chrome.runtime.getURL('ui/welcome.html') });
}
