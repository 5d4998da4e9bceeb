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

    const observed = async (seq, training, address, headers) => {
      world.replica.accounts.get('ada').training = training;
      world.replica.options.headers = headers;
      await world.page.goto(AT + address);
      return nextObservation(world.session, seq);
    };

    chapter('is of the very load', async () => {
      await observed(1, true, SETTING, {}); // the extension's worker may be beginning
      const { server_date: server, loaded_at: loaded } = (await observed(2, false, SETTING, {})).page;
      assert.ok(Math.abs(Date.parse(server) - Date.parse(loaded)) < 60_000, String(server));
    });

    chapter('is that of the answer, whatever it is', async () => {
      const said = new Date(Math.floor((Date.now() - AGO_MS) / 1000) * 1000);
      const headers = { 'cache-control': 'max-age=7200', date: said.toUTCString() };
      assert.equal((await observed(3, true, SHORT, headers)).page.server_date, said.toISOString());
    });

    chapter('is none, where the document comes out of the cache', async () => {
      await observed(4, false, SETTING, {});
      const asked = () => world.replica.requests.filter((request) => request === `GET ${SHORT}`).length;
      const times = asked();
      const { state, page } = await observed(5, false, SHORT, {});
      assert.equal(asked(), times, 'the cache was used, or this shows nothing');
      assert.deepEqual([state, page.navigation, page.server_date], ['on', 'load', null]);
    });
  });
}

scenario('chromium', startPlainChromium);
scenario('firefox', startFirefox);
