// Known layouts, changed a little and at random (tests/extension/mutate.mjs), as real browsers draw them: what the reader says at
// once, judged as if the page had stood still. Far more of them are changed in jsdom. CL_SEED=<seed> and CL_MUTATIONS=<pages> explore.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { judge } from '../../extension/background/setting/judge.js';
import { ALONE, BESIDE, UNKNOWN_WORDS, verdict } from '../extension/mutate.mjs';
import { loadPages } from '../replica/pages.mjs';
import { SETTING } from '../replica/server.mjs';
import { EXTENSION_ID, startPlainChromium } from './chromium.mjs';
import { startFirefox } from './firefox.mjs';
import { stage } from './stage.mjs';
import { until } from './support.mjs';

const SEED = Number(process.env.CL_SEED ?? 20_261_126);
const NAME = 'changed';
const CHANGES = readFileSync(new URL('../extension/mutate.mjs', import.meta.url), 'utf8').replace(/^export /gm, '');
const KINDS = [
  ['once', [...ALONE, ...BESIDE]],
  ['nearby', [...ALONE, ...BESIDE].filter((name) => !UNKNOWN_WORDS.includes(name))],
];

/** Changed by a script of the page's own, while it loads. */
function changedPage(page, kind, seed) {
  const script = `<script>window.told=(()=>{${CHANGES};return ${kind}(document,${JSON.stringify(page.name)},${seed})})()</script>`;
  const html = page.html.replace('</body>', `${script}</body>`);
  return {
    ...page,
    name: NAME,
    answer: (_request, response, { pathname }) => {
      if (pathname !== SETTING) return false;
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(html);
      return true;
    },
  };
}

/** What the reader sees at this moment in the tab that shows the setting; null: it is not there yet. */
const reading = (ours) =>
  ours
    .evaluate(async () => {
      const [{ id: tabId }] = await chrome.tabs.query({
        url: 'https://www.linkedin.com/mypreferences/*data-for-ai-improvement*',
      });
      const func = () => JSON.stringify(globalThis[Symbol.for('consentlog.reader')]?.describe()?.reading ?? null);
      return (await chrome.scripting.executeScript({ target: { tabId }, func }))[0].result;
    })
    .then(JSON.parse, () => null);

async function judgedIn(world, page, kind, seed) {
  world.replica.pages.set(NAME, changedPage(page, kind, seed));
  await world.page.goto(`https://www.linkedin.com${SETTING}`, { waitUntil: 'load' });
  const told = await world.page.evaluate(() => window.told);
  const seen = await until('the reader', () => reading(world.ours));
  return verdict(page.name, seed, judge({ ...seen, quiet: 60_000, final: true }), told);
}

const inChromium = async (world) => {
  const page = await world.browser.newPage();
  await page.goto(`chrome-extension://${EXTENSION_ID}/ui/options.html`);
  return page;
};

for (const [name, start, openOwn, howMany] of [
  ['chromium', startPlainChromium, inChromium, 100],
  ['firefox', startFirefox, (world) => world.browser.openOwn('ui/options.html'), 30],
]) {
  describe(`${name}: changed pages`, () => {
    let world;
    before(async () => {
      world = await stage(name, start);
      await world.start();
      world.ours = await openOwn(world);
      await world.page.bringToFront();
      world.replica.shown = NAME;
    });
    after(async () => world.stop());

    for (const [kind, names] of KINDS) {
      it(`${kind}: no wrong state`, { timeout: 3_600_000 }, async (t) => {
        const pages = loadPages().filter((page) => names.includes(page.name));
        const all = [];
        for (let seed = SEED; all.length < Number(process.env.CL_MUTATIONS ?? howMany); seed += 1) {
          all.push(await judgedIn(world, pages[seed % pages.length], kind, seed));
        }
        const wrong = all.filter((one) => one.wrong).map(({ trace }) => trace);
        const read = all.filter(({ state }) => state === 'on' || state === 'off').length;
        t.diagnostic(`CL_SEED=${SEED}: ${all.length} pages, ${read} read, ${wrong.length} wrong`);
        assert.deepEqual(wrong, []);
        assert.ok(read > all.length / 5, 'too little was read');
      });
    }
  });
}
