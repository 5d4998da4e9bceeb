// LinkedIn's id of a member is not in the browser's profile after a record, is there only while the log cannot be written, and no script
// in a page of LinkedIn's can read what is stored.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { SETTING } from '../replica/server.mjs';
import { startChromium } from './chromium.mjs';
import { startFirefox } from './firefox.mjs';
import { chapters, stage } from './stage.mjs';
import { nextObservation, registerHost, unregisterHost, until } from './support.mjs';

const URL_OF_SETTING = `https://www.linkedin.com${SETTING}`;
const ID = 'a-member-who-is-nobody-else';
/** Where each browser keeps what extensions store. */
const FOLDERS = { chromium: 'chromium/Default/Local Extension Settings', firefox: 'firefox/storage/default' };

const filesUnder = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

/** Files that hold the id, as it is. */
const holding = (folder) =>
  filesUnder(folder).filter((file) => {
    try {
      return readFileSync(file).includes(ID);
    } catch {
      return false; // gone meanwhile
    }
  });

function scenario(name, start) {
  describe(`${name}: whose a reading is`, { concurrency: 1 }, () => {
    const chapter = chapters();
    let world;
    let ours;
    const stored = () => ours.evaluate(() => chrome.storage.local.get(null));
    const folder = () => join(world.session.dir, FOLDERS[name]);
    before(async () => {
      world = await stage(name, start);
      registerHost(world.session, name);
      Object.assign(world.replica.accounts.get('ada'), { publicId: ID, plainId: ID });
      await world.start();
      ours = await world.browser.openPopup();
    });
    after(async () => world.stop());

    chapter('after a record the id is in no file of the profile’s storage', async () => {
      await world.page.goto(URL_OF_SETTING);
      const entry = await nextObservation(world.session, 1);
      assert.match(entry.account.pseudonym, /^[0-9a-f]{32}$/);
      await until('an empty outbox', async () => {
        const { outbox, last } = await stored();
        return outbox.waiting.length === 0 && last.account === entry.account.pseudonym;
      });
      assert.ok(filesUnder(folder()).length > 0, 'there are files to look into');
      assert.deepEqual(holding(folder()), []);
      assert.ok(!JSON.stringify(await stored()).includes(ID));
    });

    chapter('a script in the page’s own extension world reads nothing of it', async () => {
      const tried = await ours.evaluate(async (url) => {
        const [{ id: tabId }] = await chrome.tabs.query({ url: `${url}*` });
        const [{ result }] = await chrome.scripting.executeScript({
          target: { tabId },
          func: async () => {
            const read = async (area) => {
              try {
                return Object.keys(await chrome.storage[area].get(null)).length;
              } catch (error) {
                return String(error).slice(0, 40) && 'refused';
              }
            };
            return { session: await read('session'), local: await read('local') };
          },
        });
        return result;
      }, URL_OF_SETTING);
      assert.equal(tried.session, 'refused');
      // Firefox has no way to close storage.local to them; nothing of ours in a page uses it, which lint holds.
      if (name === 'chromium') assert.equal(tried.local, 'refused');
    });

    chapter('while the log cannot be written the id waits in the profile, and is erased after', async () => {
      unregisterHost(world.session, name);
      world.replica.accounts.get('ada').training = false;
      await world.page.reload();
      await until('a reading that waits, and its id', async () => JSON.stringify(await stored()).includes(ID));
      if (name === 'chromium') await until('it in a file: the test can see one', () => holding(folder()).length > 0);
      registerHost(world.session, name);
      await ours.evaluate(() => chrome.runtime.sendMessage({ type: 'refresh' }));
      const entry = await nextObservation(world.session, 2);
      assert.match(entry.account.pseudonym, /^[0-9a-f]{32}$/);
      await until('no id in storage', async () => !JSON.stringify(await stored()).includes(ID));
    });
  });
}

describe('whose', { concurrency: 2 }, () => {
  scenario('chromium', startChromium);
  scenario('firefox', startFirefox);
});
