// What needs a permission that a test cannot click on: notifications and the time authority. Both are granted in the copied
// manifest; everything else is as a member has it. Then the evidence is handed out, and checked by the command line.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before } from 'node:test';
import { SETTING } from '../replica/server.mjs';
import { EXTENSION_ID, startChromium } from './chromium.mjs';
import { CLI, ROOT } from './host.mjs';
import { chapters, stage } from './stage.mjs';
import { history, nextObservation, picture, registerHost, until } from './support.mjs';

const AUTHORITY = join(ROOT, 'tests/evidence/tsa.sh');
const URL_OF_SETTING = `https://www.linkedin.com${SETTING}`;
const work = mkdtempSync(join(tmpdir(), 'consentlog-authority-'));
const chapter = chapters();
/** What reached the authority. */
const asked = [];
let working = true;
let world;

const authority = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const query = Buffer.concat(parts);
    asked.push({ method: request.method, headers: request.headers, query });
    if (!working) return response.writeHead(503).end();
    const file = join(work, `query-${asked.length}`);
    writeFileSync(file, query);
    return response
      .setHeader('content-type', 'application/timestamp-reply')
      .end(execFileSync('bash', [AUTHORITY, 'answer', work, 'good', file]));
  });
});

const grant = (manifest) => ({
  ...manifest,
  permissions: [...manifest.permissions, 'notifications'],
  optional_permissions: [],
  host_permissions: [...manifest.host_permissions, 'http://127.0.0.1/*'],
});

const worker = () => world.browser.worker();
const notifications = async () => Object.keys(await (await worker()).evaluate(() => chrome.notifications.getAll()));
const choose = async (change) => {
  const page = await world.browser.newPage();
  await page.goto(`chrome-extension://${EXTENSION_ID}/ui/options.html`);
  const { ok } = await page.evaluate((wanted) => chrome.runtime.sendMessage({ type: 'prefs', change: wanted }), change);
  assert.equal(ok, true);
  await page.close();
};
const stamps = async () => (await history(world.session)).filter(({ kind }) => kind === 'timestamp');

before(async () => {
  execFileSync('bash', [AUTHORITY, 'make', work]);
  await new Promise((ready) => authority.listen(0, '127.0.0.1', ready));
  world = await stage('chromium', (session, replica) => startChromium(session, replica, grant));
  registerHost(world.session, 'chromium');
  mkdirSync(join(world.session.env.HOME, 'Downloads'));
  await world.start();
});
after(async () => {
  await world.stop();
  authority.close();
  rmSync(work, { recursive: true, force: true });
});

chapter('reminded at once that it is on, once, and no longer when it is off', async () => {
  await choose({ notify: true });
  await world.page.goto(URL_OF_SETTING);
  const { account } = await nextObservation(world.session, 1);
  const key = `on:${account.pseudonym}`;
  await until('the reminder', async () => (await notifications()).includes(key));
  await world.page.reload();
  assert.deepEqual(await notifications(), [key]);
  world.replica.accounts.get('ada').training = false;
  await world.page.reload();
  await nextObservation(world.session, 2);
  await until('no reminder', async () => (await notifications()).length === 0);
});

chapter('told at once that the opt-out was undone', async () => {
  world.replica.accounts.get('ada').training = true;
  await world.page.reload();
  await nextObservation(world.session, 3);
  await until('the warning', async () => (await notifications()).some((key) => key.startsWith('undone:')));
  assert.equal((await notifications()).length, 1, 'undone, and not also on');
});

chapter(
  'timestamps: nothing is asked until they are on; then the log’s head, and no more, goes to the one address',
  async () => {
    assert.equal(asked.length, 0);
    const address = `http://127.0.0.1:${authority.address().port}/tsr`;
    await choose({ timestamps: { on: true, authority: address } });
    const [stamp] = await until('a timestamp in the log', async () => {
      const all = await stamps();
      return all.length > 0 && all;
    });
    assert.deepEqual(
      [asked.length, asked[0].method, asked[0].headers['content-type']],
      [1, 'POST', 'application/timestamp-query'],
    );
    assert.deepEqual([asked[0].headers.cookie, asked[0].headers.referer], [undefined, undefined]);
    assert.ok(asked[0].query.length < 120, `${asked[0].query.length} bytes: a hash and a nonce`);
    assert.deepEqual([stamp.size, stamp.authority], [stamp.seq, address]);
  },
);

chapter('a change of state is stamped; an authority that fails is asked again later, and nothing is lost', async () => {
  working = false;
  world.replica.accounts.get('ada').training = false;
  await world.page.reload();
  await nextObservation(world.session, 4);
  const failed = await until('a failure', async () => {
    const { timestamps } = await world.browser.stored();
    return timestamps.failures > 0 && timestamps;
  });
  assert.deepEqual([failed.error, failed.wanted, (await stamps()).length], ['tsa-unreachable', true, 1]);
  working = true;
  const page = await world.browser.newPage();
  await page.goto(`chrome-extension://${EXTENSION_ID}/ui/options.html`);
  await page.click('#timestamp-now');
  await until('the second timestamp', async () => (await stamps()).length === 2);
  await page.waitForFunction(() => /in the log/.test(document.querySelector('#outcome').innerText));
  await page.close();
});

chapter('the history shows both, and an entry tells who signed what', async () => {
  const page = await world.browser.newPage();
  await page.goto(`chrome-extension://${EXTENSION_ID}/ui/history.html`);
  await page.waitForFunction(() => /complete and unchanged/.test(document.querySelector('#status').innerText));
  assert.ok((await page.locator('#timeline .mark--timestamp').count()) >= 1);
  await page.selectOption('#filter-kind', 'timestamps');
  assert.equal(await page.locator('.entry').count(), 2);
  await page.locator('.entry').first().click();
  await page.waitForFunction(() => /Time it signed/.test(document.querySelector('#detail').innerText));
  await picture(page, 'pages-history-timestamp');
  await page.close();
});

chapter('exported in three clicks, verified, and good for the command line too', async () => {
  const page = await world.browser.newPage();
  await page.goto(`chrome-extension://${EXTENSION_ID}/ui/export.html`);
  await page.waitForSelector('#form:not([hidden])');
  await page.fill('#owner', 'Ada Example');
  await page.click('#go');
  await page.waitForSelector('#result:not([hidden])', { timeout: 60_000 });
  assert.match(await page.innerText('#result-title'), /^Verified:/);
  assert.equal(await page.locator('#result-checks [data-ok="false"]').count(), 0);
  const [report] = await Promise.all([world.browser.context.waitForEvent('page'), page.click('#report-open')]);
  await report.waitForSelector('h1');
  const [family, colour] = await report.evaluate(() => {
    const { fontFamily, backgroundColor } = getComputedStyle(document.body);
    return [fontFamily, backgroundColor];
  });
  assert.ok(!/^"?Times/.test(family) && colour !== 'rgba(0, 0, 0, 0)', `its style is in use: ${family}, ${colour}`);
  assert.match(await report.innerText('h1'), /What LinkedIn’s AI setting was/);
  assert.match(await report.innerText('body'), /Ada Example/);
  assert.deepEqual(await report.evaluate(() => [...document.scripts].map((script) => new URL(script.src).pathname)), [
    '/ui/report.js',
  ]);
  await picture(report, 'pages-export-report');
  await report.close();
  await world.browser.context.addInitScript(() => (globalThis.print = () => (document.title = 'printed')));
  const [printed] = await Promise.all([world.browser.context.waitForEvent('page'), page.click('#report-print')]);
  await printed.waitForFunction(() => document.title === 'printed');
  assert.match(await printed.innerText('h1'), /What LinkedIn’s AI setting was/);
  await printed.close();
  await page.click('#folder-show');
  await page.waitForFunction(() => /No file manager/.test(document.querySelector('#result-outcome').innerText));
  const path = await page.innerText('#result-path code');
  assert.ok(path.startsWith(join(world.session.env.HOME, 'Downloads')), path);
  const { status, stdout, stderr } = world.session.run(CLI, ['verify', path]);
  assert.equal(status, 0, stdout + stderr);
  assert.equal(
    await page.innerText('#how-command code'),
    `consentlog verify ${basename(path)}`,
    'as others run it, where no folder is the member’s',
  );
  await picture(page, 'pages-export-verified');
  await page.fill('#folder', '/nowhere/at/all');
  await page.click('#go');
  await page.waitForFunction(() => document.querySelector('#wrong').innerText !== '');
  assert.equal(await page.isHidden('#result'), true);
  await page.close();
});

chapter('a second authority is a second witness: each is asked for itself, once, and the log holds both', async () => {
  const address = `http://127.0.0.1:${authority.address().port}/tsr`;
  const earlier = asked.length;
  await choose({ timestamps: { on: true, authority: address, second: `${address}?second` } });
  await until('one of the second', async () => (await stamps()).length === 3);
  world.replica.accounts.get('ada').training = true;
  await world.page.reload();
  await until('one of each', async () => (await stamps()).length >= 5);
  await world.page.reload(); // the same again is no reason, nor is a token
  await world.page.waitForTimeout(1500);
  assert.deepEqual(
    (await stamps()).slice(2).map(({ authority: from }) => from.slice(address.length)),
    ['?second', '', '?second'],
  );
  assert.equal(asked.length - earlier, 3);
  const { result } = await world.session.once('check');
  assert.equal(result.faults, 0);
});
