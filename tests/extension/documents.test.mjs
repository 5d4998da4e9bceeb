// Documents: which pages they are, what is read of them, what is refused, what becomes of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import { JSDOM, VirtualConsole } from 'jsdom';
import { effectiveOf } from '../../extension/background/documents/effective.js';
import { judgeDocument, REFUSALS } from '../../extension/background/documents/judge-document.js';
import { withKept, withOutcome } from '../../extension/background/documents/documents.js';
import { createDocumentVersions } from '../../extension/background/documents/document-versions.js';
import { DOCUMENT_FILES } from '../../extension/background/setting/reader-files.js';
import { documentAt, documentById, DOCUMENTS, documentUrl } from '../../extension/shared/documents.js';
import { NO_DOCUMENTS } from '../../extension/shared/stored.js';
import { compareTexts, fold } from '../../extension/shared/compare.js';
import { documentPage, DOCUMENT_PAGES } from '../replica/documents.mjs';
import { giveVisibility } from './page-window.mjs';
import './web-crypto.mjs';

const ORIGIN = 'https://www.linkedin.com';
const POLICY = `${ORIGIN}/legal/privacy-policy`;
const scripts = DOCUMENT_FILES.map(
  (file) =>
    new vm.Script(readFileSync(new URL(`../../extension/${file}`, import.meta.url), 'utf8'), { filename: file }),
);

/** What the reader says of a page; time is moved by hand. */
async function readDocument(html, url, { status = 200, mains = documentAt(url)?.mains ?? ['main'] } = {}) {
  const sent = [];
  let now = 0;
  let tick = () => {};
  const dom = new JSDOM(html, {
    url,
    runScripts: 'outside-only',
    virtualConsole: new VirtualConsole(),
    beforeParse(window) {
      giveVisibility(window);
      window.performance.now = () => now;
      window.setInterval = (run) => {
        tick = run;
        return 1;
      };
      window.clearInterval = () => {
        tick = () => {};
      };
      Object.defineProperty(window.performance, 'getEntriesByType', { value: () => [{ responseStatus: status }] });
      window.chrome = {
        runtime: { sendMessage: async (message) => void sent.push(JSON.parse(JSON.stringify(message))) },
      };
    },
  });
  if (dom.window.document.readyState !== 'complete')
    await new Promise((resolve) => {
      dom.window.addEventListener('load', resolve);
    });
  dom.window[Symbol.for('consentlog.mains')] = [...mains];
  for (const script of scripts) script.runInContext(dom.getInternalVMContext());
  for (let n = 0; n < 100; n += 1) {
    now += 300;
    tick();
  }
  dom.window.close();
  assert.equal(sent.length, 1, 'it speaks once');
  assert.equal(sent[0].type, 'document');
  return sent[0].seen;
}

const page = (path, choice) => documentPage(path, choice).html;
const seenOf = (path, choice = {}, more = {}) =>
  readDocument(page(path, choice), ORIGIN + path, { status: choice.status ?? 200, ...more });

describe('the table of documents', () => {
  it('has the ids of the protocol, each with an address of its own', () => {
    assert.deepEqual(
      DOCUMENTS.map(({ id }) => id),
      [
        'privacy-policy',
        'user-agreement',
        'subscription-agreement',
        'ai-faq',
        'ai-setting-help',
        'notice-eu',
        'notice-us',
        'terms-update',
        'objection-form',
      ],
    );
    assert.equal(new Set(DOCUMENTS.map(({ path }) => path)).size, DOCUMENTS.length);
    assert.deepEqual(Object.keys(DOCUMENT_PAGES).sort(), DOCUMENTS.map(({ path }) => path).sort());
  });

  for (const [url, id] of [
    [POLICY, 'privacy-policy'],
    [`${POLICY}/?_l=de_DE#top`, 'privacy-policy'],
    [documentUrl(documentById('ai-faq')), 'ai-faq'],
    [`${POLICY}-archive`, undefined],
    ['https://linkedin.com/legal/privacy-policy', undefined],
    ['http://www.linkedin.com/legal/privacy-policy', undefined],
    ['https://www.linkedin.com.example/legal/privacy-policy', undefined],
    ['no address', undefined],
    [undefined, undefined],
  ]) {
    it(`finds ${id} at ${url}`, () => assert.equal(documentAt(url)?.id, id));
  }
});

describe('reading a document', () => {
  it('takes the main part, normalised', async () => {
    const { text } = await seenOf('/legal/privacy-policy');
    const lines = text.split('\n');
    assert.deepEqual(lines.slice(0, 4), ['Privacy Policy', 'Effective on November 3, 2025', '1. Clause', lines[3]]);
    assert.deepEqual(lines.slice(-2), ['One item, broken in the source', 'Another item']);
    for (const other of ['Hidden from everybody', 'Contents', 'Print', '© 2026', 'currentScript', 'Sign in'])
      assert.ok(!text.includes(other), other);
  });

  it('leaves out how long ago a help page was changed, and what stands beside it', async () => {
    const { text } = await seenOf('/help/linkedin/answer/a6278444');
    assert.ok(text.startsWith('Data for AI improvement\nWhat the AI setting does'));
    assert.doesNotMatch(text, /months ago|helpful/);
  });

  for (const [name, html, expected] of [
    ['blocks and breaks are lines', '<p>a</p><p>b<br>c</p><div>d<div>e</div>f</div>', 'a\nb\nc\nd\ne\nf'],
    ['inline elements are not', '<p>a<b>b</b> <a href="#">c</a></p>', 'ab c'],
    ['blanks of all kinds are one space', '<p> a \n\t b c   d </p>', 'a b c d'],
    ['invisible characters go', '<p>a\u200bb\u00adc\ufeff</p>', 'abc'],
    ['composed characters are one', '<p>e\u0301</p>', '\u00e9'],
    [
      'hidden is hidden',
      '<p>a</p><p hidden>b</p><p style="display:none">c</p><p style="visibility:hidden">d</p><p aria-hidden="true">e</p>',
      'a',
    ],
    ['cells are lines', '<table><tr><td>a</td><td>b</td></tr></table>', 'a\nb'],
    ['dialogs and tools are not the text', '<p>a</p><div role="dialog">b</div><button>c</button><nav>d</nav>', 'a'],
  ]) {
    it(name, async () => assert.equal((await readDocument(`<main>${html}</main>`, POLICY)).text, expected));
  }

  it('gives the same text for the same words in other markup', async () => {
    const one = await readDocument('<main><h1>T</h1><p>a  b</p></main>', POLICY);
    const two = await readDocument(
      '<div></div><main class="x"><header><h1>T</h1></header>\n<section><div>a b</div></section></main>',
      POLICY,
    );
    assert.equal(one.text, two.text);
  });
});

describe('judging a document', () => {
  const judged = async (path, choice = {}, more = {}) =>
    judgeDocument({ ...(await seenOf(path, choice)), ...more }, { asked: false, url: ORIGIN + path });

  for (const path of Object.keys(DOCUMENT_PAGES)) {
    it(`takes ${path}`, async () => {
      const { document } = await judged(path);
      assert.equal(document.document, documentAt(ORIGIN + path).id);
      assert.equal(document.url, ORIGIN + path);
      assert.ok(document.text.length > 200);
    });
  }

  for (const [name, path, choice, reason] of [
    ['a sign-in page', '/legal/privacy-policy', { variant: 'sign-in' }, 'signed-out'],
    ['a wall of cookies', '/legal/privacy-policy', { variant: 'consent-wall' }, 'consent-wall'],
    ['an empty shell', '/legal/privacy-policy', { variant: 'empty-shell' }, 'empty'],
    ['an empty shell of a help page', '/help/linkedin/answer/a5538339', { variant: 'empty-shell' }, 'empty'],
    ['an error with a long text', '/legal/privacy-policy', { variant: 'error', status: 404 }, 'error-page'],
    ['another page at the address', '/legal/user-agreement', { variant: 'other-page' }, 'wrong-page'],
    ['another page at a help address', '/help/linkedin/answer/a6278444', { variant: 'other-page' }, 'wrong-page'],
  ]) {
    it(`refuses ${name}: ${reason}`, async () => {
      assert.deepEqual(await judged(path, choice), { refused: reason });
      assert.ok(REFUSALS.includes(reason));
    });
  }

  it('takes a whole document behind a banner', async () =>
    assert.ok('document' in (await judged('/legal/privacy-policy', { variant: 'cookie-banner' }))));
  it('asks for known words only in a language that has them', async () => {
    assert.ok(
      'document' in (await judged('/legal/privacy-policy', { language: 'pl', title: 'Polityka ochrony prywatności' })),
    );
    assert.deepEqual(await judged('/legal/privacy-policy', { language: 'de', title: 'Impressum' }), {
      refused: 'wrong-page',
    });
    assert.ok(
      'document' in (await judged('/legal/privacy-policy', { language: 'de', title: 'Datenschutzrichtlinie' })),
    );
  });

  for (const [name, more] of [
    ['another address than the tab’s', { url: `${ORIGIN}/legal/user-agreement` }],
    ['no id', { id: 'x' }],
    ['another version', { v: 2 }],
    ['text that is no text', { text: 7 }],
    ['a time that is none', { observedAt: -1 }],
  ]) {
    it(`refuses a description with ${name}`, async () =>
      assert.deepEqual(await judged('/legal/privacy-policy', {}, more), { refused: 'other-page' }));
  }
  it('refuses what is too long', async () =>
    assert.deepEqual(await judged('/legal/privacy-policy', {}, { text: 'ä'.repeat(600_000) }), {
      refused: 'too-long',
    }));
  it('keeps nothing that the host’s JSON does not carry, nor what would be too short for it then', async () => {
    const { text } = await seenOf('/legal/privacy-policy');
    const bent = `${text}\nLes conditions, date d\ud800entrée en vigueur : 3 novembre 2025\udc00\0\u001b \u{1f600}\ud83d`;
    const { document } = await judged('/legal/privacy-policy', {}, { text: bent, heading: 'Privacy Policy \udfff' });
    for (const said of [document.text, document.title, document.effective_text])
      assert.equal(said, new TextDecoder().decode(new TextEncoder().encode(said)), said);
    assert.ok(document.text.endsWith('3 novembre 2025\ufffd \u{1f600}\ufffd'), document.text.slice(-40));
    assert.deepEqual(
      await judged('/legal/privacy-policy', {}, { text: `${'\u0001'.repeat(2000)}${'a'.repeat(199)}` }),
      {
        refused: 'empty',
      },
    );
  });
  it('refuses a description from elsewhere', async () => {
    assert.deepEqual(judgeDocument(await seenOf('/legal/privacy-policy'), { asked: true, url: `${ORIGIN}/feed/` }), {
      refused: 'other-page',
    });
    assert.deepEqual(judgeDocument(null, { asked: true, url: POLICY }), { refused: 'other-page' });
  });
});

describe('the effective date', () => {
  for (const [text, stated, date] of [
    ['Effective on November 3, 2025', 'Effective on November 3, 2025', '2025-11-03'],
    ['This policy is effective September 18, 2024.', 'effective September 18, 2024', '2024-09-18'],
    ['Effective date: 3 November 2025', 'Effective date: 3 November 2025', '2025-11-03'],
    ['Gültig ab 3. November 2025', 'Gültig ab 3. November 2025', '2025-11-03'],
    ['Wirksam ab dem 1. März 2026', 'Wirksam ab dem 1. März 2026', '2026-03-01'],
    ['En vigueur à compter du 3 novembre 2025', 'En vigueur à compter du 3 novembre 2025', '2025-11-03'],
    ['Entrée en vigueur le 1er août 2026', 'en vigueur le 1er août 2026', '2026-08-01'],
    ['Effective on November 31, 2025', 'Effective on November 31, 2025', null],
    ['Effective on November 3, 2025\nEffective on July 31, 2024', 'Effective on November 3, 2025', null],
    ['Effective on 11/03/2025', null, null],
    ['An effective measure of November 3, 2025', null, null],
    ['Ineffective on November 3, 2025', null, null],
    ['Obowiązuje od 3 listopada 2025', null, null],
    ['', null, null],
  ]) {
    it(`of "${text.replace('\n', ' / ')}" is ${date}`, () =>
      assert.deepEqual(effectiveOf(text), { effective: date, effective_text: stated }));
  }
});

describe('what becomes of a document', () => {
  const kept = { written: true, seq: 7, change: 'changed', sha256: 'a'.repeat(64), previous: 3 };
  const document = { document: 'ai-faq', language: 'en', observed_at: '2026-11-21T12:00:00.000Z' };

  for (const [name, more, before, alerted] of [
    ['a changed text', {}, { languages: { 'ai-faq': 'en' } }, true],
    ['the first', { change: 'first' }, {}, false],
    ['the same', { change: 'unchanged' }, { languages: { 'ai-faq': 'en' } }, false],
    ['one that was known', { written: false }, { languages: { 'ai-faq': 'en' } }, false],
    ['the same in another language', {}, { languages: { 'ai-faq': 'de' } }, false],
  ]) {
    it(`${name}: ${alerted ? 'an alert' : 'no alert'}`, () => {
      const after = withKept({ ...NO_DOCUMENTS, ...before }, { ...kept, ...more }, document);
      assert.equal('ai-faq' in after.changes, alerted);
      assert.equal(after.languages['ai-faq'], 'en');
    });
  }

  it('remembers a refusal until it is kept', () => {
    const refused = withOutcome(NO_DOCUMENTS, 'ai-faq', 'empty');
    assert.equal(refused.refused['ai-faq'].reason, 'empty');
    assert.deepEqual(withOutcome(refused, 'ai-faq', null).refused, {});
  });
});

describe('two texts side by side', () => {
  const marked = (parts) => parts?.filter((part) => part.marked).map(({ text }) => text.trim());
  it('marks the changed words only', () => {
    const rows = compareTexts('A\nYou may opt out at any time.\nC', 'A\nYou may object at any time.\nC\nD');
    assert.deepEqual(
      rows.map(({ kind }) => kind),
      ['same', 'changed', 'same', 'changed'],
    );
    assert.deepEqual([marked(rows[1].before), marked(rows[1].after)], [['opt', 'out'], ['object']]);
    assert.deepEqual([rows[3].before, marked(rows[3].after)], [null, ['D']]);
  });

  it('gives both texts back, whatever is marked', () => {
    const words = ['data', 'train', 'model', 'member', 'off', 'on'];
    let seed = 7;
    const random = (n) => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let round = 0; round < 200; round += 1) {
      const make = () =>
        Array.from({ length: 1 + random(6) }, () =>
          Array.from({ length: 1 + random(5) }, () => words[random(6)]).join(' '),
        ).join('\n');
      const [old, young] = [make(), make()];
      const rows = compareTexts(old, young);
      const side = (name) =>
        rows
          .filter((row) => row[name])
          .map((row) => row[name].map(({ text }) => text).join(''))
          .join('\n');
      assert.deepEqual([side('before'), side('after')], [old, young]);
    }
  });

  it('does not pretend that two paragraphs without anything in common are one', () => {
    assert.deepEqual(
      compareTexts('aaa bbb ccc', 'xxx yyy zzz').map(({ before, after }) => [before !== null, after !== null]),
      [
        [true, false],
        [false, true],
      ],
    );
  });

  it('says nothing of two that are the same, and folds them', () => {
    const text = Array.from({ length: 9 }, (_, n) => String(n)).join('\n');
    assert.ok(compareTexts(text, text).every(({ kind }) => kind === 'same'));
    const runs = fold(compareTexts(text, text.replace('4', 'x')));
    assert.deepEqual(
      runs.map(({ rows, folded }) => [rows.length, folded]),
      [
        [3, true],
        [4, false],
        [3, true],
      ],
    );
  });
});

describe('the kept versions', () => {
  const bytes = Buffer.from('Grüße '.repeat(50));
  const sha256 = 'sha';
  const host =
    (change = {}) =>
    async (op, { offset, from }) => {
      if (op === 'history') {
        const entry = {
          seq: from,
          kind: from === 1 ? 'document' : 'observation',
          document: 'ai-faq',
          attachments: [{ name: 'text', sha256, size: bytes.length }],
        };
        return { entries: [entry], next: from < 2 ? from + 1 : null, ...change };
      }
      const end = Math.min(bytes.length, offset + 100);
      return {
        media_type: 'text/plain',
        size: bytes.length,
        offset,
        base64: bytes.subarray(offset, end).toString('base64'),
        next: end < bytes.length ? end : null,
        ...change,
      };
    };
  const hash = async () => Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');

  it('lists the kept versions', async () => {
    const { versions } = await createDocumentVersions({ ask: host() }).versions();
    assert.deepEqual(
      versions.map(({ seq, document }) => [seq, document]),
      [[1, 'ai-faq']],
    );
  });
  it('puts a text together and checks it', async () =>
    assert.equal(
      (await createDocumentVersions({ ask: host() }).text({ sha256: await hash() })).text,
      bytes.toString(),
    ));
  it('refuses a text that is another', async () =>
    assert.rejects(createDocumentVersions({ ask: host() }).text({ sha256: 'f'.repeat(64) }), /host-answer/));
  it('refuses parts that do not fit', async () =>
    assert.rejects(createDocumentVersions({ ask: host({ next: 7 }) }).text({ sha256: await hash() }), /host-answer/));
  it('refuses a part with nothing in it, which would be asked for without an end', async () =>
    assert.rejects(
      createDocumentVersions({ ask: host({ base64: '', next: 0 }) }).text({ sha256: await hash() }),
      /host-answer/,
    ));
  it('refuses a part that is no base64', async () =>
    assert.rejects(createDocumentVersions({ ask: host({ base64: 'ä' }) }).text({ sha256: await hash() }), {
      code: 'host-answer',
    }));
  it('refuses a history that does not go on', async () =>
    assert.rejects(createDocumentVersions({ ask: host({ next: 0 }) }).versions(), /host-answer/));
});
