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
import { assertWhole, nextObservation, picture, registerHost, unregisterHost, until } from './support.mjs';

const URL_OF_SETTING = `https://www.linkedin.com${SETTING}`;
const ID = 'a-member-who-is-nobody-else';
/** Where each browser keeps what extensions store. */
const FOLDERS = { chromium: 'chromium/Default/Local Extension Settings', firefox: 'firefox/storage/default' };

const PSEUDONYM = /^[0-9a-f]{32}$/;

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

/** LinkedIn's newer pages name nobody: only the member can say whose account that was. */
function asked(name, start) {
  describe(`${name}: a page that names nobody`, { concurrency: 1 }, () => {
    const chapter = chapters();
    let world;
    let popup;
    let first;
    const says = (words) =>
      until(`the popup to say ${words}`, async () =>
        words.test(await popup.$eval('main', (element) => element.textContent).catch(() => '')),
      );
    /* The popup is drawn anew when the log's answer comes, maybe under the pointer. */
    const press = (selector) =>
      until(`${selector} to be pressed`, () =>
        popup.click(selector).then(
          () => true,
          () => false,
        ),
      );
    before(async () => {
      world = await stage(name, start);
      registerHost(world.session, name);
      world.replica.options.nameless = true;
      await world.start();
    });
    after(async () => world.stop());

    chapter('the member is asked, and what was seen is recorded once more as theirs', async () => {
      await world.page.goto(URL_OF_SETTING);
      assert.deepEqual((await nextObservation(world.session, 1)).account, { pseudonym: null, premium: null });
      popup = await world.browser.openPopup();
      await popup.waitForSelector('#notice-whose');
      await picture(popup, `${name}-popup-whose`);
      await popup.click('[id="whose account-new"]');
      const { account, state } = await nextObservation(world.session, 2);
      assert.deepEqual([state, account.said, account.premium], ['on', true, null]);
      assert.match(account.pseudonym, PSEUDONYM);
      first = account.pseudonym;
      await says(/The account is your answer/);
      await picture(popup, `${name}-popup-whose-said`);
    });

    chapter('the answer holds for the next look, and another account is another history', async () => {
      world.replica.accounts.get('ada').training = false;
      await world.page.reload();
      const own = await nextObservation(world.session, 3);
      assert.deepEqual([own.account.pseudonym, own.account.said, own.change], [first, true, 'changed']);
      world.replica.options.signedIn = 'ben';
      await world.page.reload();
      const taken = await nextObservation(world.session, 4);
      assert.equal(taken.account.pseudonym, first, 'nothing on the page tells that somebody else is signed in');
      await press('#fold-others-titles'); // the change that was seen comes first
      await press('[id="whose account-new"]');
      const other = await nextObservation(world.session, 5);
      assert.deepEqual([other.account.said, other.change, other.state], [true, 'first', 'on']);
      assert.notEqual(other.account.pseudonym, first);
    });

    chapter('a page that names the member ends it', async () => {
      world.replica.options.nameless = false;
      await world.page.reload();
      const named = await nextObservation(world.session, 6);
      assert.equal(named.account.said, undefined);
      assert.match(named.account.pseudonym, PSEUDONYM);
      world.replica.options.nameless = true;
      world.replica.accounts.get('ben').training = false;
      await world.page.reload();
      assert.deepEqual((await nextObservation(world.session, 7)).account, { pseudonym: null, premium: null });
      await says(/Whose account was that/);
      await assertWhole(world.session);
    });
  });
}

describe('whose', { concurrency: 2 }, () => {
  scenario('chromium', startChromium);
  scenario('firefox', startFirefox);
});

describe('whose account', { concurrency: 2 }, () => {
  asked('chromium', startChromium);
  asked('firefox', startFirefox);
});
