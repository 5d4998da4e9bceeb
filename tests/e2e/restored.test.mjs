// The member closes the setting's tab and takes it back. Firefox loads the page anew and fills in what stood there when the tab was closed:
// that is not what LinkedIn sent, and no state. (In Chromium a tab that is taken back is as one that Back has loaded: see back.test.mjs.)
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { SETTING } from '../replica/server.mjs';
import { inWindow, startFirefox } from './firefox.mjs';
import { chapters, stage } from './stage.mjs';
import { assertWhole, gist, nextObservation, registerHost, until } from './support.mjs';

const URL_OF_SETTING = `https://www.linkedin.com${SETTING}`;
const SWITCH = 'input[role="switch"]';

const scenario = (shows, byScript) =>
  describe(`firefox: a tab that was closed and is taken back, ${shows}`, () => {
    const chapter = chapters();
    let world;
    before(async () => {
      world = await stage('firefox', startFirefox);
      registerHost(world.session, 'firefox');
      world.replica.options.byScript = byScript;
      await world.start();
      await world.browser.newPage(); // the window stays when the tab is closed
    });
    after(async () => world.stop());

    const serverSets = (training) => (world.replica.accounts.get('ada').training = training);
    const isChecked = (tab) => tab.$eval(SWITCH, (box) => box.checked);

    chapter('it shows on, and the member switches it off', async () => {
      await world.page.bringToFront();
      await world.page.goto(URL_OF_SETTING);
      assert.equal((await nextObservation(world.session, 1)).state, 'on');
      await world.page.click(SWITCH);
      assert.deepEqual(gist(await nextObservation(world.session, 2)), {
        state: 'off',
        change: 'changed',
        cause: 'user',
        phase: 'pending',
      });
    });

    chapter('LinkedIn switches it on meanwhile: what the browser puts back is no “off”', async () => {
      await inWindow(world.browser.browser, '() => gBrowser.removeTab(gBrowser.selectedTab)');
      serverSets(true);
      await inWindow(world.browser.browser, '() => void SessionStore.undoCloseTab(window, 0)');
      const tab = await until('the tab', async () => {
        const pages = await world.browser.browser.pages();
        return pages.find((page) => page.url() === URL_OF_SETTING);
      });
      await until('what stood in the form', async () => !(await isChecked(tab).catch(() => true)));
      const entry = await nextObservation(world.session, 3);
      assert.deepEqual([entry.state, entry.reason], ['unknown', 'inconsistent']);
    });

    chapter('the log of all this is whole', async () => {
      await world.close();
      await assertWhole(world.session);
    });
  });

scenario('its switch sent by LinkedIn', false);
scenario('its switch made by a script', true);
