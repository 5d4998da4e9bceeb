// What a member is told to choose in KeePassXC is called there as we call it, in each language: held to its own translations, where
// KeePassXC is installed.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { messagesOf } from './fake-browser.mjs';

const PLACES = '/usr/share/keepassxc/translations';
const OURS = new URL('../../host/po/', import.meta.url);
/** Its words in English, the longer first: of one that stands in a longer one nothing is asked. */
const QUOTED = Object.freeze([
  'Automatically save after every change',
  'Confirm when passwords are retrieved by clients',
  'Expose entries under this group',
  'Secret Service Integration',
  'Database settings',
  'File Management',
  'Settings',
]);
/** Of Qt's compiled translations (qtbase, qtranslator.cpp): the section of the messages, and what a message is made of. */
const MAGIC = '3cb86418caef9c95cd211cbf60a1bddd';
const SECTION = { messages: 0x69 };
const TAG = { end: 1, translation: 3, obsolete: 5, source: 6, context: 7, comment: 8 };
const NONE = 0xffffffff;

/** @param {Buffer} bytes @returns {Buffer} */
function messagesIn(bytes) {
  assert.equal(bytes.toString('hex', 0, 16), MAGIC);
  for (let at = 16; at < bytes.length; at += 5 + bytes.readUInt32BE(at + 1))
    if (bytes[at] === SECTION.messages) return bytes.subarray(at + 5, at + 5 + bytes.readUInt32BE(at + 1));
  throw new Error('no messages');
}

/** @param {string} file compiled by Qt @returns {Map<string, string>} the first translation of each sentence */
function translationsIn(file) {
  const bytes = messagesIn(readFileSync(file));
  const found = new Map();
  let source = '';
  let told = '';
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at++];
    if (tag === TAG.end) {
      if (!found.has(source)) found.set(source, told);
      source = told = '';
      continue;
    }
    if (tag === TAG.obsolete) {
      at += 4;
      continue;
    }
    const length = bytes.readUInt32BE(at);
    at += 4;
    if (length === NONE) continue;
    const text = bytes.subarray(at, (at += length));
    if (tag === TAG.translation) told ||= Buffer.from(text).swap16().toString('utf16le');
    else if (tag === TAG.source) source = text.toString();
    else assert.ok(tag === TAG.context || tag === TAG.comment, `tag ${tag}`);
  }
  return found;
}

const onScreen = (text) => text.replace(/&|…|[\s\u00a0]*:$/g, '');

/** @param {string} language @returns {Map<string, string>} KeePassXC's words in English, as they stand in its window, and in that language */
function menus(language) {
  const words = [...translationsIn(`${PLACES}/keepassxc_${language}.qm`)].map((pair) => pair.map(onScreen));
  return new Map(words);
}

/** @param {string} language @returns {[string, string][]} what the pages say in English and in that language */
const pages = (language) =>
  Object.entries(messagesOf('en')).map(([key, { message }]) => [message, messagesOf(language)[key].message]);

/** @param {string} language @returns {[string, string][]} the same of the programs */
const programs = (language) =>
  [...readFileSync(new URL(`${language}.po`, OURS), 'utf8').matchAll(/^msgid "(.+)"\nmsgstr "(.+)"$/gm)].map(
    ([, english, told]) => [english, told],
  );

/** @param {string} sentence in English @returns {string[]} which of KeePassXC's words it quotes */
function quotedIn(sentence) {
  let rest = sentence;
  return QUOTED.filter((words) => {
    const there = rest.toLowerCase().includes(words.toLowerCase());
    rest = rest.replace(new RegExp(words, 'gi'), '');
    return there;
  });
}

describe('KeePassXC’s own words', { skip: !existsSync(PLACES) && 'KeePassXC is not here' }, () => {
  for (const language of ['de', 'fr'])
    it(`${language}: stand in our sentences`, () => {
      const theirs = menus(language);
      const seen = new Set();
      for (const [english, told] of [...pages(language), ...programs(language)]) {
        if (!english.includes('Secret Service Integration') && !english.includes('File Management')) continue;
        for (const words of quotedIn(english)) {
          seen.add(words);
          assert.ok(theirs.get(words), `KeePassXC has no “${words}”`);
          assert.ok(told.includes(theirs.get(words)), `“${theirs.get(words)}” is missing in: ${told}`);
        }
      }
      assert.deepEqual([...seen].sort(), [...QUOTED].sort());
    });
});
