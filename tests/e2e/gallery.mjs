// The gallery in docs/gallery and README's picture: every page of ours in its states, light and dark, photographed in the real
// browser with the real host and a real keyring, the replica standing for LinkedIn. No test: `node tests/e2e/gallery.mjs`, which
// needs the packages pngquant and faketime as well.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEY } from '../replica/markup.mjs';
import { SETTING } from '../replica/server.mjs';
import { EXTENSION_ID, startPlainChromium } from './chromium.mjs';
import { installPictures } from './gallery-install.mjs';
import { observation, observationOff, ROOT, sleep } from './host.mjs';
import { stage } from './stage.mjs';
import { registerHost, unregisterHost, until } from './support.mjs';

const FOLDER = join(ROOT, 'docs/gallery');
const FOR_README = join(ROOT, 'docs/popup.png');
const LARGEST = 75_000;
/** A screenshot has few colours; a tall one is given fewer still. */
const COLOURS = Object.freeze(['128', '64', '32', '24', '16', '12', '10']);
const DAY = 86_400_000;
const AT = 'https://www.linkedin.com';
const SWITCH = 'input[role="switch"]';
const POPUP_WIDTH = 360;
const PAGE_WIDTH = 1000;
/** The accounts of tests/replica/server.mjs, as its pages name them. */
const ADA = { id: '1001', premium: false };
const BEN = { id: '1002', premium: true };

/** What is in the gallery, in the order it is shown. @type {{name: string, words: string}[]} */
const taken = [];
/** @type {any} */
let world;
/** A page of ours that stays open, to ask the background. @type {any} */
let ours;

/* ---- taking a picture ---- */

/** @param {string} file the same picture, small enough for a repository */
function shrink(file) {
  for (const colours of COLOURS) {
    const { error } = spawnSync('pngquant', [
      '--force',
      '--strip',
      '--speed',
      '1',
      '--nofs',
      '--output',
      file,
      colours,
      file,
    ]);
    if (error) throw new Error('pngquant makes the pictures small: install the package pngquant');
    if (statSync(file).size <= LARGEST) return;
  }
  throw new Error(`${file}: ${statSync(file).size} bytes, more than ${LARGEST}`);
}

/** @param {any} page @param {string} name @param {string} words below the picture */
async function take(page, name, words) {
  for (const theme of ['light', 'dark']) {
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: theme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await page.bringToFront(); // the extension opens a page by itself, and one that is behind is not drawn
    await sleep(300);
    const file = join(FOLDER, `${name}-${theme}.png`);
    await page.screenshot({ path: file, fullPage: true });
    shrink(file);
  }
  taken.push({ name, words });
  console.log(`  ${name}`);
}

/** @param {string} path under ui/ @param {(page: any) => Promise<unknown>} look until it shows what is to be shown, and act */
async function withPage(path, look) {
  const page = await world.browser.newPage();
  const width = path.startsWith('popup') ? POPUP_WIDTH : PAGE_WIDTH;
  await page.setViewport({ width, height: width === POPUP_WIDTH ? 400 : 700 });
  await page.goto(`chrome-extension://${EXTENSION_ID}/ui/${path}`);
  await page.waitForFunction(() => !document.body.hidden);
  await look(page).catch(async (error) => {
    throw new Error(`${path} said: ${await page.$eval('body', (body) => body.innerText)}`, { cause: error });
  });
  await page.close();
}

/** The popup, once it says so. @param {string} name @param {RegExp} wanted @param {string} words */
const popup = (name, wanted, words) =>
  withPage('popup.html', async (page) => {
    await says(page, 'main', wanted);
    await take(page, name, words);
  });

/** @param {any} page @param {string} selector @param {RegExp} words */
const says = (page, selector, words) =>
  page.waitForFunction(
    (where, source, flags) => new RegExp(source, flags).test(document.querySelector(where)?.innerText ?? ''),
    {},
    selector,
    words.source,
    words.flags,
  );

/* ---- playing the member and LinkedIn ---- */

const ask = (type, more = {}) => ours.evaluate((message) => chrome.runtime.sendMessage(message), { type, ...more });
const stored = () => ours.evaluate(() => chrome.storage.local.get(null));

/** Waits until the extension has read the page anew and the log has it. @param {string | null} [before] the reading before */
const seenAndWritten = (before = null) =>
  until('a reading, written', async () => {
    const { last, outbox, log } = await stored();
    return last && last.reading !== before && outbox?.waiting.length === 0 && log?.covers === last.reading;
  });

/** The member looks at the setting. */
async function visit() {
  await world.page.bringToFront();
  await world.page.goto(AT + SETTING);
}

/**
 * A reading of days ago, recorded by a host for which it is that day: otherwise all of a history would be of this minute.
 * @param {number} daysAgo @param {Function} make @param {object} [more]
 */
async function recordAt(daysAgo, make, more = {}) {
  const at = new Date(Date.now() - daysAgo * DAY).toISOString();
  const host = world.session.host({ env: { LD_PRELOAD: fakeClock(), FAKETIME: `-${daysAgo}d` } });
  const shown = { page: { loaded_at: at }, control: { key: KEY, aria_checked: null } };
  const { ok, error } = await host.send('record', {
    observations: [make({ account: ADA, observed_at: at, ...shown, ...more })],
  });
  await host.close();
  if (!ok) throw new Error(JSON.stringify(error));
}

function fakeClock() {
  const place = readdirSync('/usr/lib')
    .map((name) => `/usr/lib/${name}/faketime/libfaketime.so.1`)
    .find(existsSync);
  if (!place) throw new Error('libfaketime gives the pictures a past: install the package faketime');
  return place;
}

/** @type {[number, Function, object?][]} */
const PAST = [
  [410, observation],
  [380, observation],
  [352, observationOff, { pending: true, trusted: true }],
  [352, observationOff],
  [300, observationOff],
  [260, observationOff],
  [231, observation],
  [229, observationOff, { pending: true, trusted: true }],
  [229, observationOff],
  [215, observation, { account: BEN }],
  [190, observationOff],
  [160, observation, { state: 'unknown', reason: 'mixed', control: null }],
  [131, observationOff, { account: BEN, pending: true, trusted: true }],
  [131, observationOff, { account: BEN }],
  [120, observationOff],
  [48, observation],
  [23, observationOff, { pending: true, trusted: true }],
  [23, observationOff],
  [12, observationOff, { account: BEN }],
];

/* ---- the scenes, each from what the one before has left ---- */

async function beforeTheHost() {
  await withPage('welcome.html', async (page) => {
    await page.waitForSelector('#step-host[data-state="bad"]');
    await take(page, 'welcome-no-host', 'Welcome, before the program is installed: the exact command for this browser');
  });
  await popup('popup-no-host', /One more step/, 'The popup, before the program is installed');
}

async function nothingRecorded() {
  registerHost(world.session, 'chromium');
  await withPage('welcome.html', async (page) => {
    await page.waitForSelector('#step-keyring[data-state="done"]');
    await take(page, 'welcome-new', 'Welcome: the program and the keyring are there, the rest is to do');
  });
  await popup('popup-empty', /Not checked yet/, 'Nothing has been checked yet');
}

async function off() {
  for (const reading of PAST) await recordAt(...reading);
  world.replica.accounts.get('ada').training = false;
  await ask('refresh');
  await visit();
  await seenAndWritten();
  await popup('popup-off', /Switched off/, 'Off, and confirmed: since when, last seen');
  copyFileSync(join(FOLDER, 'popup-off-light.png'), FOR_README);
}

async function health() {
  await ask('prefs', { change: { recoveryNoted: true, notify: true } });
  await withPage('welcome.html', async (page) => {
    await page.waitForSelector('#step-reminders[data-state="done"]');
    await take(page, 'health', 'The same page later, as the setup page');
  });
}

async function historyOfAYear() {
  await withPage('history.html', async (page) => {
    await says(page, '#status', /complete and unchanged/);
    await take(page, 'history', 'History: a year of two accounts, and the browser’s own sum is the log’s root');
    await page.focus('#timeline');
    for (const key of ['Home', 'PageUp', 'PageUp', 'PageUp', 'Enter']) await page.keyboard.press(key);
    await page.waitForFunction(() => document.querySelectorAll('#detail dt').length > 3);
    await take(page, 'history-entry', 'One entry in full');
  });
}

/** The member of these pictures has a home; that it is a folder of this run is nobody's concern. @param {any} page */
const atHome = (page) =>
  page.evaluate((home) => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(home, '/home/member');
  }, world.session.env.HOME);

async function exported() {
  await withPage('export.html', async (page) => {
    await page.waitForSelector('#withhold-accounts input');
    await page.click('#withhold-accounts .check:last-child input');
    await take(page, 'export', 'Export: what goes into the package, and what is withheld');
    await page.click('#go');
    await page.waitForSelector('#result[data-tone]:not([hidden])', { timeout: 60_000 });
    await atHome(page);
    await take(page, 'export-done', 'Exported, and the written file checked by the program itself');
  });
}

const options = () =>
  withPage('options.html', async (page) => {
    await page.waitForSelector('#account-0');
    await take(page, 'options', 'Settings: each says what it costs in privacy');
  });

async function documents() {
  await ask('documents-turn', { on: true });
  const policy = '/legal/privacy-policy';
  const kept = (count) =>
    until(`${count} documents`, async () => (await ask('documents-versions')).versions?.length >= count);
  await world.page.goto(AT + policy);
  await kept(1);
  const changes = {
    4: 'The training of models is described in clause 5, and it is on by default, as this page gives for testing.',
  };
  world.replica.documents.set(policy, { effective: 'Effective on December 1, 2026', changes });
  await world.page.reload();
  await kept(2);
  await popup('popup-document', /Privacy Policy/, 'A document that is kept has changed');
  await withPage('documents.html', async (page) => {
    await page.waitForSelector('[id="compare privacy-policy"]');
    await take(page, 'documents', 'Documents: the terms as they were, and what has changed since');
    await page.click('[id="compare privacy-policy"]');
    await page.waitForSelector('#comparison ins');
    await take(page, 'documents-compare', 'Two versions side by side');
  });
}

async function undone() {
  world.replica.accounts.get('ada').training = true;
  await visit();
  await popup('popup-undone', /not in this browser/i, 'It was switched on again, not in this browser');
  for (const [account, { seq }] of Object.entries((await stored()).warnings))
    await ask('warning-seen', { account, seq });
  await popup('popup-on', /Switched on/, 'On: what that means, and when the next reminder comes');
}

async function optingOut() {
  await world.page.bringToFront();
  const { last } = await stored();
  await world.page.click(SWITCH);
  await seenAndWritten(last.reading);
  await popup('popup-pending', /load|confirm/i, 'Switched off a moment ago: the page, loaded again, will confirm it');
  const tab = (await ours.evaluate(() => chrome.tabs.query({}))).find(({ url }) => url?.endsWith(SETTING));
  await withPage(`sketch.html?tab=${tab.id}`, async (page) => {
    await page.waitForSelector('#sketch:not([hidden])');
    await take(page, 'sketch', 'Help to mend: a sketch of a page that was not understood, without the member');
  });
  await confirmed();
}

/** The page, loaded again, shows it off. */
async function confirmed() {
  await visit();
  await until('off, confirmed', async () => {
    const { last, log } = await stored();
    return last.settled === 'off' && !last.pending && log.covers === last.reading;
  });
}

async function signedOut() {
  world.replica.options.signedIn = null;
  await ask('check-now');
  await until('the end of it', async () => (await stored()).check?.outcome === 'failed');
  await popup('popup-unknown', /not signed in/, 'It was asked to look and could not: nothing is guessed');
  world.replica.options.signedIn = 'ada';
}

async function locked() {
  world.session.lock();
  await visit();
  await until('a reading that waits', async () => (await stored()).outbox.waiting.length > 0);
  await popup('popup-locked', /locked/i, 'The keyring is locked: readings wait in the browser');
  await withPage('welcome.html', async (page) => {
    await page.waitForSelector('#unlock');
    await take(page, 'welcome-locked', 'The same on the setup page');
  });
  await world.session.restartDaemon('unlock');
}

async function unregistered() {
  unregisterHost(world.session, 'chromium');
  await popup('popup-host-gone', /One more step/, 'The program is gone: nothing is lost');
  registerHost(world.session, 'chromium');
}

/** An older copy is put in the log's place, by somebody. */
async function rolledBack() {
  await ask('refresh');
  const copy = `${world.session.log}.old`;
  copyFileSync(world.session.log, copy);
  await recordAt(0, observation);
  copyFileSync(copy, world.session.log);
  await popup('popup-alarm', /changed|older|missing/i, 'Somebody has put an older copy in the log’s place');
}

/* ---- all of it ---- */

const cell = (name, theme, words) => `![${words}](${name}-${theme}.png)`;

/** The page that shows them. */
function writeIndex() {
  const rows = taken.map(
    ({ name, words }) =>
      `## ${words}\n| light | dark |\n|---|---|\n| ${cell(name, 'light', words)} | ${cell(name, 'dark', `${words}, dark`)} |\n`,
  );
  const head = `# Gallery
Every page of the extension in its states, photographed by \`node tests/e2e/gallery.mjs\` in Chromium with the real program and a real keyring; a replica on
loopback stands for LinkedIn. The year of history is played, not anybody's, and the folder in which it is played is shown as /home/member.
`;
  writeFileSync(join(FOLDER, 'README.md'), [head, ...rows].join('\n'));
}

/** What a driver cannot click: the browser's own question for a permission. @param {any} manifest */
const granted = (manifest) => ({
  ...manifest,
  permissions: [...manifest.permissions, 'notifications'],
  host_permissions: ['https://www.linkedin.com/*'],
});

/** @param {(() => Promise<void>)[]} scenes */
async function play(scenes) {
  world = await stage('chromium', (session, replica) => startPlainChromium(session, replica, { manifest: granted }));
  try {
    await world.start();
    ours = await world.browser.newPage();
    await ours.goto(`chrome-extension://${EXTENSION_ID}/ui/popup.html`);
    for (const scene of scenes) await scene();
  } finally {
    await world.stop();
  }
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
await play([
  beforeTheHost,
  nothingRecorded,
  off,
  health,
  historyOfAYear,
  exported,
  options,
  documents,
  undone,
  optingOut,
  signedOut,
  locked,
  unregistered,
  rolledBack,
]);
writeIndex();
await installPictures();
