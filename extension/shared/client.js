// Which browser this is, for the record. The names are those of docs/protocol.md. The host takes no empty version: a record must
// not be refused for want of one, so it says `unknown` or `withheld`.

const VERSION_MAX = 32;
/** Most particular first: every one of them is also "Chromium". */
const BRANDS = Object.freeze([
  ['Microsoft Edge', 'edge'],
  ['Brave', 'brave'],
  ['Vivaldi', 'vivaldi'],
  ['Opera', 'opera'],
  ['Google Chrome', 'chrome'],
  ['Chromium', 'chromium'],
]);

/**
 * @param {{brand: string, version: string}[]} brands as navigator.userAgentData gives them
 * @returns {{browser: string, version: string}}
 */
export function fromBrands(brands) {
  for (const [brand, browser] of BRANDS) {
    const found = brands.find((candidate) => candidate.brand === brand);
    if (found) return { browser, version: found.version.slice(0, VERSION_MAX) };
  }
  return { browser: 'other', version: 'unknown' };
}

/** @param {{name: string, version: string}} info as runtime.getBrowserInfo gives it */
export function fromBrowserInfo({ name, version }) {
  return { browser: name === 'Firefox' ? 'firefox' : 'other', version: version.slice(0, VERSION_MAX) };
}

/**
 * Firefox lets its users decline technical data; a version is that, even when it goes no further than this computer's log.
 * @param {any} browser
 * @returns {Promise<boolean>}
 */
async function mayTellVersion(browser) {
  const { data_collection: allowed } = await browser.permissions.getAll();
  return !Array.isArray(allowed) || allowed.includes('technicalAndInteraction');
}

async function detect() {
  const { browser, navigator } = /** @type {any} */ (globalThis);
  if (browser?.runtime?.getBrowserInfo) {
    const info = fromBrowserInfo(await browser.runtime.getBrowserInfo());
    return (await mayTellVersion(browser)) ? info : { ...info, version: 'withheld' };
  }
  const data = navigator?.userAgentData;
  if (!data) return { browser: 'other', version: 'unknown' };
  const { fullVersionList } = await data.getHighEntropyValues(['fullVersionList']);
  return fromBrands(fullVersionList ?? data.brands);
}

/** @returns {Promise<import('./protocol.js').Client>} */
export async function clientInfo() {
  const found = await detect().catch(() => ({ browser: 'other', version: 'unknown' }));
  return { ...found, extension: chrome.runtime.getManifest().version };
}
