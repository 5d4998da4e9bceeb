// What has to stand twice, because an injected script can import nothing and a verifier reads for itself, stands alike.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../extension/${path}`, import.meta.url), 'utf8');
const WORDING = 'background/setting/wording.js';

/** The value of a constant as it is written. @param {string} path @param {string} name */
function valueIn(path, name) {
  const found = new RegExp(`^\\s*(?:export )?const ${name} =\\s*([^]*?);(?: /\\*.*)?$`, 'm').exec(read(path));
  assert.ok(found, `${path} has ${name}`);
  return found[1].replace(/\s+/g, ' ');
}

for (const name of ['AI', 'MADE_UP', 'SENTENCE'])
  test(`a sketch knows ${name} as the judge does`, () => {
    assert.equal(valueIn('content/sketch-words.js', name), valueIn(WORDING, name));
  });

test('a sketch keeps of a link what the reader asks of it', () => {
  assert.equal(valueIn('content/sketch-element.js', 'READ_MORE'), valueIn('content/rest.js', 'READ_MORE'));
});

test('a sketch takes the words of a settings key apart as the judge does', () => {
  const parts = (/** @type {string} */ value) => value.replace(/^\(?name\)? => /, '').replaceAll(' ', '');
  assert.equal(
    parts(valueIn('content/sketch-names.js', 'wordsOf')),
    parts(valueIn('background/setting/key.js', 'wordsIn')),
  );
});

test('the reader, the judge, the popup and the verifier know the setting by one path', () => {
  const path = valueIn('background/setting/observation.js', 'SETTING_PATH');
  assert.equal(valueIn('content/page.js', 'ADDRESS'), path);
  const bare = path.slice('/^'.length, -'$/'.length);
  for (const [file, name] of [
    ['ui/popup-tasks.js', 'SETTING'],
    ['verifier/observation.js', 'SETTING_URL'],
  ])
    assert.ok(valueIn(file, name).startsWith(String.raw`/^https:\/\/www\.linkedin\.com${bare}`), file);
});
