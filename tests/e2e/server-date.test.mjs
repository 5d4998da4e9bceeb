// LinkedIn's clock in an entry is of the very load, in both browsers: of an answer out of the cache there is none.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { SETTING } from '../replica/server.mjs';
import { startPlainChromium } from './chromium.mjs';
import { startFirefox } from './firefox.mjs';
import { chapters, stage } from './stage.mjs';
import { nextObservation, registerHost } from './support.mjs';

const AT = 'https://www.linkedin.com';
const SHORT = '/mypreferences/d/data-for-ai-improvement'; // another address of the same page
const AGO_MS = 600_000;

function scenario(name, start) {
  describe(`${name}: the server's date`, () => {
    const chapter = chapters();
    let world;
    before(async () => {
      world = await stage(name, start);
      registerHost(world.session, name);
      await world.start();
    });
    after(async () => world.stop());

    chapter('is that of the answer, whatever it is', async () => {
      await world.page.goto(`${AT}/feed/`); // the extension's worker may be beginning
      const said = new Date(Math.floor((Date.now() - AGO_MS) / 1000) * 1000);
      world.replica.options.headers = { 'cache-control': 'max-age=7200', date: said.toUTCString() };
      await world.page.goto(AT + SHORT);
      assert.equal((await nextObservation(world.session, 1)).page.server_date, said.toISOString());
    });

    chapter('is of the very load, at another address of it', async () => {
      world.replica.options.headers = {};
      world.replica.accounts.get('ada').training = false;
      await world.page.goto(AT + SETTING);
      const { server_date: server, loaded_at: loaded } = (await nextObservation(world.session, 2)).page;
      assert.ok(Math.abs(Date.parse(server) - Date.parse(loaded)) < 60_000, String(server));
    });

    chapter('is none, where the document comes out of the cache', async () => {
      const asked = () => world.replica.requests.filter((request) => request === `GET ${SHORT}`).length;
      const times = asked();
      await world.page.goto(AT + SHORT);
      const { state, page } = await nextObservation(world.session, 3);
      assert.equal(asked(), times, 'the cache was used, or this shows nothing');
      assert.deepEqual([state, page.navigation, page.server_date], ['on', 'load', null]);
    });
  });
}

scenario('chromium', startPlainChromium);
scenario('firefox', startFirefox);
