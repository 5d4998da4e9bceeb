// What the member asks for beside opening the setting: check now, the documents, a picture, a sketch, and being looked for by
// the schedule. Run with each browser.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { parsePage } from '../replica/pages.mjs';
import { SETTING } from '../replica/server.mjs';
import { openPage } from '../extension/page-window.mjs';
import { sleep } from './host.mjs';
import { chapters, stage } from './story.mjs';
import { assertWhole, history, nextObservation, observations, picture, registerHost, until } from './support.mjs';

const AT = 'https://www.linkedin.com';
const NOT_DOCUMENTS = [
  ['sign-in', 'signed-out'],
  ['consent-wall', 'consent-wall'],
  ['empty-shell', 'empty'],
  ['other-page', 'wrong-page'],
  ['error', 'error-page'],
];

/**
 * @param {string} name of the browser
 * @param {(session: any, replica: any) => Promise<any>} start  answers {newPage, openOwn, clickAction, close}
 * @param {{schemes?: boolean, others?: number}} [can] schemes: may pages be shown in both colour schemes?
 *   others: how many of the pages that are no document; the judge of them is the same in every browser
 */
export function tasksStory(name, start, { schemes = false, others = NOT_DOCUMENTS.length } = {}) {
  const chapter = chapters();
  let world;
  /** The popup, in a tab that stays: what it asks is asked by the popup. */
  let ours;
  let count = 0;
  const next = async () => nextObservation(world.session, (count += 1));
  const ask = (type, more = {}) => ours.evaluate((message) => chrome.runtime.sendMessage(message), { type, ...more });
  const stored = () => ours.evaluate(() => chrome.storage.local.get(null));
  const tabs = () => ours.evaluate(() => chrome.tabs.query({}));
  const badge = () => ours.evaluate(() => chrome.action.getBadgeText({}));
  const settingTab = async () => (await tabs()).find(({ url }) => url?.includes('data-for-ai-improvement'));
  const documents = async () => (await history(world.session)).filter(({ kind }) => kind === 'document');
  const awaitDocuments = (howMany) =>
    until(
      `${howMany} documents`,
      async () => {
        const kept = await documents();
        return kept.length >= howMany && kept;
      },
      60_000,
    );

  async function openOwn(path, width = 1100) {
    const page = await world.browser.openOwn(`ui/${path}`);
    await page.setViewport({ width, height: 800 });
    await until(`${path} to be shown`, () =>
      page.evaluate(() => document.readyState === 'complete' && !document.body.hidden).catch(() => false),
    );
    return page;
  }

  /** For people to look at, in both colour schemes where the driver can. */
  async function pictures(page, what) {
    if (!schemes) return picture(page, `${name}-${what}`);
    for (const value of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
      await picture(page, `${name}-${what}-${value}`);
    }
  }

  before(async () => {
    world = await stage(name, start);
    registerHost(world.session, name);
    await world.start();
    ours = await openOwn('popup.html');
  });
  after(async () => world.stop());

  /** What of ours is in the document in front, by our own world's marks. */
  const inFront = async (path) => {
    const tab = (await tabs()).find(({ url }) => url && new URL(url).pathname === path);
    return ours.evaluate(async (tabId) => {
      const func = () => ['reader', 'mains', 'known'].filter((mark) => Symbol.for(`consentlog.${mark}`) in globalThis);
      return (await chrome.scripting.executeScript({ target: { tabId }, func }))[0].result;
    }, tab.id);
  };

  chapter(`${name}: nothing of ours on any other page of the site, and nothing said of it`, async () => {
    for (const path of [
      '/feed/',
      '/in/ada-example/',
      '/mypreferences/d/categories/privacy',
      '/mypreferences/d/settings/ads-by-age',
      '/uas/login',
      '/legal/privacy-policy',
    ]) {
      await world.page.goto(AT + path);
      await sleep(500);
      assert.deepEqual(await inFront(path), [], path);
    }
    const { last, outbox } = await stored();
    assert.deepEqual(
      [last ?? null, outbox?.waiting.length ?? 0, (await observations(world.session)).length],
      [null, 0, 0],
    );
    await world.page.goto(AT + SETTING);
    await until('the reader where it belongs', async () => (await inFront(SETTING)).includes('reader'));
  });

  chapter(
    `${name}: check now: read in a tab that nobody sees, recorded though nothing is new, and closed`,
    async () => {
      assert.equal((await next()).state, 'on');
      await world.page.goto(`${AT}/feed/`);
      await world.page.bringToFront();
      await world.page.evaluate(() => {
        window.hiddenOnce = document.hidden;
        document.addEventListener('visibilitychange', () => {
          window.hiddenOnce = true;
        });
      });
      const open = (await tabs()).length;
      assert.deepEqual(await ask('check-now'), { ok: true, started: true });
      assert.deepEqual(await ask('check-now'), { ok: true, started: false }, 'never two');
      const during = await until('its tab', settingTab);
      assert.equal(during.active, false);
      const entry = await next();
      assert.deepEqual([entry.state, entry.change], ['on', 'unchanged']);
      await until('its tab to be gone', async () => (await tabs()).length === open);
      assert.equal(await world.page.evaluate(() => window.hiddenOnce), false, 'the member’s tab stayed in front');
      assert.deepEqual((await stored()).check, { running: false, outcome: 'seen', reason: null });
    },
  );

  chapter(`${name}: a tab of the member’s that shows the setting is not touched by it`, async () => {
    await world.page.goto(AT + SETTING);
    await sleep(4_000);
    await world.page.evaluate(() => {
      window.mine = true;
    });
    await ask('check-now');
    await next();
    await until('the end of it', async () => !(await stored()).check.running);
    assert.equal(await world.page.evaluate(() => window.mine), true);
  });

  chapter(`${name}: check now while signed out: said so, and no tab is left`, async () => {
    world.replica.options.signedIn = null;
    const open = (await tabs()).length;
    await ask('check-now');
    const entry = await next();
    assert.deepEqual([entry.state, entry.reason], ['unknown', 'signed-out']);
    await until('its tab to be gone', async () => (await tabs()).length === open);
    assert.deepEqual((await stored()).check, { running: false, outcome: 'failed', reason: 'signed-out' });
    const popup = await openOwn('popup.html', 360);
    assert.match(await popup.$eval('#state', (e) => e.textContent), /not signed in/);
    assert.equal(await popup.$eval('#notices', (e) => e.textContent), '', 'it is said once');
    await pictures(popup, 'popup-check-failed');
    await popup.close();
    world.replica.options.signedIn = 'ada';
  });

  chapter(`${name}: documents: nothing is read before the member has turned it on`, async () => {
    await world.page.goto(`${AT}/legal/privacy-policy`);
    await sleep(3_000);
    assert.deepEqual(await documents(), []);
    assert.deepEqual(await ask('documents-collect'), { ok: true, started: false });
  });

  chapter(`${name}: documents: one that the member opens is kept, once`, async () => {
    assert.deepEqual(await ask('documents-turn', { on: true }), { ok: true, on: true });
    await world.page.reload();
    const [entry] = await awaitDocuments(1);
    assert.deepEqual(
      [entry.document, entry.title, entry.language, entry.effective, entry.effective_text, entry.change],
      ['privacy-policy', 'Privacy Policy', 'en', '2025-11-03', 'Effective on November 3, 2025', 'first'],
    );
    await world.page.reload();
    await sleep(4_000);
    assert.equal((await documents()).length, 1);
  });

  chapter(`${name}: documents: all of them, in one tab that is never in front`, async () => {
    const open = (await tabs()).length;
    assert.deepEqual(await ask('documents-collect'), { ok: true, started: true });
    let most = 0;
    await until(
      'the end of the course',
      async () => {
        const all = await tabs();
        most = Math.max(most, all.length);
        assert.ok(!all.some(({ active, url }) => active && /legal|help/.test(url) && !url.includes('privacy-policy')));
        return (await stored()).documents.progress === null;
      },
      90_000,
    );
    const kept = await awaitDocuments(10);
    assert.equal(new Set(kept.map(({ document }) => document)).size, 9);
    assert.deepEqual([most, (await tabs()).length], [open + 1, open]);
    assert.deepEqual((await stored()).documents.refused, {});
  });

  for (const [variant, reason] of NOT_DOCUMENTS.slice(0, others)) {
    chapter(`${name}: documents: ${variant} is not taken for the document`, async () => {
      const many = (await documents()).length;
      world.replica.documents.set('/legal/user-agreement', { variant, status: variant === 'error' ? 500 : 200 });
      await world.page.goto(`${AT}/legal/user-agreement`);
      await until(
        'a refusal',
        async () => (await stored()).documents.refused['user-agreement']?.reason === reason,
        30_000,
      );
      assert.equal((await documents()).length, many);
      world.replica.documents.delete('/legal/user-agreement');
    });
  }

  chapter(`${name}: documents: a changed text is told, and shown beside the old one`, async () => {
    const changes = {
      4: 'The training of models is described in clause 5, and it is on by default, as this page gives for testing.',
    };
    world.replica.documents.set('/legal/privacy-policy', { effective: 'Effective on December 1, 2026', changes });
    await world.page.goto(`${AT}/legal/privacy-policy`);
    const kept = await awaitDocuments(11);
    assert.deepEqual([kept.at(-1).change, kept.at(-1).effective], ['changed', '2026-12-01']);
    await until('the badge', async () => (await badge()) === '!');
    const popup = await openOwn('popup.html', 360);
    assert.match(await popup.$eval('#notices', (e) => e.textContent), /Privacy Policy/);
    await pictures(popup, 'popup-terms-changed');
    await popup.close();

    const page = await openOwn('documents.html');
    await page.waitForSelector('[id="compare privacy-policy"]');
    await page.click('[id="compare privacy-policy"]');
    await page.waitForSelector('#comparison ins');
    const marked = await page.$$eval('#comparison ins', (all) => all.map((e) => e.textContent));
    assert.ok(
      marked.some((words) => words.includes('it is on by default')),
      JSON.stringify(marked),
    );
    assert.match(await page.$eval('#comparison thead', (e) => e.textContent), /November 3, 2025.*December 1, 2026/s);
    await pictures(page, 'documents');
    await page.close();
    await until('the badge without the alert', async () => (await badge()) !== '!');
  });

  /** The popup that hangs from the toolbar, where the driver can reach into it; else that in the tab, with what the click has granted. */
  let popup;
  const press = (id) => popup.evaluate((which) => document.getElementById(which).click(), id);
  const outcome = () => popup.evaluate(() => document.getElementById('outcome').textContent);
  const isOffered = (id) => popup.evaluate((which) => document.getElementById(which)?.hidden === false, id);
  const shownPicture = () =>
    popup.evaluate(() => {
      const canvas = document.getElementById('picture-canvas');
      const url = canvas.toDataURL('image/png');
      return {
        width: canvas.width,
        height: canvas.height,
        says: canvas.getAttribute('aria-label'),
        base64: url.slice(url.indexOf(',') + 1),
      };
    });

  async function takePicture() {
    await press('picture-start');
    await until('the picture', () => isOffered('picture'), 30_000);
    return shownPicture();
  }

  chapter(
    `${name}: a picture: not before the member has clicked on the toolbar; the permissions we have do not allow it`,
    async () => {
      await world.page.goto(AT + SETTING);
      await world.page.bringToFront();
      await sleep(5_000);
      count = (await observations(world.session)).length;
      popup = ours;
      await ours.evaluate(() => {
        setTimeout(() => location.reload(), 0);
      });
      await sleep(1_000);
      await until('the button', () => isOffered('picture-start').catch(() => false));
      await press('picture-start');
      await until('a refusal', async () => /toolbar/.test(await outcome()));
      assert.equal(await isOffered('picture'), false);
    },
  );

  chapter(
    `${name}: a picture: of the setting alone, shown before it is kept; discarded, nothing is recorded`,
    async () => {
      popup = (await world.browser.clickAction(world.page)) ?? ours;
      await until('the button', () => isOffered('picture-start').catch(() => false));
      const { width, height, says } = await takePicture();
      assert.ok(width > 100 && width <= 1100 && height > 30 && height < 800, `${width} x ${height}`);
      assert.match(says, /on/i);
      assert.equal((await observations(world.session)).length, count, 'nothing is recorded before it is kept');
      await press('picture-discard');
      await until('the picture to be gone', async () => !(await isOffered('picture')));
      assert.match(await outcome(), /discarded/i);
      assert.deepEqual(
        await ask('picture-keep', { base64: 'iVBORw0KGgo=' }),
        { ok: false, code: 'picture-lost' },
        'there is none any more',
      );
      assert.equal((await observations(world.session)).length, count);
    },
  );

  chapter(`${name}: a picture: kept with what was read, once`, async () => {
    const { base64 } = await takePicture();
    assert.deepEqual(await ask('picture-keep', { base64: 'AAAA' }), { ok: false, code: 'picture-lost' }, 'no picture');
    await press('picture-keep');
    const entry = await next();
    assert.deepEqual(
      [entry.state, entry.attachments.map(({ name: called, media_type: type }) => [called, type])],
      ['on', [['picture', 'image/png']]],
    );
    const { result } = await world.session.once('attachment', { sha256: entry.attachments[0].sha256, offset: 0 });
    assert.equal(result.base64, base64, 'what the member was shown');
    await until('the picture to be gone', async () => !(await isOffered('picture')));
    assert.deepEqual(await ask('picture-keep', { base64 }), { ok: false, code: 'picture-lost' }, 'kept once');
  });

  chapter(`${name}: a picture of another tab is refused`, async () => {
    await world.page.goto(`${AT}/feed/`);
    const [{ id: tabId }] = (await tabs()).filter(({ active }) => active);
    assert.deepEqual(await ask('picture-take', { tabId }), { ok: false, code: 'tab-gone' });
  });

  chapter(`${name}: a sketch: shown in full, without the member, and a page of the table as it is`, async () => {
    await world.page.goto(AT + SETTING);
    await sleep(3_000);
    const { id: tabId } = await settingTab();
    const page = await openOwn(`sketch.html?tab=${tabId}`);
    await page.waitForFunction(() => !document.getElementById('sketch').hidden);
    const text = await page.$eval('#text', (e) => e.textContent);
    assert.equal(await page.$eval('#save', async (e) => (await fetch(e.href)).text()).catch(() => text), text);
    for (const secret of ['Ada', 'ada-example', '1001', '/in/']) assert.ok(!text.includes(secret), secret);
    await pictures(page, 'sketch');
    await page.close();
    const parsed = parsePage('sketch', text);
    assert.equal(parsed.expect.state, 'on');
    const opened = openPage(parsed);
    await opened.clock.advance(40_000);
    assert.equal(opened.observations.at(-1).state, 'on');
    opened.close();
  });

  /** Lets the plan's time come. The alarm is made anew by the very function that makes it; the browser keeps half a minute at least. */
  async function letItBeDue() {
    await until('a plan', async () => (await stored()).plan?.plan);
    await ours.evaluate(async () => {
      const {
        plan: { plan },
      } = await chrome.storage.local.get('plan');
      await chrome.storage.local.set({ plan: { plan: { ...plan, at: Date.now() - 1_000 } } });
      await chrome.alarms.create('schedule', { when: Date.now() + 100 });
    });
  }

  chapter(
    `${name}: the schedule: off by default; chosen, it looks when it is due, in one tab behind, and plans the next`,
    async () => {
      assert.equal((await stored()).plan?.plan ?? null, null, 'nothing is planned that was not asked for');
      await world.page.goto(`${AT}/feed/`);
      await world.page.bringToFront();
      count = (await observations(world.session)).length;
      world.replica.accounts.get('ada').training = false;
      assert.equal((await ask('prefs', { change: { schedule: 'daily' } })).ok, true);
      const open = (await tabs()).length;
      await letItBeDue();
      const during = await until('its tab', settingTab, 60_000);
      assert.equal(during.active, false);
      const entry = await next();
      assert.deepEqual([entry.state, entry.change, entry.cause], ['off', 'changed', 'unexplained']);
      await until('its tab to be gone', async () => (await tabs()).length === open);
      const { plan } = (await stored()).plan;
      assert.ok(
        plan.failures === 0 && plan.at - Date.now() > 0.85 * 86_400_000 && plan.at - Date.now() < 1.15 * 86_400_000,
        JSON.stringify(plan),
      );
    },
  );

  chapter(`${name}: the schedule: with every window put away it opens nothing, and asks again soon`, async () => {
    const setWindow = (state) =>
      ours.evaluate((wanted) => chrome.windows.update(chrome.windows.WINDOW_ID_CURRENT, { state: wanted }), state);
    const open = (await tabs()).length;
    await setWindow('minimized');
    await letItBeDue();
    const { plan } = (await stored()).plan;
    let most = 0;
    const again = await until(
      'another alarm',
      async () => {
        most = Math.max(most, (await tabs()).length);
        const alarm = await ours.evaluate(() => chrome.alarms.get('schedule'));
        return alarm?.scheduledTime > Date.now() + 60_000 && alarm.scheduledTime; // none while it is being answered
      },
      60_000,
    );
    assert.ok(again - Date.now() < 16 * 60_000, 'a quarter of an hour');
    assert.deepEqual(
      [most, (await tabs()).length, (await stored()).plan.plan],
      [open, open, plan],
      'no tab, and no failure',
    );
    await setWindow('normal');
  });

  chapter(`${name}: the schedule: signed out, it gives up without a word, and waits for longer`, async () => {
    world.replica.options.signedIn = null;
    const open = (await tabs()).length;
    const { check } = await stored();
    await letItBeDue();
    const { plan } = await until(
      'a failure',
      async () => {
        const planned = (await stored()).plan;
        return planned.plan.failures === 1 && planned;
      },
      60_000,
    );
    assert.equal(plan.why, 'signed-out');
    assert.ok(plan.at - Date.now() > 1.7 * 86_400_000, 'twice as long');
    await until('its tab to be gone', async () => (await tabs()).length === open);
    assert.deepEqual((await stored()).check, check, 'the member did not ask, and is not told');
    world.replica.options.signedIn = 'ada';
    await ask('prefs', { change: { schedule: 'off' } });
    await until('no plan', async () => (await stored()).plan.plan === null);
    assert.equal(await ours.evaluate(async () => (await chrome.alarms.get('schedule')) ?? null), null);
  });

  chapter(`${name}: the log of all this is whole`, async () => assertWhole(world.session));
}
