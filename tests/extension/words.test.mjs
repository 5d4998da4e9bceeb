// What means the same is said in the same words: by the report (host/report/words.inc) and by the pages and the popup (_locales), in each
// language. A report may add to a sentence, never begin it otherwise.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { plural } from '../../extension/shared/i18n.js';
import { DOCUMENTS } from '../../extension/shared/documents.js';
import { REASONS, STATES } from '../../extension/shared/protocol.js';
import { installFakeBrowser } from './fake-browser.mjs';

const ROOT = new URL('../../', import.meta.url);
const LANGUAGES = ['en', 'de', 'fr'];
const TEXT = '"((?:[^"\\\\]|\\\\.)*)"';
const ROW = new RegExp(`^X\\((\\w+),\\s*${TEXT},\\s*${TEXT},\\s*${TEXT}\\)`, 'gm');

/** Whose word it is: a report, which others read, says that in a sentence of its own. */
const AT_LENGTH = new Set(['member-on', 'member-off']);

const read = (path) => readFileSync(new URL(path, ROOT), 'utf8');
const rows = [...read('host/report/words.inc').matchAll(ROW)].map(([, id, ...words]) => [id, words]);
const report = new Map(rows);
const pages = LANGUAGES.map((language) => JSON.parse(read(`extension/_locales/${language}/messages.json`)));
const key = (name) => name.replaceAll('-', '_');

/** The report's words between these two, in order. */
const between = (first, last) => {
  const ids = rows.map(([id]) => id);
  return ids.slice(ids.indexOf(first), ids.indexOf(last) + 1);
};

/** @param {string} id of the report @param {string} message of the pages */
function assertSame(id, message) {
  LANGUAGES.forEach((language, i) => {
    const shown = pages[i][message]?.message;
    assert.ok(shown, `${message} is missing in ${language}`);
    assert.ok(
      report.get(id)?.[i].startsWith(shown),
      `${language}: ${id} says “${report.get(id)?.[i]}”, ${message} “${shown}”`,
    );
  });
}

/** What is counted, many of them, in each language. */
const COUNTED = {
  en: 'entries|days|files|looks|checks|observations|answers|changes|attachments|timestamps|lines|findings|pictures|times|seconds',
  de: 'Einträgen?|Tagen?|Dateien|Prüfungen|Beobachtungen|Antworten|Änderungen|Anlagen|Zeitstempeln|Zeilen|Befunden?|Bilder|mal|Sekunden',
  fr: 'entrées|jours|fichiers|relevés|observations|réponses|changements|pièces|horodatages|lignes|constats|images|fois|secondes|premières',
};

/** Numbers that are never one where they are said: above a threshold, or of a log of several pages. */
const NEVER_ONE = new Set([
  'FOUND_CLOCK_LEAP',
  'verify_found_clock_leap',
  'verify_clockMore',
  'verify_stampAhead',
  'verify_stampBehind',
  'every_days',
  'historyLoading',
]);

/** What the number of a single one stands behind. */
const ONE_OF = '(?:[Ee]ntry|Eintrag|entrée|number|Nummer|numéro)';

/** Does a word bend to a number that may be one? @param {string} language @param {string} hole */
const bends = (language, hole) =>
  new RegExp(`(?<!${ONE_OF} )${hole}[\\s-](?:\\p{L}+\\s)?(?:${COUNTED[language]})(?!\\p{L})`, 'u');

describe('one sentence is right of 0, 1 and 2', () => {
  test('in the report, where no word bends to a number', () => {
    for (const [id, words] of rows)
      LANGUAGES.forEach((language, i) => {
        if (!NEVER_ONE.has(id)) assert.doesNotMatch(words[i], bends(language, '\\{\\}'), `${language}: ${id}`);
      });
    assert.match('the first {} entries', bends('en', '\\{\\}'));
  });

  test('on the pages, where it has two forms if a word bends', () => {
    LANGUAGES.forEach((language, i) => {
      for (const [name, { message }] of Object.entries(pages[i])) {
        if (NEVER_ONE.has(name) || name.endsWith('Other')) continue;
        const pattern = name.endsWith('One') ? bends(language, '\\$[1]') : bends(language, '\\$\\d');
        assert.doesNotMatch(message, pattern, `${language}: ${name}`);
      }
    });
  });

  test('on the pages, shown with 0, 1 and 2', () => {
    LANGUAGES.forEach((language, i) => {
      installFakeBrowser({ locale: language });
      const counted = Object.keys(pages[i]).filter(
        (name) => name.endsWith('One') && pages[i][name.replace(/One$/, 'Other')],
      );
      assert.ok(counted.length > 20, String(counted.length));
      for (const name of counted) {
        const stem = name.replace(/One$/, '');
        const shown = [0, 1, 2].map((n) => plural(stem, n, 7, 8));
        const [none, one, two] = shown.map((text) => text.replace(/\b[012]\b/, '#'));
        assert.equal(none, language === 'fr' ? one : two, `${language}: ${stem}: ${shown}`);
        for (const text of shown) assert.doesNotMatch(text, /\$\d/, stem);
        if (/#/.test(one)) assert.match(shown[1], /\b1\b/);
      }
    });
  });
});

describe('the same words in report and pages', () => {
  test('for each state', () => {
    const ids = { on: 'ON', off: 'OFF', 'not-offered': 'NOT_OFFERED', unknown: 'UNKNOWN' };
    assert.deepEqual(Object.keys(ids).sort(), [...STATES].sort());
    // The popup says “Switched on” where the report, in the middle of a sentence, says “On”.
    for (const [state, id] of Object.entries(ids))
      report.get(id).forEach((word, i) => {
        const { message } = pages[i][`headline_${key(state)}`];
        assert.ok(message.toLowerCase().endsWith(word.toLowerCase()), `${LANGUAGES[i]}: “${word}”, “${message}”`);
      });
  });

  test('for each reason, and each has a sentence for the member too', () => {
    const ids = between('REASON_SIGNED_OUT', 'REASON_MANY');
    assert.equal(ids.length, REASONS.length);
    REASONS.forEach((reason, i) => {
      if (!AT_LENGTH.has(reason)) assertSame(ids[i], `why_${key(reason)}`);
      for (const words of pages) assert.ok(words[`reason_${key(reason)}`], reason);
    });
  });

  test('for each document', () => {
    const ids = between('DOC_PRIVACY_POLICY', 'DOC_OBJECTION');
    const names = DOCUMENTS.map(({ id }) => id);
    assert.equal(ids.length, names.length);
    names.forEach((name, i) => assertSame(ids[i], `document_${key(name)}`));
  });
});

/** A reader in Paris is to find the law that a reader in London finds. */
const LAW = /\b(?:GDPR|DSGVO|RGPD|eIDAS)\b|\b[Aa]rt(?:icle|ikel)?\.?\s\d+/g;

describe('a law is named in every language or in none', () => {
  const laws = (text) => (text.match(LAW) ?? []).length;

  test('in the report', () => {
    let named = 0;
    for (const [id, [english, german, french]] of rows) {
      assert.deepEqual([laws(german), laws(french)], [laws(english), laws(english)], `${id}: “${english}”`);
      named += laws(english);
    }
    assert.ok(named > 0, 'the report says what an opt-out can count as');
  });

  test('on the pages', () => {
    for (const name of Object.keys(pages[0])) {
      const [english, german, french] = pages.map((words) => laws(words[name].message));
      assert.deepEqual([german, french], [english, english], name);
    }
  });
});

describe('in French no sign begins a line that belongs to the word before', () => {
  const stray = / [;:?!»]|« /;
  const literals = (/** @type {string} */ text) =>
    [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, one]) => one).join('');
  const [, instructions] = /("Français[\s\S]*?)\n +"\\n"\n/.exec(read('host/report/instructions.c')) ?? [];
  const [, recoveryWindow] = /\[CL_LANGUAGE_FR\] = (\{[\s\S]*?\}),?\n\};/.exec(read('host/cli/cmd_window.c')) ?? [];
  /** What each catalogue says in French. */
  const catalogue = (/** @type {string} */ path) =>
    [...read(path).matchAll(/^msgstr(?:\[\d\])? ((?:"(?:[^"\\]|\\.)*"\s*)+)/gm)]
      .slice(1)
      .map(([, one]) => literals(one));

  for (const [where, texts] of Object.entries({
    'the report': rows.map(([, [, , french]]) => french),
    'VERIFY.txt': [literals(instructions ?? '')],
    'the window with the recovery code': [literals(recoveryWindow ?? '')],
    'the program': catalogue('host/po/fr.po'),
    'the installation': catalogue('manifests/po/fr.po'),
  }))
    test(`in ${where}`, () => {
      const letters = texts.join('').length;
      assert.ok(letters > 300, String(letters));
      for (const text of texts) if (!/Payload-Oxum/.test(text)) assert.doesNotMatch(text, stray);
    });
});
