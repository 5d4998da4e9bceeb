// What the member asks for beside opening the setting: check now, the documents, a picture, a sketch, and being looked for by
// the schedule. Run with each browser.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { clobbered } from '../replica/clobber.mjs';
import { sentence } from '../replica/documents.mjs';
import { loadPages, parsePage } from '../replica/pages.mjs';
import { SETTING } from '../replica/server.mjs';
import { openPage } from '../extension/page-window.mjs';
import { filesKept } from './enclosing.mjs';
import { sleep } from './host.mjs';
import { chapters, stage } from './stage.mjs';
import { assertWhole, history, nextObservation, observations, picture, registerHost, until } from './support.mjs';

const AT = 'https://www.linkedin.com';
const NOT_DOCUMENTS = [
  ['sign-in', 'signed-out'],
  ['consent-wall', 'consent-wall'],
  ['empty-shell', 'empty'],
  ['other-page', 'wrong-page'],
  ['error', 'error-page'],
];

/** What the chapters share: the world, a page of ours to ask from, and how many observations are told. */
class Tasks {
  world;
  /** The popup, in a tab that stays: what it asks is asked by the popup. */
  ours;
  count = 0;
  chapter = chapters();

  /** @param {string} name @param {boolean} schemes */
  constructor(name, schemes) {
    this.name = name;
    this.schemes = schemes;
  }

  async start(start) {
    this.world = await stage(this.name, start);
    registerHost(this.world.session, this.name);
    await this.world.start();
    this.ours = await this.openOwn('popup.html');
  }

  next = async () => nextObservation(this.world.session, (this.count += 1));
  ask = (type, more = {}) => this.ours.evaluate((message) => chrome.runtime.sendMessage(message), { type, ...more });
  stored = () => this.ours.evaluate(() => chrome.storage.local.get(null));
  tabs = () => this.ours.evaluate(() => chrome.tabs.query({}));
  badge = () => this.ours.evaluate(() => chrome.action.getBadgeText({}));
  settingTab = async () => (await this.tabs()).find(({ url }) => url?.includes('data-for-ai-improvement'));
  documents = async () => (await history(this.world.session)).filter(({ kind }) => kind === 'document');
  awaitDocuments = (howMany) =>
    until(
      `${howMany} documents`,
      async () => {
        const kept = await this.documents();
        return kept.length >= howMany && kept;
      },
      60_000,
    );

  async openOwn(path, width = 1100) {
    const page = await this.world.browser.openOwn(`ui/${path}`);
    await page.setViewport({ width, height: 800 });
    await until(`${path} to be shown`, () =>
      page.evaluate(() => document.readyState === 'complete' && !document.body.hidden).catch(() => false),
    );
    return page;
  }

  /** The member looks at the setting, and what was read has gone to the host. */
  async look() {
    const earlier = (await this.stored()).last?.reading;
    await this.world.page.bringToFront();
    await this.world.page.goto(AT + SETTING);
    await until('a reading, sent', async () => {
      const { last, outbox } = await this.stored();
      return last && last.reading !== earlier && (outbox?.waiting.length ?? 0) === 0;
    });
  }

  /** For people to look at, in both colour schemes where the driver can. */
  async pictures(page, what) {
    if (!this.schemes) return picture(page, `${this.name}-${what}`);
    for (const value of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
      await picture(page, `${this.name}-${what}-${value}`);
    }
  }

  /** What of ours is in the document in front, by our own world's marks. */
  async inFront(path) {
    const tab = (await this.tabs()).find(({ url }) => url && new URL(url).pathname === path);
    return this.ours.evaluate(async (tabId) => {
      const func = () => ['reader', 'mains', 'known'].filter((mark) => Symbol.for(`consentlog.${mark}`) in globalThis);
      return (await chrome.scripting.executeScript({ target: { tabId }, func }))[0].result;
    }, tab.id);
  }
}

/** Check now, and what is not touched by it. @param {Tasks} t */
function checkNow(t) {
  t.chapter(`${t.name}: nothing of ours on any other page of the site, and nothing said of it`, async () => {
    for (const path of [
      '/feed/',
      '/in/ada-example/',
      '/mypreferences/d/categories/privacy',
      '/mypreferences/d/settings/ads-by-age',
      '/uas/login',
      '/legal/privacy-policy',
    ]) {
      await t.world.page.goto(AT + path);
      await sleep(500);
      assert.deepEqual(await t.inFront(path), [], path);
    }
    const { last, outbox } = await t.stored();
    assert.deepEqual(
      [last ?? null, outbox?.waiting.length ?? 0, (await observations(t.world.session)).length],
      [null, 0, 0],
    );
    await t.world.page.goto(AT + SETTING);
    await until('the reader where it belongs', async () => (await t.inFront(SETTING)).includes('reader'));
  });

  t.chapter(
    `${t.name}: check now: read in a tab that nobody sees, recorded though nothing is new, and closed`,
    async () => {
      assert.equal((await t.next()).state, 'on');
      await t.world.page.goto(`${AT}/feed/`);
      await t.world.page.bringToFront();
      await t.world.page.evaluate(() => {
        window.hiddenOnce = document.hidden;
        document.addEventListener('visibilitychange', () => {
          window.hiddenOnce = true;
        });
      });
      const open = (await t.tabs()).length;
      assert.deepEqual(await t.ask('check-now'), { ok: true, started: true });
      assert.deepEqual(await t.ask('check-now'), { ok: true, started: false }, 'never two');
      const during = await until('its tab', t.settingTab);
      assert.equal(during.active, false);
      const entry = await t.next();
      assert.deepEqual([entry.state, entry.change], ['on', 'unchanged']);
      await until('its tab to be gone', async () => (await t.tabs()).length === open);
      assert.equal(await t.world.page.evaluate(() => window.hiddenOnce), false, 'the member’s tab stayed in front');
      assert.deepEqual((await t.stored()).check, { running: false, outcome: 'seen', reason: null });
    },
  );

  t.chapter(`${t.name}: a tab of the member’s that shows the setting is not touched by it`, async () => {
    await t.look();
    await t.world.page.evaluate(() => {
      window.mine = true;
    });
    await t.ask('check-now');
    await t.next();
    await until('the end of it', async () => !(await t.stored()).check.running);
    assert.equal(await t.world.page.evaluate(() => window.mine), true);
  });

  t.chapter(`${t.name}: what is stored is refused to a script in the page, where the browser can`, async () => {
    const { id: tabId } = await t.settingTab();
    const said = await t.ours.evaluate(async (tab) => {
      const func = () => chrome.storage.local.get(null).then(Object.keys, String);
      const [{ result }] = await chrome.scripting.executeScript({ target: { tabId: tab }, func });
      return { closes: 'setAccessLevel' in chrome.storage.local, result };
    }, tabId);
    /* The day when Firefox can, docs/permissions.md and the threat model say too little. */
    assert.equal(said.closes, t.name === 'chromium');
    if (said.closes) assert.match(String(said.result), /Access to storage is not allowed/);
    else assert.ok(said.result.includes('last'), String(said.result));
  });

  t.chapter(`${t.name}: check now while signed out: said so, and no tab is left`, async () => {
    t.world.replica.options.signedIn = null;
    const open = (await t.tabs()).length;
    await t.ask('check-now');
    const entry = await t.next();
    assert.deepEqual([entry.state, entry.reason], ['unknown', 'signed-out']);
    await until('its tab to be gone', async () => (await t.tabs()).length === open);
    assert.deepEqual((await t.stored()).check, { running: false, outcome: 'failed', reason: 'signed-out' });
    const popup = await t.openOwn('popup.html', 360);
    assert.match(await popup.$eval('#state', (e) => e.textContent), /not signed in/);
    assert.equal(await popup.$eval('#notices', (e) => e.textContent), '', 'it is said once');
    await t.pictures(popup, 'popup-check-failed');
    await popup.close();
    t.world.replica.options.signedIn = 'ada';
  });
}

/** Documents, from the first that is opened to one that changes. @param {Tasks} t */
function documentsKept(t, others) {
  t.chapter(`${t.name}: documents: nothing is read before the member has turned it on`, async () => {
    await t.world.page.goto(`${AT}/legal/privacy-policy`);
    await sleep(3_000);
    assert.deepEqual(await t.documents(), []);
    assert.deepEqual(await t.ask('documents-collect'), { ok: true, started: false });
  });

  t.chapter(`${t.name}: documents: one that the member opens is kept, once`, async () => {
    assert.deepEqual(await t.ask('documents-turn', { on: true }), { ok: true, on: true });
    await t.world.page.reload();
    const [entry] = await t.awaitDocuments(1);
    assert.deepEqual(
      [entry.document, entry.title, entry.language, entry.effective, entry.effective_text, entry.change],
      ['privacy-policy', 'Privacy Policy', 'en', '2025-11-03', 'Effective on November 3, 2025', 'first'],
    );
    await t.world.page.reload();
    await sleep(4_000);
    assert.equal((await t.documents()).length, 1);
  });

  t.chapter(`${t.name}: documents: all of them, in one tab that is never in front`, async () => {
    const open = (await t.tabs()).length;
    assert.deepEqual(await t.ask('documents-collect'), { ok: true, started: true });
    let most = 0;
    await until(
      'the end of collecting all',
      async () => {
        const all = await t.tabs();
        most = Math.max(most, all.length);
        assert.ok(!all.some(({ active, url }) => active && /legal|help/.test(url) && !url.includes('privacy-policy')));
        return (await t.stored()).documents.progress === null;
      },
      90_000,
    );
    const kept = await t.awaitDocuments(10);
    assert.equal(new Set(kept.map(({ document }) => document)).size, 9);
    assert.deepEqual([most, (await t.tabs()).length], [open + 1, open]);
    assert.deepEqual((await t.stored()).documents.refused, {});
  });

  for (const [variant, reason] of NOT_DOCUMENTS.slice(0, others)) {
    t.chapter(`${t.name}: documents: ${variant} is not taken for the document`, async () => {
      const many = (await t.documents()).length;
      t.world.replica.documents.set('/legal/user-agreement', { variant, status: variant === 'error' ? 500 : 200 });
      await t.world.page.goto(`${AT}/legal/user-agreement`);
      await until(
        'a refusal',
        async () => (await t.stored()).documents.refused['user-agreement']?.reason === reason,
        30_000,
      );
      assert.equal((await t.documents()).length, many);
      t.world.replica.documents.delete('/legal/user-agreement');
    });
  }

  t.chapter(`${t.name}: documents: a changed text is told, and shown beside the old one`, async () => {
    const changes = {
      0: clobbered(sentence(0)), // its properties are hidden from whoever asks the nodes; its words are the same
      4: 'The training of models is described in clause 5, and it is on by default, as this page gives for testing.',
    };
    t.world.replica.documents.set('/legal/privacy-policy', { effective: 'Effective on December 1, 2026', changes });
    await t.world.page.goto(`${AT}/legal/privacy-policy`);
    const kept = await t.awaitDocuments(11);
    assert.deepEqual([kept.at(-1).change, kept.at(-1).effective], ['changed', '2026-12-01']);
    await until('the badge', async () => (await t.badge()) === '!');
    const popup = await t.openOwn('popup.html', 360);
    assert.match(await popup.$eval('#notices', (e) => e.textContent), /Privacy Policy/);
    await t.pictures(popup, 'popup-terms-changed');
    await popup.close();

    const page = await t.openOwn('documents.html');
    await page.waitForSelector('[id="compare privacy-policy"]');
    await page.click('[id="compare privacy-policy"]');
    await page.waitForSelector('#comparison ins');
    const marked = await page.$$eval('#comparison ins', (all) => all.map((e) => e.textContent));
    assert.ok(
      marked.some((words) => words.includes('it is on by default')),
      JSON.stringify(marked),
    );
    assert.ok(!marked.some((words) => words.includes('clause 1,')), JSON.stringify(marked));
    assert.match(await page.$eval('#comparison thead', (e) => e.textContent), /November 3, 2025.*December 1, 2026/s);
    await t.pictures(page, 'documents');
    await page.close();
    await until('the badge without the alert', async () => (await t.badge()) !== '!');
  });
}

/** Pictures. @param {Tasks} t */
function picturesTaken(t) {
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

  t.chapter(
    `${t.name}: a picture: not before the member has clicked on the toolbar; the permissions we have do not allow it`,
    async () => {
      await t.look();
      t.count = (await observations(t.world.session)).length;
      popup = t.ours;
      await t.ours.evaluate(() => {
        Object.assign(globalThis, { before: true });
        setTimeout(() => location.reload(), 0);
      });
      await until('the popup anew', () => t.ours.evaluate(() => !('before' in globalThis)).catch(() => false));
      await until('the button', () => isOffered('picture-start').catch(() => false));
      await press('picture-start');
      await until('a refusal', async () => /toolbar/.test(await outcome()));
      assert.equal(await isOffered('picture'), false);
    },
  );

  t.chapter(
    `${t.name}: a picture: of the setting alone, shown before it is kept; discarded, nothing is recorded`,
    async () => {
      popup = (await t.world.browser.clickAction(t.world.page)) ?? t.ours;
      await until('the button', () => isOffered('picture-start').catch(() => false));
      const { width, height, says } = await takePicture();
      assert.ok(width > 100 && width <= 1100 && height > 30 && height < 800, `${width} x ${height}`);
      assert.match(says, /on/i);
      assert.equal((await observations(t.world.session)).length, t.count, 'nothing is recorded before it is kept');
      await press('picture-discard');
      await until('the picture to be gone', async () => !(await isOffered('picture')));
      assert.match(await outcome(), /discarded/i);
      assert.deepEqual(
        await t.ask('picture-keep', { base64: 'iVBORw0KGgo=' }),
        { ok: false, code: 'picture-lost' },
        'there is none any more',
      );
      assert.equal((await observations(t.world.session)).length, t.count);
    },
  );

  t.chapter(`${t.name}: a picture: kept with what was read, once`, async () => {
    const { base64 } = await takePicture();
    assert.deepEqual(
      await t.ask('picture-keep', { base64: 'AAAA' }),
      { ok: false, code: 'picture-lost' },
      'no picture',
    );
    await press('picture-keep');
    const entry = await t.next();
    assert.deepEqual(
      [entry.state, entry.attachments.map(({ name: called, media_type: type }) => [called, type])],
      ['on', [['picture', 'image/png']]],
    );
    const { result } = await t.world.session.once('attachment', { sha256: entry.attachments[0].sha256, offset: 0 });
    assert.equal(result.base64, base64, 'what the member was shown');
    await until('the picture to be gone', async () => !(await isOffered('picture')));
    assert.deepEqual(await t.ask('picture-keep', { base64 }), { ok: false, code: 'picture-lost' }, 'kept once');
  });

  t.chapter(`${t.name}: a picture of another tab is refused`, async () => {
    await t.world.page.goto(`${AT}/feed/`);
    const [{ id: tabId }] = (await t.tabs()).filter(({ active }) => active);
    assert.deepEqual(await t.ask('picture-take', { tabId }), { ok: false, code: 'tab-gone' });
  });
}

/** A sketch. @param {Tasks} t */
function sketchShown(t) {
  t.chapter(`${t.name}: a sketch: shown in full, without the member, and a page of the table as it is`, async () => {
    await t.look();
    const { id: tabId } = await t.settingTab();
    const page = await t.openOwn(`sketch.html?tab=${tabId}`);
    await page.waitForFunction(() => !document.getElementById('sketch').hidden);
    const text = await page.$eval('#text', (e) => e.textContent);
    assert.equal(await page.$eval('#save', async (e) => (await fetch(e.href)).text()).catch(() => text), text);
    for (const secret of ['Ada', 'ada-example', '1001', '/in/']) assert.ok(!text.includes(secret), secret);
    await t.pictures(page, 'sketch');
    await page.close();
    const parsed = parsePage('sketch', text);
    assert.equal(parsed.expect.state, 'on');
    const opened = openPage(parsed);
    await opened.clock.advance(40_000);
    assert.equal(opened.observations.at(-1).state, 'on');
    opened.close();
  });
}

/** A page that hides what its nodes say of themselves. @param {Tasks} t */
function sketchOfClobbered(t) {
  for (const file of loadPages().filter(({ name }) => name.startsWith('clobbered-')))
    t.chapter(`${t.name}: a sketch of ${file.name} shows what is there`, async () => {
      t.world.replica.pages.set(file.name, file);
      await t.world.page.setExtraHTTPHeaders({ 'x-replica-page': file.name });
      await t.world.page.goto(AT + SETTING);
      const { id: tabId } = await t.settingTab();
      const answer = await t.ask('sketch', { tabId });
      await t.world.page.setExtraHTTPHeaders({});
      assert.equal(answer.ok, true, JSON.stringify(answer));
      const parsed = parsePage('sketch', answer.text);
      assert.deepEqual(parsed.expect, file.expect);
      const opened = openPage(parsed);
      await opened.clock.advance(40_000);
      assert.equal(opened.observations.at(-1).state, 'off');
      opened.close();
    });
}

/** The schedule. @param {Tasks} t */
function scheduleKept(t) {
  /** Lets the plan's time come. The alarm is made anew by the very function that makes it; the browser keeps half a minute at least. */
  async function letItBeDue() {
    await until('a plan', async () => (await t.stored()).plan?.plan);
    await t.ours.evaluate(async () => {
      const {
        plan: { plan },
      } = await chrome.storage.local.get('plan');
      await chrome.storage.local.set({ plan: { plan: { ...plan, at: Date.now() - 1_000 } } });
      await chrome.alarms.create('schedule', { when: Date.now() + 100 });
    });
  }

  t.chapter(
    `${t.name}: the schedule: off by default; chosen, it looks when it is due, in one tab behind, and plans the next`,
    async () => {
      assert.equal((await t.stored()).plan?.plan ?? null, null, 'nothing is planned that was not asked for');
      await t.world.page.goto(`${AT}/feed/`);
      await t.world.page.bringToFront();
      t.count = (await observations(t.world.session)).length;
      t.world.replica.accounts.get('ada').training = false;
      assert.equal((await t.ask('prefs', { change: { schedule: 'daily' } })).ok, true);
      const open = (await t.tabs()).length;
      await letItBeDue();
      const during = await until('its tab', t.settingTab, 60_000);
      assert.equal(during.active, false);
      const entry = await t.next();
      assert.deepEqual([entry.state, entry.change, entry.cause], ['off', 'changed', 'unexplained']);
      await until('its tab to be gone', async () => (await t.tabs()).length === open);
      const { plan } = (await t.stored()).plan;
      assert.ok(
        plan.failures === 0 && plan.at - Date.now() > 0.85 * 86_400_000 && plan.at - Date.now() < 1.15 * 86_400_000,
        JSON.stringify(plan),
      );
    },
  );

  t.chapter(`${t.name}: the schedule: with every window put away it opens nothing, and asks again soon`, async () => {
    const setWindow = (state) =>
      t.ours.evaluate((wanted) => chrome.windows.update(chrome.windows.WINDOW_ID_CURRENT, { state: wanted }), state);
    const open = (await t.tabs()).length;
    await setWindow('minimized');
    await letItBeDue();
    const { plan } = (await t.stored()).plan;
    let most = 0;
    const again = await until(
      'another alarm',
      async () => {
        most = Math.max(most, (await t.tabs()).length);
        const alarm = await t.ours.evaluate(() => chrome.alarms.get('schedule'));
        return alarm?.scheduledTime > Date.now() + 60_000 && alarm.scheduledTime; // none while it is being answered
      },
      60_000,
    );
    assert.ok(again - Date.now() < 16 * 60_000, 'a quarter of an hour');
    assert.deepEqual(
      [most, (await t.tabs()).length, (await t.stored()).plan.plan],
      [open, open, plan],
      'no tab, and no failure',
    );
    await setWindow('normal');
  });

  t.chapter(`${t.name}: the schedule: signed out, it gives up without a word, and waits for longer`, async () => {
    t.world.replica.options.signedIn = null;
    const open = (await t.tabs()).length;
    const { check } = await t.stored();
    await letItBeDue();
    const { plan } = await until(
      'a failure',
      async () => {
        const planned = (await t.stored()).plan;
        return planned.plan.failures === 1 && planned;
      },
      60_000,
    );
    assert.equal(plan.why, 'signed-out');
    assert.ok(plan.at - Date.now() > 1.7 * 86_400_000, 'twice as long');
    await until('its tab to be gone', async () => (await t.tabs()).length === open);
    assert.deepEqual((await t.stored()).check, check, 'the member did not ask, and is not told');
    t.world.replica.options.signedIn = 'ada';
    await t.ask('prefs', { change: { schedule: 'off' } });
    await until('no plan', async () => (await t.stored()).plan.plan === null);
    assert.equal(await t.ours.evaluate(async () => (await chrome.alarms.get('schedule')) ?? null), null);
  });
}

/**
 * @param {string} name of the browser
 * @param {(session: any, replica: any) => Promise<any>} start  answers {newPage, openOwn, clickAction, close}
 * @param {{schemes?: boolean, others?: number}} [can] schemes: may pages be shown in both colour schemes?
 *   others: how many of the pages that are no document; the judge of them is the same in every browser
 */
export function tasksChapters(name, start, { schemes = false, others = NOT_DOCUMENTS.length } = {}) {
  const t = new Tasks(name, schemes);
  before(() => t.start(start));
  after(() => t.world.stop());
  checkNow(t);
  documentsKept(t, others);
  filesKept(t);
  picturesTaken(t);
  sketchShown(t);
  scheduleKept(t);
  sketchOfClobbered(t);
  t.chapter(`${name}: the log of all this is whole`, async () => {
    await t.world.close();
    await assertWhole(t.world.session);
  });
}
