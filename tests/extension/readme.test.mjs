// README in three languages: the same headings, commands, signs and links; and every link of the documentation leads to a file.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../e2e/host.mjs';

const ENGLISH = 'README.md';
const OTHERS = { de: 'docs/README.de.md', fr: 'docs/README.fr.md' };

/** Each heading of the English README, and what it is called in the others. */
const HEADINGS = [
  { en: '# consentlog', de: '# consentlog', fr: '# consentlog' },
  { en: '## Install', de: '## Installieren', fr: '## Installer' },
  {
    en: '## Opt out, prove it, send it',
    de: '## Ausschalten, beweisen, weitergeben',
    fr: '## Désactiver, prouver, remettre',
  },
  { en: '## Read your log', de: '## Ihr Protokoll lesen', fr: '## Lire votre journal' },
  {
    en: '## What it proves, and what not',
    de: '## Was es beweist und was nicht',
    fr: '## Ce qu’il prouve, et ce qu’il ne prouve pas',
  },
  {
    en: '## Help, and reporting a fault',
    de: '## Hilfe, und einen Fehler melden',
    fr: '## Aide, et signaler un problème',
  },
  { en: '## Test', de: '## Testen', fr: '## Tester' },
  { en: '## More', de: '## Mehr', fr: '## Pour aller plus loin' },
];

const read = (/** @type {string} */ path) => readFileSync(join(ROOT, path), 'utf8');
const headings = (/** @type {string} */ text) => text.match(/^#+ .*$/gm);
/** What is to be typed: the text of a block up to what explains it. */
const commands = (/** @type {string} */ text) =>
  [...text.matchAll(/^ {4}(\S.*?)(?: {2,}.*)?$/gm)].map(([, line]) => line);
const rows = (/** @type {string} */ text) => text.match(/^\|.*\|$/gm)?.length;
const signs = (/** @type {string} */ text) => [...text.matchAll(/^\|[^|`]*`([^`]+)` \|/gm)].map(([, sign]) => sign);

/** Where a text leads, from the repository's root; without the README in other languages. */
function links(/** @type {string} */ path, text = read(path)) {
  const found = [...text.matchAll(/\]\(([^)\s]+)\)|<(https:[^>]+)>/g)].map(([, named, bare]) => named ?? bare);
  const whole = found.map((link) => (/^https?:/.test(link) ? link : join(dirname(path), link)));
  return whole.filter((link) => !/README(?:\.\w\w)?\.md$/.test(link));
}

const badge = (/** @type {string} */ language) => {
  const words = JSON.parse(read(`extension/_locales/${language}/messages.json`));
  return ['on', 'off', 'unknown', 'not_offered', 'attention'].map((state) => words[`badge_${state}`].message);
};

describe('README in other languages', () => {
  it('has the headings that are known', () => {
    assert.deepEqual(
      headings(read(ENGLISH)),
      HEADINGS.map(({ en }) => en),
    );
    assert.deepEqual(signs(read(ENGLISH)), badge('en'));
  });

  for (const [language, path] of Object.entries(OTHERS))
    it(`says the same in ${language}: headings, commands, signs, links`, () => {
      const [english, text] = [read(ENGLISH), read(path)];
      assert.deepEqual(
        headings(text),
        HEADINGS.map((heading) => heading[language]),
      );
      assert.deepEqual(commands(text), commands(english));
      assert.equal(rows(text), rows(english));
      assert.deepEqual(signs(text), badge(language));
      assert.deepEqual(links(path), links(ENGLISH));
    });

  it('has in French no sign that begins a line', () => {
    assert.doesNotMatch(read(OTHERS.fr), / [;:?!»]|« /);
  });

  it('is found from the first lines of each', () => {
    const first = (/** @type {string} */ path) => read(path).split('\n').slice(0, 4).join('\n');
    for (const path of Object.values(OTHERS)) {
      assert.ok(first(ENGLISH).includes(`](${path})`), path);
      assert.ok(first(path).includes('](../README.md)'), path);
    }
  });
});

const pages = [ENGLISH, ...readdirSync(join(ROOT, 'docs')).map((name) => join('docs', name))].filter((path) =>
  path.endsWith('.md'),
);

describe('what the documentation names', () => {
  const words = (/** @type {string} */ language) => JSON.parse(read(`extension/_locales/${language}/messages.json`));
  /** What browsers, KeePassXC and the report call their own; and a word that is only spoken with weight. */
  const OTHERS_OWN = new Set([
    'Add',
    'Confirm when passwords are retrieved by clients',
    'Developer mode',
    'Erased',
    'Load Temporary Add-on…',
    'Load unpacked',
    'Pin to Toolbar',
    'Reload',
  ]);

  it('is called there as its page calls it', () => {
    const inLanguage = Object.fromEntries(Object.entries(OTHERS).map(([language, path]) => [path, language]));
    const counts = {};
    for (const page of pages) {
      const ours = new Set(Object.values(words(inLanguage[page] ?? 'en')).map(({ message }) => message));
      for (const [, found] of read(page).matchAll(/(?<![*\w])\*([A-Z][^*]{2,60})\*(?!\*)/g)) {
        const name = found.replace(/[ \n]+/g, ' ').replaceAll("'", '’');
        counts[page] = (counts[page] ?? 0) + 1;
        assert.ok(ours.has(name) || OTHERS_OWN.has(name), `${page}: ${name}`);
      }
    }
    for (const path of Object.values(OTHERS)) assert.equal(counts[path], counts[ENGLISH]);
    assert.ok(counts[ENGLISH] > 4);
  });

  it('is the setting by the name that LinkedIn gives it in each language', () => {
    for (const [language, path] of Object.entries({ en: ENGLISH, ...OTHERS }))
      assert.ok(read(path).includes(`**${words(language).settingName.message}**`), path);
  });
});

describe('links of the documentation', () => {
  /** A heading's name in a link, as the common viewers make it. */
  const slug = (/** @type {string} */ heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');

  it('lead to files, and to headings that are there', () => {
    const broken = [];
    let tried = 0;
    for (const page of pages)
      for (const [, link] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(link)) continue;
        tried += 1;
        const [file, heading] = link.split('#');
        const path = file === '' ? page : join(dirname(page), file);
        const there = existsSync(join(ROOT, path));
        if (!there || (heading && !headings(read(path))?.some((line) => slug(line) === heading)))
          broken.push(`${page}: ${link}`);
      }
    assert.ok(tried > 50);
    assert.deepEqual(broken, []);
  });
});
