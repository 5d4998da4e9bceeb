// A file of the member's own, from the form to the package: chosen, sent in parts, listed, withheld, and what a stranger is told of it.
// Run with each browser.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { unzip } from '../evidence/package.mjs';
import { judgePage } from '../evidence/page.mjs';
import { MAIL, MAIL_SAYS, noise, PICTURE } from './exhibits.mjs';
import { CLI } from './host.mjs';
import { assertWhole, history, until } from './support.mjs';

const LONG_MS = 90_000;
const LARGE = noise(5_000_001);
const sha256 = (/** @type {Buffer} */ bytes) => createHash('sha256').update(bytes).digest('hex');

/**
 * As if the member had chosen it; no driver can use the browser's own window for that.
 * @param {any} page @param {string} name @param {Buffer} bytes
 */
const choose = (page, name, bytes) =>
  page.evaluate(
    (file, base64) => {
      const { DataTransfer, File } = /** @type {any} */ (globalThis);
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], file));
      const input = /** @type {HTMLInputElement} */ (document.getElementById('enclose-file'));
      input.files = data.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    },
    name,
    bytes.toString('base64'),
  );

/** @param {any} page @param {string} id */
const textOf = (page, id) => page.evaluate((which) => document.getElementById(which).textContent, id);

/** @param {any} page @param {RegExp} words */
const isKept = (page, words) =>
  until(
    `the page to say ${words}`,
    async () => {
      const [said, wrong] = [await textOf(page, 'enclose-outcome'), await textOf(page, 'enclose-wrong')];
      assert.equal(wrong, '');
      return words.test(said);
    },
    LONG_MS,
  );

/** @param {any} t the world of tasks.mjs */
export function filesKept(t) {
  const exhibits = async () => (await history(t.world.session)).filter(({ kind }) => kind === 'exhibit');
  /** @param {string} path */
  const inPackage = (path) => [...unzip(readFileSync(path)).keys()].filter((name) => name.includes('/data/exhibits/'));

  t.chapter(`${t.name}: a mail and a large file are kept, by keyboard, and listed as what they are`, async () => {
    const page = await t.openOwn('documents.html');
    await choose(page, 'Your settings.eml', MAIL);
    await page.focus('#enclose-note');
    await page.keyboard.type('as it <b>arrived</b>');
    await page.keyboard.press('Enter');
    await isKept(page, /Your settings\.eml/);
    await choose(page, 'large.bin', LARGE);
    await page.focus('#enclose-go');
    await page.keyboard.press('Enter');
    await isKept(page, /large\.bin/);
    await until('both in the list', () => page.evaluate(() => document.querySelectorAll('#enclosed li').length === 2));
    const [first, second] = await page.evaluate(() =>
      [...document.querySelectorAll('#enclosed li')].map((item) => item.textContent),
    );
    for (const words of [
      'Your settings.eml',
      'as it <b>arrived</b>',
      'not verified',
      MAIL_SAYS.from,
      MAIL_SAYS.subject,
    ])
      assert.ok(second.includes(words), `${words}: ${second}`);
    assert.ok(first.includes('large.bin') && first.includes('5 MB'), first);
    await t.pictures(page, 'documents-enclosed');
    await page.close();

    const kept = await exhibits();
    assert.deepEqual(
      kept.map(({ file, note, mail, attachments }) => [file, note, mail, attachments[0].sha256, attachments[0].size]),
      [
        ['Your settings.eml', 'as it <b>arrived</b>', MAIL_SAYS, sha256(MAIL), MAIL.length],
        ['large.bin', null, null, sha256(LARGE), LARGE.length],
      ],
    );
    assert.ok(kept.every(({ client }) => client.browser && !client.reading));
  });

  t.chapter(`${t.name}: a picture is kept as the picture that it is, whatever its name says`, async () => {
    const page = await t.openOwn('documents.html');
    await choose(page, 'what I saw.jpeg', PICTURE);
    await page.focus('#enclose-go');
    await page.keyboard.press('Enter');
    await isKept(page, /what I saw\.jpeg/);
    await page.close();
    const { file, note, mail, attachments } = (await exhibits()).at(-1);
    const [{ media_type: type, sha256: hash, size }] = attachments;
    assert.deepEqual(
      [file, note, mail, type, hash, size],
      ['what I saw.jpeg', null, null, 'image/png', sha256(PICTURE), PICTURE.length],
    );
  });

  t.chapter(`${t.name}: what cannot be kept is said in a sentence, and nothing is written`, async () => {
    const page = await t.openOwn('documents.html');
    await page.focus('#enclose-note');
    await page.keyboard.press('Enter');
    await until('a sentence', async () => (await textOf(page, 'enclose-wrong')).length > 10);
    await page.close();
    assert.equal((await exhibits()).length, 3);
  });

  t.chapter(`${t.name}: exported without the files, and with them: a stranger is told whose they are`, async () => {
    const page = await t.openOwn('export.html');
    await until('the form', () => page.evaluate(() => !document.getElementById('form').hidden), LONG_MS);
    await page.focus('#withhold-exhibits');
    await page.keyboard.press(' ');
    await page.focus('#go');
    await page.keyboard.press('Enter');
    await until(
      'the result',
      () => page.evaluate(() => document.getElementById('result').dataset.tone === 'good'),
      LONG_MS,
    );
    const path = await page.evaluate(() => document.querySelector('#result-path code').textContent);
    await page.close();
    assert.deepEqual(inPackage(path), []);
    const withheld = await judgePage(readFileSync(path));
    assert.ok(withheld.good);
    assert.deepEqual(
      withheld.model.told().exhibits.map(({ file, place }) => [file, place]),
      [
        ['Your settings.eml', null],
        ['large.bin', null],
        ['what I saw.jpeg', null],
      ],
    );
    const all = `${path}.all.zip`;
    const exported = t.world.session.run(CLI, ['export', '-o', all]);
    assert.equal(exported.status, 0, exported.stderr);
    assert.equal(inPackage(all).length, 3);
    const verdict = await judgePage(readFileSync(all));
    assert.deepEqual([verdict.good, verdict.findings], [true, 0]);
    const [mail, , shown] = verdict.model.told().exhibits;
    assert.deepEqual([mail.mail, mail.place], [MAIL_SAYS, `data/exhibits/${sha256(MAIL)}.eml`]);
    assert.equal(shown.place, `data/exhibits/${sha256(PICTURE)}.png`);
    await assertWhole(t.world.session);
  });
}
