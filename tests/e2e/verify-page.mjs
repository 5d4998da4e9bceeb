// consentlog-verify.html, as somebody opens it who was sent a package: from a disk, in a real browser, without a network.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { whole } from '../evidence/bent-whole.mjs';
import { BEGIN, genesis, look, pack, stamp } from '../evidence/liar.mjs';
import { ROOTS } from '../../extension/verifier/roots.js';
import { relist, unzip, zip } from '../evidence/package.mjs';
import { judgeFolder, judgePage, rootsOf } from '../evidence/page.mjs';
import { wrap } from '../evidence/wrap.mjs';
import { ROOT } from './host.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PEER = join(process.env.CL_BUILD ?? join(ROOT, 'build'), 'tests/evidence_peer');
const TSA = join(ROOT, 'tests/evidence/tsa.sh');
const BEHIND = 'behind-stream.zip';
const STAMPED = 'stamped.zip';
const WAIT = { timeout: 30_000 };
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** @param {string[]} args */
function peer(...args) {
  const ran = spawnSync(PEER, args, { maxBuffer: 1 << 26 });
  assert.equal(ran.status, 0, ran.stderr?.toString());
  return ran.stdout;
}

/** Without the key: an entry changed, and both lists made to fit. @param {Buffer} raw */
function changed(raw) {
  const files = unzip(raw);
  const name = [...files.keys()].find((one) => one.endsWith('entries.jsonl'));
  files.set(name, Buffer.from(files.get(name).toString().replace('"off"', '"on"')));
  return zip(relist(files));
}

/** @param {Buffer} raw @param {string} folder @returns {Buffer} as another program packs it; sizes and sums follow the data */
function packedAgain(raw, folder) {
  const program = `import sys, zipfile, io
src = zipfile.ZipFile(sys.argv[1]); out = io.BytesIO()
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
    for n in src.namelist(): z.writestr("another folder/" + n.split("/", 1)[1], src.read(n))
    z.writestr("__MACOSX/._x", b"x"); z.writestr(".DS_Store", b"y")
sys.stdout.buffer.write(out.getvalue())`;
  writeFileSync(join(folder, 'source.zip'), raw);
  return spawnSync('python3', ['-c', program, join(folder, 'source.zip')], { maxBuffer: 1 << 26 }).stdout;
}

/** For a reader from the front another package, behind the stream of what is left out. @param {Buffer} good */
function behindStream(good) {
  const again = (/** @type {any} */ how) =>
    [...unzip(good)].map(([name, data]) => /** @type {[string, Buffer, any]} */ ([name, data, how]));
  const packed = Buffer.concat([deflateRawSync(Buffer.from('x')), wrap(again({ method: 8, flags: 8 }))]);
  return wrap([['.DS_Store', Buffer.from('x'), { method: 8, flags: 8, packed }], ...again({ method: 8 })]);
}

/** So long that a second worker sums over it. */
function long() {
  const looks = Array.from({ length: 6000 }, (_, i) =>
    look(i + 1, BEGIN + (i + 1) * 60_000, 'off', { change: i ? 'unchanged' : 'first' }),
  );
  const { raw } = pack([genesis(), ...looks], { instructions: '@FOLDER@ @KEY@' });
  assert.ok(raw.length > 5 << 20, `${raw.length} bytes`);
  return raw;
}

/** Its stamp is of an authority whose root is told to the page, too: the browser's own cryptography checks it. @param {string} authority a folder */
function stamped(authority) {
  const made = spawnSync('bash', [TSA, 'make', authority]);
  assert.equal(made.status, 0, made.stderr?.toString());
  const extra = new Map();
  const lines = [genesis(), look(1, BEGIN + 60_000, 'off', { change: 'first' })];
  lines.push(stamp(lines, extra, authority, { chain: readFileSync(join(authority, 'root.pem')) }));
  return pack(lines, { extra, instructions: '@FOLDER@ @KEY@' }).raw;
}

/** A page that was built, and packages beside it. */
export function stage() {
  const folder = mkdtempSync(join(tmpdir(), 'consentlog-page-'));
  const page = join(folder, 'consentlog-verify.html');
  const built = spawnSync(process.execPath, [join(ROOT, 'manifests/verify-page.mjs'), page], { encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
  const good = peer('package', '6', 'all');
  const packages = {
    'good.zip': good,
    'whole.zip': whole().raw,
    'withheld.zip': peer('package', '6', 'even'),
    'changed.zip': changed(good),
    'packed-again.zip': packedAgain(good, folder),
    'cut.zip': good.subarray(0, good.length - 40),
    'long.zip': long(),
    [STAMPED]: stamped(join(folder, 'authority')),
    'no.zip': Buffer.from('no package'),
    'hides.zip': Buffer.concat([Buffer.from('MZ'), good]),
    [BEHIND]: behindStream(good),
  };
  for (const [name, raw] of Object.entries(packages)) writeFileSync(join(folder, name), raw);
  writeFileSync(join(folder, 'root.pem'), ROOTS[0].pem);
  return {
    folder,
    page,
    packages,
    address: pathToFileURL(page).href,
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** @param {any} page @param {string} selector @param {string[]} files */
export async function choose(page, selector, files) {
  const input = await page.$(selector);
  await input.uploadFile(...files);
  await page.waitForFunction(
    () => !document.getElementById('print').hidden && document.getElementById('progress').hidden,
    WAIT,
  );
}

/** What is drawn of each package: verdict and findings by name. @param {any} page */
const drawn = (page) =>
  page.$$eval('.verdict', (articles) =>
    articles.map((article) => ({
      good: article.dataset.tone === 'good',
      headline: article.querySelector('h2').textContent,
      findings: [...article.querySelectorAll('.findings li')]
        .map((item) => `${item.dataset.check} ${item.dataset.result} ${item.dataset.say}`)
        .sort(),
    })),
  );

/** @param {any} page */
async function axe(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values } }),
    RULES,
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(' ')}`);
}

/** Every package alone: the browser says what Node.js says of the same bytes. @param {any} page @param {ReturnType<typeof stage>} world */
export async function saysTheSame(page, world) {
  for (const [name, raw] of Object.entries(world.packages)) {
    await page.goto(world.address);
    const root = name === STAMPED ? join(world.folder, 'authority/root.pem') : null;
    await choose(page, '#zips', [join(world.folder, name), ...(root ? [root] : [])]);
    const [said] = await drawn(page);
    if (name === BEHIND) {
      assert.ok(said.findings.includes('container failed zipData'), said.findings.join()); // Node.js would not look behind a stream
      continue;
    }
    const wanted = await judgePage(raw, root ? rootsOf(root) : []);
    assert.equal(said.good, wanted.good, `${name}: ${said.headline}`);
    assert.deepEqual(
      said.findings,
      wanted.checks.map(({ check, result, say }) => `${check} ${result} ${say}`).sort(),
      name,
    );
    const since = root
      ? /^Nothing was changed since .* UTC in what/
      : /^Nothing was changed since the holder of key SHA256:/;
    assert.match(said.headline, wanted.good ? since : /^Do not rely on this package: /);
  }
}

/** @param {any} page @param {ReturnType<typeof stage>} world */
export async function comparesKeys(page, world) {
  await page.goto(world.address);
  await choose(page, '#zips', [join(world.folder, 'good.zip')]);
  const { key } = await judgePage(world.packages['good.zip']);
  const match = () => page.$eval('.match', (line) => line.dataset.match);
  assert.equal(await match(), 'none');
  await page.type('#fingerprint', ` ${key.slice(0, 20)} ${key.slice(20)}`);
  assert.equal(await match(), 'same');
  await page.type('#fingerprint', 'x');
  assert.equal(await match(), 'other');
  assert.equal((await drawn(page))[0].good, false);
}

/** An older package, then the newer. @param {any} page @param {ReturnType<typeof stage>} world */
export async function comparesPackages(page, world) {
  const later = join(world.folder, 'later.zip');
  writeFileSync(later, peer('package', '7', 'all'));
  await page.goto(world.address);
  await choose(page, '#zips', [join(world.folder, 'good.zip'), later]);
  const [, second] = await drawn(page);
  const wanted = await judgePage(readFileSync(later), [], (await judgePage(world.packages['good.zip'])).head);
  assert.equal(second.good, wanted.good);
  assert.ok(second.findings.some((finding) => finding.startsWith('extends ')));
  assert.deepEqual(second.findings, wanted.checks.map(({ check, result, say }) => `${check} ${result} ${say}`).sort());
}

/**
 * In each language no fault, at 320 pixels no line that leaves the page, and all of it by keyboard.
 * @param {any} page
 * @param {ReturnType<typeof stage>} world
 */
export async function isForEverybody(page, world) {
  await page.setViewport({ width: 320, height: 640 });
  await page.goto(world.address);
  await choose(page, '#zips', [join(world.folder, 'withheld.zip'), join(world.folder, 'changed.zip')]);
  for (const language of ['en', 'de', 'fr']) {
    await page.select('#language', language);
    assert.equal(await page.$eval('html', (root) => root.lang.slice(0, 2)), language);
    assert.ok(
      await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
      `${language} is wider than the page`,
    );
    assert.deepEqual(await axe(page), [], language);
  }
  await page.evaluate(() => document.activeElement.blur());
  await page.evaluate(() => document.body.focus());
  const reached = new Set();
  for (let i = 0; i < 14; i += 1) {
    await page.keyboard.press('Tab');
    reached.add(
      await page.evaluate(
        () => document.activeElement.id || document.activeElement.className || document.activeElement.localName,
      ),
    );
  }
  for (const id of ['language', 'zips', 'folder', 'fingerprint', 'summary', 'print'])
    assert.ok(reached.has(id), `${id} of ${[...reached]}`);
}

/** What can be reached by Tab, as it stands: in words that name it. @param {any} page @returns {Promise<string[]>} */
const stopsOf = (page) =>
  page.evaluate(() => {
    const all = document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]');
    return [...all].filter((one) => one.checkVisibility()).map((one) => one.id || one.textContent.trim().slice(0, 40));
  });

/** Where the keyboard is, and whether that can be seen. @param {any} page */
const focused = (page) =>
  page.evaluate(() => {
    const one = document.activeElement;
    const shown = one.classList.contains('visually-hidden') ? one.nextElementSibling : one;
    const { outlineStyle, outlineWidth } = getComputedStyle(shown);
    const { top, bottom, width } = shown.getBoundingClientRect();
    const isSeen = outlineStyle !== 'none' && outlineWidth !== '0px' && width > 0 && bottom > 0 && top < innerHeight;
    return { name: one.id || one.textContent.trim().slice(0, 40), isSeen };
  });

/** By Tab alone, to a control of that name. @param {any} page @param {string} name @param {string[]} [passed] is told each stop */
async function tabTo(page, name, passed = []) {
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (at.name === 'BODY' || at.name === '') continue;
    assert.ok(at.isSeen, `${at.name} is not seen to have the focus`);
    passed.push(at.name);
    if (at.name === name) return;
  }
  assert.fail(`${name} is not reached: ${passed.join(', ')}`);
}

/** The verdict that stands there once the checks have ended. @param {any} page */
async function verdictOf(page) {
  await page.waitForFunction(
    () =>
      document.querySelector('.verdict') &&
      !document.getElementById('print').hidden &&
      document.getElementById('progress').hidden,
    WAIT,
  );
  return (await drawn(page))[0];
}

/** Files that its owner's chooser gives, once it opens by itself. @param {any} page @param {() => Promise<void>} open @param {string[]} files */
async function given(page, open, files) {
  const [chooser] = await Promise.all([page.waitForFileChooser(WAIT), open()]);
  await chooser.accept(files);
}

/** The text of the first document that is open, as it is shown. @param {any} page */
async function openText(page) {
  await page.waitForSelector('.documents details[open] .text', WAIT);
  return page.$eval('.documents details[open] .text', (text) => text.textContent);
}

/** How often the page has asked to be printed: the window itself belongs to the browser. @param {any} page */
async function countPrints(page) {
  await page.evaluate(() => {
    globalThis.prints = 0;
    globalThis.print = () => (globalThis.prints += 1);
  });
  return () => page.evaluate(() => globalThis.prints);
}

const SUMMARY = '.documents summary';
/** @param {any} page @param {string} selector */
const wordsOf = (page, selector) => page.$eval(selector, (one) => one.textContent.trim());

/** The file of a package's one document. @param {Buffer} raw */
const documentOf = (raw) =>
  [...unzip(raw)].find(([name]) => /data\/attachments\/[0-9a-f]{64}\.txt$/.test(name))?.[1].toString();

/**
 * From the file that was opened to the page on paper, by mouse: what is pressed is what is seen.
 * @param {any} page
 * @param {ReturnType<typeof stage>} world
 */
export async function walksByMouse(page, world) {
  await page.setViewport({ width: 1000, height: 700 });
  await page.goto(world.address);
  const prints = await countPrints(page);
  const root = join(world.folder, 'root.pem');
  await given(page, () => page.click('label[for="zips"]'), [join(world.folder, 'whole.zip')]);
  assert.equal((await verdictOf(page)).good, true);
  await page.click(SUMMARY);
  assert.equal(await openText(page), documentOf(world.packages['whole.zip']));
  await page.click(SUMMARY);
  assert.equal(await page.$('.documents details[open]'), null, 'closed again');
  await page.click('#trust > summary');
  const known = (await page.$$('#roots li')).length;
  await given(page, () => page.click('label[for="pems"]'), [root]);
  await page.waitForSelector(`#roots li:nth-child(${known + 1})`, WAIT); // from then on it checks anew
  await verdictOf(page);
  assert.equal((await page.$$('#roots li')).length, known + 1);
  assert.equal(await wordsOf(page, '#root-wrong'), '');
  await page.click('#fingerprint');
  await page.keyboard.type((await judgePage(world.packages['whole.zip'])).key);
  assert.equal(await page.$eval('.match', (line) => line.dataset.match), 'same');
  await page.select('#language', 'fr'); // its list is the browser's own
  assert.match((await drawn(page))[0].headline, /^Rien n/);
  await page.click('#print');
  assert.equal(await prints(), 1);
}

/**
 * A package that was unpacked, by the chooser of folders.
 * @param {any} page
 * @param {ReturnType<typeof stage>} world
 * @param {(open: () => Promise<void>, folder: string) => Promise<void>} [give] presses, and gives that folder
 */
export async function takesFolder(page, world, give = (open, one) => given(page, open, [one])) {
  const files = unzip(world.packages['good.zip']);
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(world.folder, name)), { recursive: true });
    writeFileSync(join(world.folder, name), bytes);
  }
  const [folder] = [...files.keys()][0].split('/');
  await page.goto(world.address);
  await give(() => page.click('label[for="folder"]'), join(world.folder, folder));
  const said = await verdictOf(page);
  const { good, checks } = await judgeFolder(join(world.folder, folder));
  assert.equal(said.good, good);
  assert.deepEqual(said.findings, checks.map(({ check, result, say }) => `${check} ${result} ${say}`).sort());
}

/**
 * The same by keyboard alone, in another language: every control that is there is come to, and in its turn.
 * @param {any} page
 * @param {ReturnType<typeof stage>} world
 */
export async function walksByKeyboard(page, world) {
  await page.setViewport({ width: 1000, height: 700 });
  await page.goto(world.address);
  const prints = await countPrints(page);
  const { keyboard } = page;
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main', 'the first link leads past the head');
  await page.goto(world.address);
  await countPrints(page);
  await tabTo(page, 'language');
  await keyboard.press('ArrowDown');
  await page.waitForFunction(() => document.documentElement.lang.startsWith('de'), WAIT);
  await tabTo(page, 'zips');
  await given(page, () => keyboard.press('Enter'), [join(world.folder, 'whole.zip')]);
  assert.equal((await verdictOf(page)).good, true);
  assert.match((await drawn(page))[0].headline, /wurde nichts geändert/);
  assert.equal((await focused(page)).name, await page.$eval('.verdict', (one) => one.textContent.trim().slice(0, 40)));
  const summary = (await wordsOf(page, SUMMARY)).slice(0, 40);
  await tabTo(page, summary);
  await keyboard.press(' ');
  assert.equal(await openText(page), documentOf(world.packages['whole.zip']));
  await tabTo(page, 'print');
  await keyboard.press('Enter');
  assert.equal(await prints(), 1);
  await page.evaluate(() => document.activeElement.blur());
  const stops = await stopsOf(page);
  /** @type {string[]} */
  const passed = [];
  await page.focus('.skip');
  passed.push((await focused(page)).name);
  await tabTo(page, 'print', passed);
  assert.deepEqual(passed, stops, 'each that is there, in the order in which it stands');
}

const UNREAD = /^This package could not be checked\.$/;

/** The package's file goes away before it is checked anew. @param {any} page @param {ReturnType<typeof stage>} world */
export async function losesItsFile(page, world) {
  const gone = join(world.folder, 'gone.zip');
  writeFileSync(gone, world.packages['whole.zip']);
  await page.goto(world.address);
  await choose(page, '#zips', [gone]);
  assert.equal((await drawn(page))[0].good, true);
  rmSync(gone);
  await choose(page, '#pems', [join(world.folder, 'root.pem')]); // so that it is checked anew
  await page.waitForSelector('.verdict[data-tone="unread"]', WAIT);
  assert.match((await drawn(page))[0].headline, UNREAD);
  assert.match(await wordsOf(page, '.verdict h2 + p'), /^That says nothing about what is in it\./);
}

/** In Chromium, a worker dies at its work: that is said, and the next has another. @param {any} page @param {ReturnType<typeof stage>} world */
export async function losesItsWorker(page, world) {
  await page.goto(world.address);
  await page.evaluate(() => {
    const read = Blob.prototype.arrayBuffer;
    let left = 3;
    Blob.prototype.arrayBuffer = function arrayBuffer() {
      left -= 1;
      if (left < 0) document.body.dataset.waits = 'yes';
      return left < 0 ? new Promise(() => {}) : read.call(this);
    };
    globalThis.readAgain = () => (Blob.prototype.arrayBuffer = read);
  });
  await (await page.$('#zips')).uploadFile(join(world.folder, 'long.zip'));
  await page.waitForSelector('body[data-waits]', WAIT);
  const [worker] = page.workers();
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('out of memory');
    });
  });
  await page.waitForSelector('#results > .wrong', WAIT);
  assert.match(await wordsOf(page, '#results > .wrong'), /^This browser ended the check before it was done/);
  assert.equal(await page.$eval('#progress', (one) => one.hidden), true);
  assert.equal(await page.$('.verdict'), null);
  await page.evaluate(() => globalThis.readAgain());
  await choose(page, '#zips', [join(world.folder, 'long.zip')]);
  const [{ good }] = await drawn(page);
  assert.equal(good, true);
  assert.equal(await page.$('#results > .wrong'), null);
}

/** Addresses that were asked for, but for its own and those that it, or axe, made on the spot. @param {any} page */
export function requestsOf(page) {
  const asked = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(?:blob|data):/.test(url) && basename(url) !== 'consentlog-verify.html') asked.push(url);
  });
  return asked;
}
