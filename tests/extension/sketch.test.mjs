// A sketch of each page of the replica: it keeps what the judge needs and nothing of the member's.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import { judge } from '../../extension/background/setting/judge.js';
import { KEY_WORDS } from '../../extension/background/setting/key.js';
import { SKETCH_FILES } from '../../extension/background/setting/reader-files.js';
import { headOf } from '../../extension/background/setting/sketch.js';
import { isKnownTitle, isKnownWording, STATE_WORDS, WORDING } from '../../extension/background/setting/wording.js';
import { loadPages, parsePage } from '../replica/pages.mjs';
import { openPage } from './page-window.mjs';

const scripts = SKETCH_FILES.map(
  (file) =>
    new vm.Script(readFileSync(new URL(`../../extension/${file}`, import.meta.url), 'utf8'), { filename: file }),
);
const known = Object.values(WORDING).flatMap(({ title, label }) => (label ? [title, label] : [title]));

/** Lets the page run its course, then sketches it. */
async function sketchOf(page) {
  const opened = openPage(page, { answers: true });
  try {
    await opened.clock.advance(page.after * 1000 + 8_000);
    const { window } = opened;
    const context = opened.context;
    const described = vm.runInContext('globalThis[Symbol.for("consentlog.reader")]?.describe() ?? null', context);
    window[Symbol.for('consentlog.known')] = { known, exactly: [...STATE_WORDS], keyWords: [...KEY_WORDS] };
    const drawn = scripts.map((script) => script.runInContext(context)).at(-1);
    const plain = described && JSON.parse(JSON.stringify(described));
    return { text: `${headOf(plain, new URL(window.location.href))}\n${drawn}\n`, described: plain, window };
  } finally {
    opened.close();
  }
}

/** What may be in any sketch: published words, names of attributes. */
const PUBLIC = [...known, ...STATE_WORDS, 'data-artdeco-toggle-button', 'cookies'].join('\n').toLowerCase();

/** What a page holds that is nobody's business: words of its text, attributes and scripts' data that are not published. */
function privateStrings(html) {
  const body = html.replace(/^<!--[\s\S]*?-->/, '');
  const text = [...body.matchAll(/>([^<>{}]+)</g)].map(([, found]) => found.trim());
  const values = [
    ...body.matchAll(/\s(?:href|src|alt|aria-label|class|title|value|content|data-[a-z-]+)="([^"]*)"/g),
  ].map(([, found]) => found);
  const ids = [...body.matchAll(/"(?:plainId|publicId)":"?([\w-]+)/g)].map(([, found]) => found);
  const ours = new Set([
    'Text',
    'Back',
    'utf-8',
    'width=device-width',
    'about:blank',
    '/replica/frame',
    'true',
    'false',
  ]);
  return [...new Set([...text, ...values, ...ids])].filter(
    (found) =>
      found.length > 3 &&
      !ours.has(found) &&
      !/^[A-Za-z]{2}([-_][A-Za-z]{2})?$/.test(found) &&
      !PUBLIC.includes(found.toLowerCase()) &&
      !isKnownWording([found], null) &&
      !isKnownTitle(found.replace(/ [|] LinkedIn$/, '')),
  );
}

/* Words that are nobody's to pass on decide these, and a sketch leaves them out: what was seen stands in its head alone. */
const BY_WORDS = new Set([
  'contradicted-by-description',
  'contradicted-by-few-words-behind',
  'contradicted-by-group',
  'contradicted-by-sentence-above',
  'contradicted-by-sentence-behind',
  'contradicted-by-what-is-drawn',
  'known-label-under-another-purpose',
  'lang-no',
  'main-in-main-not-offered',
  'not-offered-back-is-a-button',
  'not-offered-beside-a-menu',
  'not-offered-chat-button',
  'not-offered-de',
  'not-offered-en',
  'not-offered-menu-button',
  'not-offered-search-is-combobox',
  'translated-by-browser',
  'long-words',
  'chat-overlay',
  'cookie-banner-unmarked',
  'cookie-banner',
  'lang-ar',
  'lang-el',
  'lang-fa',
  'lang-fi',
  'lang-hi',
  'lang-it',
  'lang-iw',
  'lang-ja',
  'lang-ko',
  'lang-ru',
  'lang-th',
  'lang-tr',
  'lang-uk',
  'lang-zh-cn',
  'lang-zh-tw',
  'pushstate-stale',
  'loading-in-words',
  'other-purpose-beside-our-key',
  'other-purpose-label-not-known-fi',
  'other-purpose-label-not-known-it',
  'other-purpose-with-our-key',
  'reworded-label',
  'turned-by-explanation',
  'turned-by-heading',
  'turned-by-picture',
  'turned-by-legend',
  'turned-by-words-above',
  'turned-with-our-key',
  'turned-without-not',
  'guarded-with-our-key',
  'label-with-badge',
  'narrowed-with-our-key',
  'two-switches-key',
  'went-wrong-in-words',
]);

describe('a sketch', () => {
  for (const page of loadPages()) {
    // It has left the setting, or only a real browser keeps its scripts apart from ours.
    if (page.expect?.['page.url'] || page.expect === null || page.world === 'isolated') continue;
    it(`of ${page.name} tells nothing private and reads the same`, async () => {
      const { text, described } = await sketchOf(page);
      const drawn = text.replace(/^<!--[\s\S]*?-->/, '');
      for (const secret of privateStrings(page.html)) assert.ok(!drawn.includes(secret), `${secret}\n${drawn}`);
      const sketched = parsePage('sketch', text);
      const still = judge({ ...described.reading, quiet: 60_000, final: true });
      assert.deepEqual(sketched.expect, { state: still.state, reason: still.reason });
      if (BY_WORDS.has(page.name)) return;
      const again = openPage(sketched);
      await again.clock.advance(40_000);
      const last = again.observations.at(-1);
      again.close();
      assert.deepEqual([last?.state, last?.reason], [still.state, still.reason], text);
    });
  }
});
