/** A browser with the extension, a page made up, and what is run in the reader's own world of it. */
import { EXTENSION_ID } from '../e2e/chromium.mjs';
import { stage } from '../e2e/stage.mjs';
import { registerHost, until } from '../e2e/support.mjs';
import { SETTING } from '../replica/server.mjs';

const AT = 'https://www.linkedin.com';
/** The same page where the reader does not go. */
export const ELSEWHERE = '/mypreferences/d/settings/something-else';

export const SWITCH = `<span id="allowGenAiTraining">Use my data for training content creation AI models</span>
<input type="checkbox" role="switch" aria-labelledby="allowGenAiTraining" checked>`;

/** @param {string} inside @param {number} nodes so many beside it @param {string} [script] */
export const html = (inside, nodes, script = '') => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Data for Generative AI Improvement | LinkedIn</title></head><body><main><h1>Data for Generative AI Improvement</h1>
${inside}</main>
<div id="rest">${'<div class="x"><p>A <b>post</b></p></div>'.repeat(Math.ceil(nodes / 3))}</div><script>${script}</script></body></html>`;

/** @param {string} text */
const asPage = (text) => ({
  answer: (request, response, url) => {
    if (![SETTING, ELSEWHERE].includes(url.pathname)) return false;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(text);
    return true;
  },
});

export async function openAs(world, name, path) {
  const page = await world.browser.newPage();
  await page.setExtraHTTPHeaders({ 'x-replica-page': name });
  await page.goto(`${AT}${path}`, { waitUntil: 'load' });
  return page;
}

/** A page that shows the setting, once the reader is in it. */
export async function openRead(world, name) {
  const page = await openAs(world, name, SETTING);
  await until('the reader', () => inReadersWorld(world, 'isThere').catch(() => false));
  return page;
}

/** Runs in the reader's world of the tab that shows the setting. */
export const inReadersWorld = (world, func, args = []) =>
  world.ours.evaluate(
    async (text, given) => {
      const [{ id }] = await chrome.tabs.query({
        url: 'https://www.linkedin.com/mypreferences/*data-for-ai-improvement*',
      });
      const [{ result, error }] = await chrome.scripting.executeScript({
        target: { tabId: id },
        func: globalThis.measures[text],
        args: given,
      });
      if (error) throw error;
      return result;
    },
    func,
    args,
  );

export const ownInChromium = async (world) => {
  const page = await world.browser.newPage();
  await page.goto(`chrome-extension://${EXTENSION_ID}/ui/options.html`);
  return page;
};

/**
 * @param {{name: string, start: any, openOwn: (world: any) => Promise<any>, giveMeasures: () => void, pages: Record<string, string>}} how
 *   `openOwn`: a page of the extension's own; `giveMeasures` is run there, and sets globalThis.measures: functions, for the browser takes no text
 * @param {(world: any) => Promise<void>} use
 */
export async function withReader({ name, start, openOwn, giveMeasures, pages }, use) {
  const world = await stage(name, start);
  try {
    registerHost(world.session, name);
    for (const [page, text] of Object.entries(pages)) world.replica.pages.set(page, asPage(text));
    await world.start();
    world.ours = await openOwn(world);
    await world.ours.evaluate(giveMeasures);
    await use(world);
  } finally {
    await world.stop();
  }
}
