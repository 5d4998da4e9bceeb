// What the member asks for beside opening the setting, in Chromium with tabs that are truly hidden: check now, the documents,
// a picture, a sketch.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { parsePage } from '../replica/pages.mjs';
import { SETTING } from '../replica/server.mjs';
import { openPage } from '../extension/page-window.mjs';
import { EXTENSION_ID, startPlainChromium } from './chromium.mjs';
import { sleep } from './host.mjs';
import { chapters, stage } from './story.mjs';
import { assertWhole, history, nextObservation, observations, picture, registerHost, until } from './support.mjs';

const AT = 'https://www.linkedin.com';
const chapter = chapters();
let world;
let ours;
let count = 0;
const next = async () => nextObservation(world.session, (count += 1));
const ownUrl = (path) => `chrome-extension://${EXTENSION_ID}/pages/${path}`;
const ask = (type, more = {}) => ours.evaluate((message) => chrome.runtime.sendMessage(message), { type, ...more });
const stored = () => ours.evaluate(() => chrome.storage.local.get(null));
const tabs = () => ours.evaluate(() => chrome.tabs.query({}));
const documents = async () => (await history(world.session)).filter(({ kind }) => kind === 'document');
const awaitDocuments = (howMany) => until(`${howMany} documents`, async () => {
  const kept = await documents();
  return kept.length >= howMany && kept;
}, 60_000);

/** captureVisibleTab wants a click on the toolbar that no driver can make: here the copy may see all sites instead. */
const seeAll = (manifest) => ({ ...manifest, host_permissions: ['<all_urls>'] });

async function openOwn(path, width = 1100) {
  const page = await world.browser.newPage();
  await page.setViewport({ width, height: 800 });
  await page.goto(ownUrl(path));
  await page.waitForFunction(() => !document.body.hidden);
  return page;
}

/** In both colour schemes, for people to look at. */
async function pictures(page, name) {
  for (const value of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
    await picture(page, `chromium-${name}-${value}`);
  }
}

before(async () => {
  world = await stage('chromium', (session, replica) => startPlainChromium(session, replica, { manifest: seeAll }));
  registerHost(world.session, 'chromium');
  await world.start();
  ours = await openOwn('popup.html');
});
after(async () => world.stop());

chapter('check now: read in a tab that nobody sees, recorded though nothing is new, and closed', async () => {
  await world.page.goto(AT + SETTING);
  assert.equal((await next()).state, 'on');
  await world.page.goto(`${AT}/feed/`);
  await world.page.bringToFront();
  await world.page.evaluate(() => {
    window.hiddenOnce = document.hidden;
    document.addEventListener('visibilitychange', () => { window.hiddenOnce = true; });
  });
  const open = (await tabs()).length;
  assert.deepEqual(await ask('check-now'), { ok: true, started: true });
  assert.deepEqual(await ask('check-now'), { ok: true, started: false }, 'never two');
  const during = await until('its tab', async () => (await tabs()).find(({ url }) => url?.includes('data-for-ai-improvement')));
  assert.equal(during.active, false);
  const entry = await next();
  assert.deepEqual([entry.state, entry.change], ['on', 'unchanged']);
  await until('its tab to be gone', async () => (await tabs()).length === open);
  assert.equal(await world.page.evaluate(() => window.hiddenOnce), false, 'the member’s tab stayed in front');
  assert.deepEqual((await stored()).check, { running: false, outcome: 'seen', reason: null });
});

chapter('a tab of the member’s that shows the setting is not touched by it', async () => {
  await world.page.goto(AT + SETTING);
  await sleep(4_000);
  await world.page.evaluate(() => { window.mine = true; });
  await ask('check-now');
  await next();
  await until('the end of it', async () => !(await stored()).check.running);
  assert.equal(await world.page.evaluate(() => window.mine), true);
});

chapter('check now while signed out: said so, and no tab is left', async () => {
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

chapter('documents: nothing is read before the member has turned it on', async () => {
  await world.page.goto(`${AT}/legal/privacy-policy`);
  await sleep(3_000);
  assert.deepEqual(await documents(), []);
  assert.deepEqual(await ask('documents-collect'), { ok: true, started: false });
});

chapter('documents: one that the member opens is kept, once', async () => {
  assert.deepEqual(await ask('documents-turn', { on: true }), { ok: true, on: true });
  await world.page.reload();
  const [entry] = await awaitDocuments(1);
  assert.deepEqual([entry.document, entry.title, entry.language, entry.effective, entry.effective_text, entry.change],
    ['privacy-policy', 'Privacy Policy', 'en', '2025-11-03', 'Effective on November 3, 2025', 'first']);
  await world.page.reload();
  await sleep(4_000);
  assert.equal((await documents()).length, 1);
});

chapter('documents: all of them, in one tab that is never in front', async () => {
  const open = (await tabs()).length;
  assert.deepEqual(await ask('documents-collect'), { ok: true, started: true });
  let most = 0;
  await until('the end of the course', async () => {
    const all = await tabs();
    most = Math.max(most, all.length);
    assert.ok(!all.some(({ active, url }) => active && /legal|help/.test(url) && !url.includes('privacy-policy')));
    return (await stored()).documents.progress === null;
  }, 90_000);
  const kept = await awaitDocuments(10);
  assert.equal(new Set(kept.map(({ document }) => document)).size, 9);
  assert.deepEqual([most, (await tabs()).length], [open + 1, open]);
  assert.deepEqual((await stored()).documents.refused, {});
});

for (const [variant, reason] of [['sign-in', 'signed-out'], ['consent-wall', 'consent-wall'], ['empty-shell', 'empty'], ['other-page', 'wrong-page'],
  ['error', 'error-page']]) {
  chapter(`documents: ${variant} is not taken for the document`, async () => {
    const many = (await documents()).length;
    world.replica.documents.set('/legal/user-agreement', { variant, status: variant === 'error' ? 500 : 200 });
    await world.page.goto(`${AT}/legal/user-agreement`);
    await until('a refusal', async () => (await stored()).documents.refused['user-agreement']?.reason === reason, 30_000);
    assert.equal((await documents()).length, many);
    world.replica.documents.delete('/legal/user-agreement');
  });
}

chapter('documents: a changed text is told, and shown beside the old one', async () => {
  const changes = { 4: 'The training of models is described in clause 5, and it is on by default, as this page gives for testing.' };
  world.replica.documents.set('/legal/privacy-policy', { effective: 'Effective on December 1, 2026', changes });
  await world.page.goto(`${AT}/legal/privacy-policy`);
  const kept = await awaitDocuments(11);
  assert.deepEqual([kept.at(-1).change, kept.at(-1).effective], ['changed', '2026-12-01']);
  await until('the badge', async () => (await ours.evaluate(() => chrome.action.getBadgeText({}))) === '!');
  const popup = await openOwn('popup.html', 360);
  assert.match(await popup.$eval('#urgent', (e) => e.textContent), /Privacy Policy/);
  await pictures(popup, 'popup-terms-changed');
  await popup.close();

  const page = await openOwn('documents.html');
  await page.waitForSelector('[id="compare privacy-policy"]');
  await page.click('[id="compare privacy-policy"]');
  await page.waitForSelector('#comparison ins');
  const marked = await page.$$eval('#comparison ins', (all) => all.map((e) => e.textContent));
  assert.ok(marked.some((words) => words.includes('it is on by default')), JSON.stringify(marked));
  assert.match(await page.$eval('#comparison thead', (e) => e.textContent), /November 3, 2025.*December 1, 2026/s);
  await pictures(page, 'documents');
  await page.close();
  await until('the badge without the alert', async () => (await ours.evaluate(() => chrome.action.getBadgeText({}))) !== '!');
});

chapter('a picture: of the setting alone, shown, kept with what was read', async () => {
  await world.page.goto(AT + SETTING);
  await world.page.bringToFront();
  await sleep(5_000);
  count = (await observations(world.session)).length;
  const [{ id: tabId }] = (await tabs()).filter(({ url }) => url?.includes('data-for-ai-improvement'));
  const taken = await ask('picture-take', { tabId });
  assert.equal(taken.ok, true, JSON.stringify(taken).slice(0, 300));
  assert.ok(taken.box.width > 100 && taken.box.height > 30 && taken.box.whole, JSON.stringify(taken.box));
  assert.equal((await observations(world.session)).length, count, 'nothing is recorded before it is kept');

  const base64 = await ours.evaluate(async ({ image, box }) => {
    const { cutOf } = await import('/pages/picture.js');
    const bytes = Uint8Array.from(atob(image.slice(image.indexOf(',') + 1)), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const cut = cutOf(box, bitmap);
    const canvas = new OffscreenCanvas(cut.width, cut.height);
    canvas.getContext('2d').drawImage(bitmap, cut.left, cut.top, cut.width, cut.height, 0, 0, cut.width, cut.height);
    const out = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
    return btoa(String.fromCharCode(...out));
  }, taken);
  assert.deepEqual(await ask('picture-keep', { base64: 'AAAA' }), { ok: false, code: 'picture-lost' });
  assert.equal((await ask('picture-keep', { base64 })).ok, true);
  const entry = await next();
  assert.deepEqual([entry.state, entry.attachments.map(({ name, media_type: type }) => [name, type])], ['on', [['picture', 'image/png']]]);
  const { result } = await world.session.once('attachment', { sha256: entry.attachments[0].sha256, offset: 0 });
  assert.equal(result.base64, base64);
  assert.deepEqual(await ask('picture-keep', { base64 }), { ok: false, code: 'picture-lost' }, 'kept once');
});

chapter('a picture of another tab is refused', async () => {
  await world.page.goto(`${AT}/feed/`);
  const [{ id: tabId }] = (await tabs()).filter(({ active }) => active);
  assert.deepEqual(await ask('picture-take', { tabId }), { ok: false, code: 'tab-gone' });
});

chapter('a sketch: shown in full, without the member, and a page of the table as it is', async () => {
  await world.page.goto(AT + SETTING);
  await sleep(3_000);
  const [{ id: tabId }] = (await tabs()).filter(({ url }) => url?.includes('data-for-ai-improvement'));
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

chapter('the log of all this is whole', async () => assertWhole(world.session));
