// Every page of ours in Firefox, with the real host: no fault that axe finds in either theme, all of it by keyboard, one direction
// to scroll at 320 pixels, and not a word on the console. What the pages do is told by pages.test.mjs and by member.mjs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before } from 'node:test';
import { startFirefox } from './firefox.mjs';
import { observation, observationOff } from './host.mjs';
import { chapters, stage } from './stage.mjs';
import { picture, registerHost, until } from './support.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Each page, and what it says when it is there. */
const PAGES = Object.freeze({
  welcome: /Your log is encrypted/,
  history: /complete and unchanged/,
  documents: /./,
  export: /What to withhold/,
  options: /Reminders/,
  popup: /Switched off/,
  help: /Where do I report a fault/,
});
/** The member's desktop is dark, as Firefox tells pages of it. */
const DARK = { 'layout.css.prefers-color-scheme.content-override': 0 };
const DAY = 86_400_000;
const chapter = chapters();
let world;

/** @param {number} daysAgo @param {Function} make @param {object} [more] */
function seen(daysAgo, make, more = {}) {
  const at = new Date(Date.now() - daysAgo * DAY).toISOString();
  return make({ observed_at: at, asked: true, ...more, page: { loaded_at: at, ...more.page } });
}

before(async () => {
  world = await stage('firefox', (session, replica) => startFirefox(session, replica, DARK));
  registerHost(world.session, 'firefox');
  const observations = [
    seen(300, observation),
    seen(200, observation, { account: { id: 'BEN', premium: true } }),
    seen(1, observationOff),
  ];
  const { ok, error } = await world.session.once('record', { observations });
  assert.ok(ok, JSON.stringify(error));
  await world.start();
});
after(async () => world.stop());

/** The page as a member opens it, and what goes wrong in it. */
async function open(name, words) {
  const page = await world.browser.openOwn(`ui/${name}.html`);
  const wrong = [];
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(String(error)));
  await page.setViewport({ width: name === 'popup' ? 360 : 1100, height: 800 });
  await page.evaluate(() => {
    globalThis.before = true;
  });
  page.reload().catch(() => {}); // from its first line on, with somebody who listens; that it is there is never reported
  await until(`${name} to be shown`, () =>
    page
      .evaluate(
        (source) =>
          !globalThis.before && !document.body.hidden && new RegExp(source, 'i').test(document.body.innerText),
        words.source,
      )
      .catch(() => false),
  );
  return { page, wrong };
}

async function faults(page, scheme) {
  const dark = await page.evaluate((value) => {
    document.documentElement.style.colorScheme = value === 'dark' ? '' : value;
    return matchMedia('(prefers-color-scheme: dark)').matches;
  }, scheme);
  assert.ok(dark, 'dark by itself, not by us');
  const { violations } = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly }), RULES);
  return violations.map(
    ({ id, nodes }) => `${scheme}, ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
}

/** What Tab reaches: how it is called, and whether it is seen to have the focus. */
async function walk(page) {
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  });
  const stops = [];
  for (let step = 0; step < 80; step += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const at = document.activeElement;
      if (!at || at === document.body || !document.hasFocus()) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      const labels = [...(at.labels ?? [])].map((label) => label.textContent).join(' ');
      const name = (
        at.getAttribute('aria-label') ??
        (labels || at.getAttribute('aria-valuetext') || at.textContent)
      ).trim();
      return {
        html: at.outerHTML.slice(0, 120),
        name,
        outline: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0,
      };
    });
    if (!stop || stops[0]?.html === stop.html) break;
    stops.push(stop);
  }
  return stops;
}

for (const [name, words] of Object.entries(PAGES)) {
  chapter(`firefox: ${name}`, async () => {
    const { page, wrong } = await open(name, words);
    await page.evaluate(AXE);
    for (const scheme of ['light', 'dark']) {
      assert.deepEqual(await faults(page, scheme), []);
      await picture(page, `firefox-${name}-${scheme}`);
    }
    const stops = await walk(page);
    assert.ok(stops.length > 4, `the walk reaches ${stops.length}`);
    for (const { html, name: called, outline } of stops) assert.ok(called !== '' && outline, html);
    await page.setViewport({ width: 320, height: 700 });
    const over = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await until(`${name} to fit 320 pixels`, async () => (await over()) <= 0, 3000);
    assert.deepEqual(wrong, []);
    await page.close();
  });
}
