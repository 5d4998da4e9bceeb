// What means the same is said in the same words: by the report (host/report/words.inc) and by the pages and the popup (_locales), in each
// language. A report may add to a sentence, never begin it otherwise.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { DOCUMENTS } from '../../extension/shared/documents.js';
import { REASONS, STATES } from '../../extension/shared/protocol.js';

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
