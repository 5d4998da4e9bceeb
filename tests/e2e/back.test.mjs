// The setting's page, another page, and the browser's Back button. A page that is loaded anew has an age of its own; one that the browser has
// kept has the age of its load, and what it shows undoes nothing that was seen since.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { SETTING } from '../replica/server.mjs';
import { startPlainChromium } from './chromium.mjs';
import { startFirefox } from './firefox.mjs';
import { chapters, stage } from './stage.mjs';
import { assertWhole, gist, nextObservation, registerHost, until } from './support.mjs';

const AT = 'https://www.linkedin.com';

function scenario(name, start) {
  describe(`${name}: back to the setting`, () => {
    const chapter = chapters();
    let world;
    let first;
    let seq;
    before(async () => {
      world = await stage(name, start);
      registerHost(world.session, name);
      await world.start();
    });
    after(async () => world.stop());

    const serverSets = (training, headers = {}) => {
      world.replica.accounts.get('ada').training = training;
      world.replica.options.headers = headers;
    };
    const load = async (tab) => {
      await tab.goto(AT + SETTING);
      await tab.evaluate(() => void (globalThis.kept = true));
    };
    const back = async (tab) => {
      await tab.bringToFront();
      await tab.evaluate(() => void setTimeout(() => history.back(), 0)); // drivers wait for a load, and of a kept page there is none
      const there = () => tab.evaluate((path) => location.pathname === path, SETTING).catch(() => false);
      await until('the setting', there);
      return tab.evaluate(() => globalThis.kept === true);
    };
    const next = (count) => nextObservation(world.session, count);

    chapter('a page that the browser may not keep is loaded anew, and has its own age', async () => {
      serverSets(false);
      await load(world.page); // the extension's worker may be beginning
      first = await next(1);
      await world.page.goto(`${AT}/feed/`);
      serverSets(true);
      const began = Date.now();
      assert.equal(await back(world.page), false, 'loaded anew, or this shows nothing');
      const entry = await next(2);
      /* Chromium puts back what stood in the form: the page then shows what LinkedIn did not send, and that is no state. */
      const putBack = !(await world.page.$eval('input[role="switch"]', (box) => box.checked));
      assert.deepEqual([entry.state, entry.reason], putBack ? ['unknown', 'inconsistent'] : ['on', null]);
      assert.equal(putBack, name === 'chromium');
      assert.equal(entry.page.navigation, 'load');
      assert.ok(Date.parse(entry.page.loaded_at) >= began - 1_000, entry.page.loaded_at);
      await load(world.page);
      seq = putBack ? 3 : 2;
      assert.equal((await next(seq)).state, 'on');
    });

    chapter('one that it has kept shows what stood there, with the age of its load: it is stale', async () => {
      serverSets(false, { 'cache-control': 'private, max-age=0' });
      await load(world.page);
      const kept = await next(seq + 1);
      assert.equal(kept.state, 'off');
      assert.ok(Date.parse(kept.page.loaded_at) > Date.parse(first.page.loaded_at));
      await world.page.goto(`${AT}/feed/`);
      const other = await world.browser.newPage();
      serverSets(true);
      await load(other);
      assert.deepEqual(gist(await next(seq + 2)), {
        state: 'on',
        change: 'changed',
        cause: 'unexplained',
        phase: 'seen',
      });
      await other.close();
      await world.page.bringToFront();
      assert.equal(await back(world.page), true, 'the browser has kept it, or this shows nothing');
      const entry = await next(seq + 3);
      assert.deepEqual(gist(entry), { state: 'off', change: 'stale', cause: null, phase: 'seen' });
      assert.equal(entry.page.loaded_at, kept.page.loaded_at);
      const { accounts } = (await world.session.once('status')).result;
      assert.deepEqual(
        accounts.map(({ state }) => state),
        ['on'],
      );
    });

    chapter('the log of all this is whole', async () => assertWhole(world.session));
  });
}

scenario('chromium', (session, replica) => startPlainChromium(session, replica, { keepsPages: true }));
scenario('firefox', startFirefox);
