// LinkedIn gives the switch other words: nothing is read from them, the member is told and asked, the answer is recorded as theirs, and counts
// for these words alone. Told in both browsers at once, for most of it is waiting for a page to stand still.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { SETTING } from '../replica/server.mjs';
import { startChromium } from './chromium.mjs';
import { startFirefox } from './firefox.mjs';
import { CLI } from './host.mjs';
import { chapters, stage } from './stage.mjs';
import { assertWhole, nextObservation, picture, registerHost, until } from './support.mjs';

const AT = `https://www.linkedin.com${SETTING}`;
const NEW_WORDS = 'Guard my posts against AI models';

const told = ({ state, reason, control }) => [state, reason, control.label, control.checked];

function scenario(name, start) {
  describe(`${name}: other words at the switch`, { concurrency: 1 }, () => {
    const chapter = chapters();
    let world;
    before(async () => {
      world = await stage(name, start);
      registerHost(world.session, name);
      world.replica.options.label = NEW_WORDS;
      await world.start();
    });
    after(async () => world.stop());

    const popupText = (popup, selector) => popup.$eval(selector, (element) => element.textContent);

    chapter('unknown, with the words as they are', async () => {
      await world.page.goto(AT);
      const entry = await nextObservation(world.session, 1);
      assert.deepEqual(told(entry), ['unknown', 'reworded', NEW_WORDS, true]);
      const apart = Date.parse(entry.page.server_date) - Date.parse(entry.page.loaded_at);
      assert.ok(Math.abs(apart) <= 60_000, `LinkedIn's clock: ${entry.page.server_date}`);
    });

    chapter('the member is told, and asked what they mean', async () => {
      const popup = await world.browser.openPopup();
      await popup.waitForSelector('#notice-words');
      const notice = await popupText(popup, '[aria-labelledby="notice-words"]');
      assert.ok(notice.includes(NEW_WORDS) && notice.includes('Does “on” mean that LinkedIn may use my data?'), notice);
      await picture(popup, `${name}-popup-reworded`);
      await popup.click('[id="words wording-no"]');
      const entry = await nextObservation(world.session, 2);
      assert.deepEqual(told(entry), ['unknown', 'member-off', NEW_WORDS, true], 'on means the opposite, and it is on');
      await until('the popup to say whose reading it is', async () =>
        /recorded as your reading, not as consentlog/.test(await popupText(popup, '#state')),
      );
      await picture(popup, `${name}-popup-member`);
      await popup.close();
    });

    chapter('LinkedIn moves the switch: the same words are not asked about again', async () => {
      world.replica.accounts.get('ada').training = false;
      await world.page.reload();
      assert.deepEqual(told(await nextObservation(world.session, 3)), ['unknown', 'member-on', NEW_WORDS, false]);
    });

    chapter('LinkedIn turns the words back: read again', async () => {
      world.replica.options.label = null;
      await world.page.reload();
      const entry = await nextObservation(world.session, 4);
      assert.deepEqual([entry.state, entry.reason, entry.change], ['off', null, 'first']);
      await assertWhole(world.session);
    });

    chapter('the program in the terminal says whose word it is', () => {
      const said = world.session.run(CLI, ['history']).stdout;
      assert.match(said, /as the member reads them: off/);
      assert.match(said, /as the member reads them: on/);
    });
  });
}

describe('reworded', { concurrency: 2 }, () => {
  scenario('chromium', startChromium);
  scenario('firefox', startFirefox);
});
