// What the page that checks draws of what the checks give, here made up: the sentence first, the fingerprint compared, the
// order of several packages, times that say no more than is known. With real packages: tests/e2e/verify-page.mjs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { JSDOM } from 'jsdom';
import { compareTexts } from '../../extension/shared/compare.js';
import { fromDrop, fromFiles } from '../../extension/ui/verify-drop.js';
import { Session as Checks } from '../../extension/verifier/session.js';
import { ROOT } from '../e2e/host.mjs';

const { window } = new JSDOM(readFileSync(join(ROOT, 'extension/ui/verify.html'), 'utf8'), {
  url: 'http://localhost/',
});
const { document } = window;
const messagesOf = (/** @type {string} */ language) =>
  JSON.parse(readFileSync(join(ROOT, `extension/_locales/${language}/messages.json`), 'utf8'));
const messages = messagesOf('en');
/** What the page is read in. */
let spoken = { language: 'en', messages };
const getMessage = (key, values = []) =>
  (spoken.messages[key]?.message ?? '').replace(/\$(\d)/g, (_, n) => [values].flat()[n - 1] ?? '');
Object.assign(globalThis, {
  window,
  document,
  Node: window.Node,
  HTMLElement: window.HTMLElement,
  addEventListener: window.addEventListener.bind(window),
  chrome: { i18n: { getMessage, getUILanguage: () => spoken.language }, runtime: { getURL: (path) => path } },
});
const { openVerifier, redraw } = await import('../../extension/ui/verify-page.js');

const VERDICT = {
  good: true,
  log: 'consentlog/0123',
  key: 'SHA256:AAAA',
  entries: 9,
  withheld: 0,
  unread: 0,
  remarks: 0,
  stamped_time: null,
  stamped_size: 0,
  timestamps: [],
  brackets: [],
  checks: [],
  derived: [],
  model: null,
};
const CHECKS = [
  'key',
  'signature',
  'checkpoint',
  'entries',
  'extends',
  'attachments',
  'proofs',
  'timestamps',
  'contents',
];
/** By the name of the package. @type {Record<string, object>} */
let verdicts = {};

class Session {
  constructor(answer) {
    this.answer = answer;
  }

  async ask({ type, id, run, packages, pems }) {
    if (type === 'read') {
      this.answer({ type: 'bytes', id, bytes: null });
      return;
    }
    for (const [index, { name }] of packages.entries()) {
      if (verdicts[name] === null) {
        this.answer({ type: 'ended', run });
        return;
      }
      this.answer({ type: 'verdict', run, index, verdict: { ...VERDICT, ...verdicts[name] } });
    }
    this.answer({ type: 'done', run, badPems: pems.flatMap((pem, i) => (pem[0] === 0 ? [i] : [])) });
  }
}

openVerifier({
  makeWorker: () => {
    throw new Error('here is none');
  },
  here: async () => ({ Session }),
});

const byId = (id) => document.getElementById(id);

async function give(...names) {
  byId('print').hidden = true;
  Object.defineProperty(byId('zips'), 'files', { value: names.map((name) => ({ name })), configurable: true });
  byId('zips').dispatchEvent(new window.Event('change'));
  for (let i = 0; i < 500 && byId('print').hidden; i += 1) await new Promise((done) => setTimeout(done, 10));
  assert.equal(byId('print').hidden, false, 'the checks have ended');
}

function enter(fingerprint) {
  byId('fingerprint').value = fingerprint;
  byId('fingerprint').dispatchEvent(new window.Event('input'));
}

const articles = () => [...document.querySelectorAll('article')];
const tones = () => articles().map((one) => `${one.dataset.tone} ${one.querySelector('.match').dataset.match}`);
const headline = () => document.querySelector('article h2').textContent;

beforeEach(() => {
  spoken = { language: 'en', messages };
  verdicts = {};
  enter('');
});

test('a fingerprint is compared with what is shown now, whatever was shown before', async () => {
  verdicts = { 'b.zip': { key: 'SHA256:BBBB' } };
  await give('a.zip');
  enter('SHA256:BBBB');
  assert.deepEqual(tones(), ['bad other']);
  await give('b.zip');
  assert.deepEqual(tones(), ['good same']);
  enter('SHA256:CCCC');
  assert.deepEqual(tones(), ['bad other']);
  enter('SHA256:AAAA');
  await give('a.zip');
  await give('b.zip');
  assert.deepEqual(tones(), ['bad other']);
  enter('SHA256:BBBB');
  assert.deepEqual(tones(), ['good same']);
});

test('when the checks end, the verdict has the focus, but not while somebody enters the fingerprint', async () => {
  await give('a.zip');
  assert.equal(document.activeElement, articles()[0]);
  byId('fingerprint').focus();
  await give('a.zip');
  assert.equal(document.activeElement, byId('fingerprint'));
  byId('fingerprint').blur();
});

test('of a package that could not be read nothing is said, not that it is bad', async () => {
  const failed = { check: 'bag', result: 'failed', code: 'malformed', file: null, say: 'unreadable', values: ['gone'] };
  verdicts = { 'a.zip': { good: false, checks: [failed] } };
  await give('a.zip');
  assert.equal(headline(), 'This package could not be checked.');
  assert.equal(articles()[0].dataset.tone, 'unread');
  assert.equal(document.querySelector('h2 + p').textContent, messages.verifyUnreadNext.message);
  verdicts = { 'a.zip': { good: false, checks: [failed, { ...failed, check: 'proofs', say: 'zipData' }] } };
  await give('a.zip');
  assert.match(headline(), /^Do not rely on this package: /);
  assert.equal(articles()[0].dataset.tone, 'bad');
});

test('a check that was broken off is said, and what was told before it stands; in another language, too', async () => {
  verdicts = { 'b.zip': null };
  Object.defineProperty(byId('zips'), 'files', {
    value: ['a.zip', 'b.zip'].map((name) => ({ name })),
    configurable: true,
  });
  byId('zips').dispatchEvent(new window.Event('change'));
  const told = () => [
    articles().length,
    ...[...document.querySelectorAll('#results > .wrong')].map((p) => p.textContent),
  ];
  for (let i = 0; i < 500 && told().length === 1; i += 1) await new Promise((done) => setTimeout(done, 10));
  assert.deepEqual(told(), [1, messages.verifyEnded.message]);
  assert.equal(byId('progress').hidden, true);
  spoken = { language: 'de', messages: messagesOf('de') };
  redraw();
  assert.deepEqual(told(), [1, messagesOf('de').verifyEnded.message]);
  spoken = { language: 'en', messages };
  await give('a.zip');
  assert.deepEqual(told(), [1]);
});

/** A folder as it is dropped, with one file in it. @param {{file?: Function, handle?: Promise<object>}} how it is read */
function dropped({ file, handle }) {
  const inner = [{ isFile: true, name: 'bagit.txt', fullPath: '/bag/bagit.txt', file }];
  const entry = {
    isDirectory: true,
    name: 'bag',
    createReader: () => ({ readEntries: (done) => done(inner.splice(0)) }),
  };
  const item = { webkitGetAsEntry: () => entry, ...(handle && { getAsFileSystemHandle: () => handle }) };
  return { items: [item], files: [{ name: 'bag' }] };
}

test('a folder that is dropped is read by handles where there are some, and else by entries', async () => {
  const blob = new Blob(['x']);
  const files = [{ path: 'bag/bagit.txt', blob }];
  const one = { kind: 'file', name: 'bagit.txt', getFile: async () => blob };
  const handle = Promise.resolve({
    kind: 'directory',
    async *values() {
      yield one;
    },
  });
  const unreadable = (_, fail) => fail(new Error('not by this'));
  const want = { packages: [{ name: 'bag', zip: null, files, unread: undefined }], pems: [] };
  assert.deepEqual(await fromDrop(dropped({ file: (done) => done(blob) })), want);
  assert.deepEqual(await fromDrop(dropped({ file: unreadable, handle })), want);
});

test('of a folder that cannot be read it is said why', async () => {
  const { packages } = await fromDrop(dropped({ file: (_, fail) => fail(new Error('no access')) }));
  const answers = [];
  await new Checks((answer) => answers.push(answer)).ask({ type: 'verify', run: 1, packages, pems: [] });
  const { good, checks } = answers.find(({ type }) => type === 'verdict').verdict;
  const [{ say, values }] = checks.filter(({ result }) => result === 'failed');
  assert.deepEqual([good, say, values], [false, 'unreadable', ['no access']]);
});

test('a time that covers some entries is not said of all', async () => {
  const stamped = { stamped_time: '2026-06-02T08:00:00Z', timestamps: [{ authority: 'An authority' }] };
  verdicts = { 'all.zip': { ...stamped, stamped_size: 9 }, 'some.zip': { ...stamped, stamped_size: 1 } };
  await give('all.zip');
  assert.match(
    headline(),
    /^Nothing was changed since Jun 2, 2026, 8:00:00\sAM UTC, by the holder of key SHA256:AAAA\.$/,
  );
  await give('some.zip');
  assert.match(
    headline(),
    /^Nothing was changed since .* in what that time covers \(entries from the first on: 1 of 9\)/,
  );
  await give('none.zip');
  assert.match(headline(), /since the holder of key SHA256:AAAA signed it\. When that was, no independent authority/);
});

test('a part of a second is a whole one where something was before it', async () => {
  verdicts = { 'a.zip': { stamped_time: '2026-06-02T08:00:01.001Z', stamped_size: 9 } };
  await give('a.zip');
  assert.match(headline(), /8:00:02/);
  verdicts = { 'a.zip': { stamped_time: '2026-06-02T08:00:01.000Z', stamped_size: 9 } };
  await give('a.zip');
  assert.match(headline(), /8:00:01/);
});

test('several packages are taken as people count', () => {
  const files = ['log-12.zip', 'root.pem', 'log-9.zip', 'log-100.zip'].map((name) => /** @type {any} */ ({ name }));
  assert.deepEqual(
    fromFiles(files).packages.map(({ name }) => name),
    ['log-9.zip', 'log-12.zip', 'log-100.zip'],
  );
});

test('texts of very many lines are compared', () => {
  const lines = '\n'.repeat(200_000);
  const rows = compareTexts(`${lines}old`, `${lines}new`);
  assert.equal(rows.length, 200_001 + Number(rows.at(-1)?.before === null));
});

test('a check that was not made has the name that it has in the other list, in the words of the page', async () => {
  const skipped = (check) => ({ check, result: 'skipped', code: 'ok', file: null, say: 'skipped', values: [] });
  const failed = { check: 'bag', result: 'failed', code: 'malformed', file: 'data/x', say: 'container', values: ['1'] };
  verdicts = { 'a.zip': { good: false, checks: [failed, ...CHECKS.map(skipped)] } };
  await give('a.zip');
  const items = [...document.querySelectorAll('.findings [data-result="skipped"]')];
  assert.equal(items.length, CHECKS.length);
  for (const [i, item] of items.entries()) {
    assert.equal(item.querySelector('code'), null, 'no word of the program');
    assert.equal(item.querySelector('b').textContent, messages[`part_${CHECKS[i]}`].message);
  }
});

test('where the heads of the table are gone, a number and “not confirmed” say what they are', async () => {
  const event = { seq: 4, last: 4, kind: 'genesis', at: null, written: null, doubted: false, text: null };
  verdicts = {
    'a.zip': { good: false, model: { events: [event], accounts: 1, observations: 1, documents: 0, runs: [], more: 0 } },
  };
  await give('a.zip');
  const cells = [...document.querySelectorAll('.events tbody td')];
  const heads = [...document.querySelectorAll('.events th')].map((one) => one.textContent);
  assert.deepEqual([cells[2].dataset.head, cells[3].dataset.head], heads.slice(2));
  assert.match(readFileSync(join(ROOT, 'extension/ui/verify.css'), 'utf8'), /td\[data-head\]::before/);
});

test('each picture and each text has its hash beside it, whether its file is in the package or not', async () => {
  const event = { at: null, written: null, doubted: false, text: '', change: 'first', phase: 'seen', cause: null };
  const [picture, text] = ['ab'.repeat(32), 'cd'.repeat(32)];
  const events = [
    { ...event, seq: 1, last: 1, kind: 'observation', state: 'on', attachment: picture },
    { ...event, seq: 2, last: 2, kind: 'document', document: 'privacy-policy', attachment: text },
  ];
  const model = { events, accounts: 1, observations: 1, documents: 1, runs: [], more: 0, exhibits: [], enclosed: 0 };
  verdicts = { 'a.zip': { model } };
  await give('a.zip');
  const shown = ['.kept figcaption code', '.documents li > .small code'].map(
    (where) => document.querySelector(where)?.textContent,
  );
  assert.deepEqual(shown, [picture, text]);
});

test('a day is told as its reader tells days, and what it is the day of', async () => {
  const event = { at: '2025-11-05T08:00:00.000Z', written: null, doubted: false, text: '', change: 'first' };
  const documents = ['2025-11-03', null].map((effective, seq) => ({
    ...event,
    ...{ seq, last: seq, kind: 'document', document: 'privacy-policy', attachment: null, effective },
  }));
  const model = { accounts: 1, observations: 0, documents: 2, runs: [], more: 0, exhibits: [], enclosed: 0 };
  verdicts = { 'a.zip': { model: { ...model, events: documents } } };
  await give('a.zip');
  for (const [language, day, none] of [
    ['en', 'Date stated: Nov 3, 2025', 'no date stated'],
    ['de', 'Datum laut Seite: 03.11.2025', 'kein Datum angegeben'],
    ['fr', 'Date indiquée\u00a0: 3 nov. 2025', 'aucune date indiquée'],
  ]) {
    spoken = { language, messages: messagesOf(language) };
    redraw();
    const rows = [...document.querySelectorAll('.events td:nth-child(2)')].map((one) => one.textContent ?? '');
    assert.ok(rows[0].endsWith(` · ${day}`), rows[0]);
    assert.ok(rows[1].endsWith(` · ${none}`), rows[1]);
  }
});

test('where a root certificate is from is told in the language of the page, and a copy as a copy', () => {
  for (const [language, mozilla, copy] of [
    ['en', 'from Mozilla (Debian ca-certificates 20230311), taken on Nov 28, 2026', 'from a copy of https://'],
    ['de', 'von Mozilla (Debian ca-certificates 20230311), übernommen am 28.11.2026', 'aus einer Kopie von https://'],
    ['fr', 'de Mozilla (Debian ca-certificates 20230311), repris le 28 nov. 2026', 'd’une copie de https://'],
  ]) {
    spoken = { language, messages: messagesOf(language) };
    redraw();
    const told = [...document.querySelectorAll('#roots .small')].map((one) => one.textContent ?? '');
    assert.equal(told.length, 5);
    assert.deepEqual(new Set(told.slice(1, 4)), new Set([mozilla]));
    for (const one of [told[0], told[4]]) {
      assert.ok(one.startsWith(copy), one);
      assert.doesNotMatch(one, /\(copy\)|2026-11/);
    }
  }
});

/** @param {object} data as a browser gives it */
const dropOn = (data) =>
  window.dispatchEvent(Object.assign(new window.Event('drop', { cancelable: true }), { dataTransfer: data }));
const shownNames = () => articles().map((one) => one.querySelector('.name').textContent.split(' ')[0]);

test('what is dropped and is no file is not passed over in silence, and what was told before stands', async () => {
  await give('a.zip');
  dropOn({ items: [{ webkitGetAsEntry: () => null }], files: [] });
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(byId('no-file').textContent, messages.verifyNoFile.message);
  assert.deepEqual(shownNames(), ['a.zip']);
});

test('of two drops the later is shown, though the earlier takes longer to list', async () => {
  let list = (_) => {};
  const slow = dropped({ file: (done) => done(new Blob(['x'])) });
  const [item] = slow.items;
  const entry = item.webkitGetAsEntry();
  item.webkitGetAsEntry = () => ({
    ...entry,
    createReader: () => ({ readEntries: (done) => (list = done) }),
  });
  dropOn(slow);
  await give('b.zip');
  assert.deepEqual(shownNames(), ['b.zip']);
  list([]);
  await new Promise((done) => setTimeout(done, 20));
  assert.deepEqual(shownNames(), ['b.zip']);
});

test('certificates that are not added are named, where it is seen, and are not in the list', async () => {
  const file = (name, more = {}) => ({ name, size: 9, arrayBuffer: async () => Uint8Array.of(1).buffer, ...more });
  const refuses = async () => {
    throw new Error('gone');
  };
  const drop = async (files) => {
    Object.defineProperty(byId('pems'), 'files', { value: files, configurable: true });
    byId('pems').dispatchEvent(new window.Event('change'));
    await new Promise((done) => setTimeout(done, 20));
  };
  const names = () =>
    [...byId('roots').children].map((li) => li.firstChild.textContent).filter((n) => n.endsWith('.pem'));
  await drop([file('a.pem'), file('large.pem', { size: 1 << 20 }), file('gone.pem', { arrayBuffer: refuses })]);
  assert.match(byId('root-wrong').textContent, /^Not added.*: large\.pem, gone\.pem$/);
  assert.equal(byId('trust').open, true);
  await drop([file('none.pem', { arrayBuffer: async () => Uint8Array.of(0).buffer })]);
  assert.match(byId('root-wrong').textContent, /^Not added.*: none\.pem$/);
  assert.deepEqual(names(), ['a.pem']);
  await drop(Array.from({ length: 16 }, (_, i) => file(`${i}.pem`)));
  assert.match(byId('root-wrong').textContent, /: 15\.pem$/);
  assert.equal(names().length, 16);
});
