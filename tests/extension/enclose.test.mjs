// A file of the member's own: what is handed to the host and in which parts, what is refused before, what is shown, and that nothing of it is drawn.
import assert from 'node:assert/strict';
import { File } from 'node:buffer';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { JSDOM } from 'jsdom';
import { summaryOf } from '../../extension/shared/timeline.js';
import { showDetail } from '../../extension/ui/entry-detail.js';
import { whatOf } from '../../extension/ui/entry-words.js';
import { enclosedOf } from '../../extension/ui/verify-enclosed.js';
import { installFakeBrowser } from './fake-browser.mjs';

const html = readFileSync(new URL('../../extension/ui/documents.html', import.meta.url), 'utf8').replace(
  /<script.*<\/script>/,
  '',
);
const MAIL = {
  from: 'LinkedIn <messages@linkedin.com>',
  date: 'Wed, 18 Sep 2024 10:00:00 +0000',
  subject: 'Updates',
  linkedin_signature: true,
};
const ENTRY = {
  v: 1,
  seq: 7,
  kind: 'exhibit',
  time: '2026-06-02T08:15:00.000Z',
  clock: { synchronized: true, boot_id: null, uptime_ms: 1 },
  salt: 'AAAA',
  file: 'mail.eml',
  note: 'from my inbox',
  mail: MAIL,
  client: { browser: 'firefox', version: '153.0', extension: '0.1.0' },
  attachments: [{ name: 'file', media_type: 'message/rfc822', size: 1500, sha256: '0'.repeat(64) }],
};
let run = 0;

/** As docs/protocol.md has `keep`: parts in order, written with the last. @param {{fail?: string, at?: number, hold?: boolean}} [how] */
function host({ fail, at = 0, hold = false } = {}) {
  const asked = [];
  let received = Buffer.alloc(0);
  let closed = 0;
  /** @param {any} params */
  function keep({ size, offset, base64 }) {
    assert.equal(offset, received.length);
    received = Buffer.concat([received, Buffer.from(base64, 'base64')]);
    if (received.length < size) return { written: false, received: received.length };
    return {
      written: true,
      seq: 7,
      sha256: createHash('sha256').update(received).digest('hex'),
      media_type: 'application/octet-stream',
    };
  }
  const connectNative = () => {
    const heard = [];
    return {
      onMessage: { addListener: (listener) => heard.push(listener) },
      onDisconnect: { addListener() {} },
      disconnect: () => (closed += 1), // of which the browser tells the other side alone
      postMessage({ id, op, params }) {
        asked.push({ op, ...params });
        if (hold) return;
        const error = fail && asked.length > at ? { code: fail, message: fail } : null;
        const answer = error ? { id, ok: false, error } : { id, ok: true, result: keep(params) };
        queueMicrotask(() => heard.forEach((listener) => listener(structuredClone(answer))));
      },
    };
  };
  return { asked, connectNative, received: () => received, closed: () => closed };
}

/** The page with this host behind it. @param {ReturnType<typeof host>} native @param {{locale?: string, files?: object[]}} [more] */
async function openDocuments(native, { locale = 'en', files = [] } = {}) {
  const { window } = new JSDOM(html, { url: 'https://documents.example/', pretendToBeVisual: true });
  const browser = installFakeBrowser({ locale });
  const told = [];
  browser.runtime.sendMessage = async ({ type }) => {
    told.push(type);
    return type === 'documents-versions' ? { ok: true, versions: [], files } : { ok: true };
  };
  browser.runtime.connectNative = native.connectNative;
  const { document } = window;
  Object.assign(globalThis, { window, document });
  await import(`../../extension/ui/enclose.js?run=${(run += 1)}`).then(({ openEnclose, showEnclosed }) => {
    openEnclose(async () => void told.push('loaded'));
    showEnclosed(files);
  });
  const $ = (/** @type {string} */ id) => document.getElementById(id);
  return {
    $,
    document,
    told,
    choose: (/** @type {File} */ file) =>
      Object.defineProperty($('enclose-file'), 'files', { configurable: true, value: [file] }),
    submit: () => $('enclose').dispatchEvent(new window.Event('submit', { cancelable: true, bubbles: true })),
  };
}

/** Reading it takes as long as it is told to. @param {string} name */
function slowFile(name) {
  let come;
  const bytes = new Promise((resolve) => (come = () => resolve(new Uint8Array(8).buffer)));
  const file = { name, size: 8, slice: () => ({ arrayBuffer: () => bytes }) };
  return { file, come };
}

/** @param {() => boolean} so */
async function until(so) {
  for (let i = 0; i < 6000 && !so(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(so(), String(so));
}

describe('a file of the member’s own', () => {
  it('one that was stopped while it was read takes nothing from the one that is sent after it', async () => {
    const native = host({ hold: true });
    const { $, choose, submit } = await openDocuments(native);
    const { file, come } = slowFile('first');
    choose(/** @type {any} */ (file));
    submit();
    await until(() => !$('enclose-stop').hidden);
    $('enclose-stop').click();
    choose(/** @type {any} */ (new File([randomBytes(8)], 'second')));
    submit();
    await until(() => native.asked.length === 1);
    come();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(native.asked[0].file, 'second');
    assert.deepEqual(
      [$('enclose-stop').hidden, $('enclose-go').getAttribute('aria-disabled'), $('enclose-wrong').textContent],
      [false, 'true', ''],
    );
    $('enclose-stop').click();
    assert.equal($('enclose-stop').hidden, true);
    await until(() => native.closed() === 2 + 2); // both, by the button and at the end
  });

  it('goes to the host in parts of a mebibyte, as it is', async () => {
    const native = host();
    const { $, told, choose, submit } = await openDocuments(native);
    const bytes = randomBytes((2 << 20) + 5);
    choose(new File([bytes], 'a photo.jpg'));
    $('enclose-note').value = ' on my telephone ';
    submit();
    await until(() => told.includes('loaded'));
    assert.deepEqual(
      native.asked.map(({ op, offset, size }) => [op, offset, size]),
      [0, 1 << 20, 2 << 20].map((offset) => ['keep', offset, bytes.length]),
    );
    for (const { file, note, client } of native.asked) {
      assert.deepEqual([file, note], ['a photo.jpg', 'on my telephone']);
      assert.deepEqual(Object.keys(client).sort(), ['browser', 'extension', 'version']);
    }
    assert.ok(native.received().equals(bytes));
    assert.equal($('enclose-outcome').textContent, 'Kept: a photo.jpg, as entry 7.');
    assert.equal($('live').textContent, $('enclose-outcome').textContent);
    assert.deepEqual(
      [$('enclose-progress').hidden, $('enclose-stop').hidden, $('enclose-note').value],
      [true, true, ''],
    );
    assert.equal(native.closed(), 1);
    assert.deepEqual(told.slice(-2), ['refresh', 'loaded']);
  });

  it('without a note says that there is none', async () => {
    const native = host();
    const { choose, submit, told } = await openDocuments(native);
    choose(new File(['x'], 'x'));
    submit();
    await until(() => told.includes('loaded'));
    assert.equal(native.asked[0].note, null);
  });

  const large = Object.defineProperty(new File(['x'], 'x'), 'size', { value: 26_214_401 });
  for (const [what, file, note, sentence] of /** @type {[string, File | null, string, RegExp][]} */ ([
    ['none', null, '', /^Choose a file first\.$/],
    ['an empty one', new File([], 'x'), '', /is empty/],
    ['one of more than 25 MB', large, '', /too large \(26\.2 MB\)/],
    ['a name that turns round', new File(['x'], 'a\u202egpj.exe'), '', /name of this file/],
    ['a name that a ZIP of Windows has left', new File(['x'], 'mails\\one.eml'), '', /has a backslash \(\\\)/],
    ['a name of 256 bytes', new File(['x'], 'é'.repeat(128)), '', /name of this file/],
    ['a note that hides a sign', new File(['x'], 'x'), 'a\u200bb', /^The note/],
    ['a note of 1,001 bytes', new File(['x'], 'x'), `${'é'.repeat(500)}e`, /^The note/],
  ]))
    it(`asks nothing of the host: ${what}`, async () => {
      const native = host();
      const { $, choose, submit } = await openDocuments(native);
      if (file) choose(file);
      $('enclose-note').value = note;
      submit();
      assert.match($('enclose-wrong').textContent, sentence);
      assert.equal(native.asked.length, 0);
    });

  for (const [code, sentence] of Object.entries({
    'bad-value': /did not take this file/,
    contradiction: /did not take this file/,
    'unknown-op': /older/,
    'too-often': /short time/,
    'disk-full': /disk is full/,
    'keyring-locked': /locked/,
  }))
    it(`says in a sentence what the host says: ${code}`, async () => {
      const native = host({ fail: code, at: 1 });
      const { $, choose, submit, told } = await openDocuments(native);
      choose(new File([randomBytes((1 << 20) + 1)], 'x'));
      submit();
      await until(() => told.includes('loaded'));
      assert.match($('enclose-wrong').textContent, sentence);
      assert.equal($('enclose-outcome').textContent, '');
      assert.equal(native.closed(), 1);
    });

  it('that went away in between cannot be read, and that is said', async () => {
    const native = host();
    const { $, choose, submit, told } = await openDocuments(native);
    choose(
      Object.defineProperty(new File(['x'], 'x'), 'slice', {
        value: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }),
      }),
    );
    submit();
    await until(() => told.includes('loaded'));
    assert.match($('enclose-wrong').textContent, /cannot be read/);
    assert.equal(native.asked.length, 0);
  });

  it('can be stopped, and nothing more is sent', async () => {
    const native = host({ hold: true });
    const { $, choose, submit, told } = await openDocuments(native);
    choose(new File(['x'.repeat(10)], 'x'));
    submit();
    await until(() => native.asked.length === 1);
    assert.deepEqual([$('enclose-stop').hidden, $('enclose-go').getAttribute('aria-disabled')], [false, 'true']);
    submit();
    const pressed = Date.now();
    $('enclose-stop').click();
    await until(() => told.includes('loaded'));
    assert.ok(Date.now() - pressed < 10_000, 'at once, and not when an answer would have been late');
    assert.match($('enclose-wrong').textContent, /^Stopped/);
    assert.equal(native.asked.length, 1, 'a second submission while one runs is none');
    assert.equal($('enclose-go').hasAttribute('aria-disabled'), false);
  });

  for (const [locale, words] of Object.entries({
    en: ['Stated in the file, not verified', 'From', '1.5 kB'],
    de: ['In der Datei angegeben, nicht geprüft', 'Von', '1,5 kB'],
    fr: ['Indiqué dans le fichier, non vérifié', 'De', '1,5'],
  }))
    it(`is listed, in ${locale}, with what the mail says as what it says`, async () => {
      const one = {
        seq: 7,
        at: ENTRY.time,
        file: 'mail.eml',
        note: null,
        type: 'message/rfc822',
        size: 1500,
        mail: MAIL,
      };
      const { $ } = await openDocuments(host(), {
        locale,
        files: [one, { ...one, seq: 8, file: '<img src=x>.txt', mail: null }],
      });
      const items = [...$('enclosed').children];
      assert.deepEqual(
        items.map((item) => item.dataset.seq),
        ['8', '7'],
      );
      assert.equal(items[0].querySelector('h3').textContent, '<img src=x>.txt');
      assert.equal($('enclosed').querySelectorAll('img, a, canvas, iframe').length, 0);
      for (const word of words) assert.ok(items[1].textContent.includes(word), `${word}: ${items[1].textContent}`);
      assert.equal($('enclosed-title').hidden, false);
    });
});

describe('in the history', () => {
  it('a picture that was enclosed is none of the setting', () => {
    installFakeBrowser({ locale: 'en' });
    const png = { ...ENTRY, mail: null, attachments: [{ ...ENTRY.attachments[0], media_type: 'image/png' }] };
    assert.equal(summaryOf(png).pictured, false);
    assert.equal(whatOf(summaryOf({ ...png, file: 'a\u202eb' })), 'A file of your own · ab');
  });
  it('tells what the mail says as what it says, and draws nothing', async () => {
    const { window } = new JSDOM('<div id="detail"></div>', { url: 'https://history.example/' });
    Object.assign(globalThis, { window, document: window.document });
    installFakeBrowser({ locale: 'en' });
    const panel = window.document.getElementById('detail');
    const asked = [];
    const png = { ...ENTRY, attachments: [{ ...ENTRY.attachments[0], media_type: 'image/png' }] };
    await showDetail(panel, png, {
      host: /** @type {any} */ ({ ask: async (op) => void asked.push(op) }),
      names: {},
      proof: null,
    });
    assert.deepEqual(asked, []);
    assert.equal(panel.querySelectorAll('canvas, img').length, 0);
    for (const words of [
      'Enclosed by the member',
      'mail.eml',
      'from my inbox',
      'Stated in the file, not verified',
      MAIL.from,
      'it was not checked',
    ])
      assert.ok(panel.textContent.includes(words), words);
  });
});

describe('on the page that checks', () => {
  const told = {
    seq: 7,
    at: ENTRY.time,
    file: 'a\u202eb.eml',
    note: '<b>x</b>',
    mail: MAIL,
    type: 'message/rfc822',
    size: 1500,
    sha256: 'ab'.repeat(32),
    place: null,
    doubted: true,
  };
  const verdict = (/** @type {object[]} */ exhibits, enclosed = exhibits.length) =>
    /** @type {any} */ ({ model: { exhibits, enclosed } });

  it('stands under a heading of its own, with whose word it is, and is not drawn', () => {
    const { window } = new JSDOM('', { url: 'https://verify.example/' });
    Object.assign(globalThis, { window, document: window.document });
    installFakeBrowser({ locale: 'en' });
    const place = `data/exhibits/${'ab'.repeat(32)}.eml`;
    const section = enclosedOf(verdict([told, { ...told, seq: 8, place, doubted: false, mail: null }], 5));
    assert.equal(section.querySelector('h3').textContent, 'Enclosed by the member');
    assert.match(section.querySelector('.hint').textContent, /did not see where they come from/);
    const [first, second] = section.querySelectorAll('li');
    assert.match(first.textContent, /aU\+202Eb\.eml.*<b>x<\/b>.*withheld.*Stated in the file, not verified/s);
    assert.ok(first.querySelector('strong') && !second.querySelector('strong'));
    assert.ok(second.textContent.includes(place) && !second.textContent.includes('not verified'));
    assert.match(section.lastChild.textContent, /^3 more files/);
    assert.equal(section.querySelectorAll('a, img, canvas, b').length, 0);
  });
  it('is not there where nothing was enclosed', () => assert.equal(enclosedOf(verdict([])), null));
});
