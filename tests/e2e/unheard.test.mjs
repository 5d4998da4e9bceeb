// A page that never lets itself be read: the reader goes in when a document has been parsed, and this one never is. What was
// seen before does not go on being said as if it had been seen: toolbar, popup and log tell that this visit saw nothing.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { SETTING } from '../replica/server.mjs';
import { startChromium } from './chromium.mjs';
import { startFirefox } from './firefox.mjs';
import { chapters, stage } from './stage.mjs';
import { assertWhole, nextObservation, registerHost, until } from './support.mjs';

const URL_OF_SETTING = `https://www.linkedin.com${SETTING}`;
const NEVER = '/replica/never.js';
/** The tab's own time, a second one if it answers, and a browser that is slow. */
const TOLD_MS = 480_000;

/** The switch says on; the script below it never comes. */
const SILENT = `<!doctype html><html lang="en"><title>LinkedIn</title><main><h1>Data for Generative AI Improvement</h1>
<label><input type="checkbox" role="switch" checked> Use my data for training content creation AI models</label></main>
<script src="${NEVER}"></script>`;

const silent = {
  answer: (_request, response, url) => {
    if (url.pathname === NEVER) return true; // and nothing follows
    if (url.pathname !== SETTING) return false;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(SILENT);
    return true;
  },
};

function scenario(name, start) {
  describe(`${name}: a page that cannot be read`, { concurrency: 1 }, () => {
    const chapter = chapters();
    let world;
    before(async () => {
      world = await stage(name, start);
      registerHost(world.session, name);
      world.replica.accounts.get('ada').training = false;
      world.replica.pages.set('silent', silent);
      await world.start();
    });
    after(async () => world.stop());

    chapter('it is off, and the toolbar says so', async () => {
      await world.page.goto(URL_OF_SETTING);
      const { state } = await nextObservation(world.session, 1);
      assert.equal(state, 'off');
      await until('the badge', async () => /off/i.test((await world.browser.badge()).text));
    });

    chapter('the next visit lets nothing be read: state, time and that are told apart', async () => {
      await world.page.setExtraHTTPHeaders({ 'x-replica-page': 'silent' });
      world.page.reload({ timeout: TOLD_MS }).catch(() => {}); // it never loads
      const badge = await until(
        'another badge',
        async () => {
          const shown = await world.browser.badge();
          return !/off/i.test(shown.text) && shown;
        },
        TOLD_MS,
      );
      assert.match(badge.title, /Not known · Last known: switched off · not read on the last visit/);
      const popup = await world.browser.openPopup();
      const text = (selector) => popup.$eval(selector, (element) => element.textContent);
      await until('the popup', async () => /Not known/.test(await text('#headline')));
      assert.match(await text('#settled'), /Last known: switched off/);
      assert.match(await text('#facts-gist'), /^Seen .* · not read on the last visit/);
      assert.match(await text('#meaning'), /let nothing be read/);
      await popup.close();
    });

    chapter('the log says unknown, and why; what was off is neither changed nor seen again', async () => {
      const { state, reason, account, control } = await nextObservation(world.session, 2);
      assert.deepEqual([state, reason, account.pseudonym, control], ['unknown', 'timed-out', null, null]);
      const { accounts } = (await world.session.once('status')).result;
      assert.deepEqual(
        accounts.filter(({ pseudonym }) => pseudonym !== null).map((one) => [one.state, one.last_state]),
        [['off', 'off']],
      );
      await assertWhole(world.session);
    });
  });
}

describe('unheard', { concurrency: 2 }, () => {
  scenario('chromium', startChromium);
  scenario('firefox', startFirefox);
});
