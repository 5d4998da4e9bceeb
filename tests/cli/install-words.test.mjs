// What the installation says to people, in German and French: the catalogues hold each sentence of the scripts and no other,
// and the scripts speak the member's language.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../e2e/host.mjs';
import { speaking } from '../e2e/locale.mjs';

const manifests = join(ROOT, 'manifests');
const SHELL = ['install.sh', 'place-extension.sh', 'self-check.sh'];
const PYTHON = ['look.py', 'own-crx.py'];
const SAYS = ['words', 'say', 'step', 'die', 'say_row'];

/** @param {string} program @param {string[]} args @param {Record<string, string>} [env] */
function run(program, args, env = {}) {
  const got = spawnSync(program, args, { cwd: manifests, encoding: 'utf8', env: { PATH: process.env.PATH, ...env } });
  assert.equal(got.error, undefined);
  return got;
}

/** @param {string} text of a catalogue @returns {Map<string, string>} */
function messages(text) {
  const joined = (part) => [...part.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, one]) => one).join('');
  const pairs = [...text.matchAll(/^msgid ((?:"(?:[^"\\]|\\.)*"\s*)+)msgstr ((?:"(?:[^"\\]|\\.)*"\s*)+)/gm)];
  return new Map(pairs.map(([, id, said]) => [joined(id), joined(said)]).filter(([id]) => id !== ''));
}

/** @param {string} language @param {string[]} files @param {string[]} keywords */
function saidIn(language, files, keywords) {
  const { status, stdout, stderr } = run('xgettext', [
    '--from-code=UTF-8',
    `--language=${language}`,
    ...keywords,
    '--output=-',
    ...files,
  ]);
  assert.equal(status, 0, stderr);
  return [...messages(stdout).keys()];
}

const said = [...saidIn('Shell', SHELL, ['-k', ...SAYS.map((name) => `-k${name}:1`)]), ...saidIn('Python', PYTHON, [])];

for (const name of ['de', 'fr']) {
  test(`${name}: each sentence of the scripts, with its places for values, and no other`, () => {
    const catalogue = messages(readFileSync(join(manifests, `po/${name}.po`), 'utf8'));
    const places = (text) => [...text.matchAll(/%s|\{\w+\}/g)].map(([one]) => one).sort();
    assert.deepEqual([...catalogue.keys()].sort(), [...new Set(said)].sort());
    for (const [id, words] of catalogue) {
      assert.deepEqual(places(words), places(id), id);
      assert.doesNotMatch(words, name === 'fr' ? / [:;?!»]|« / : / [:;?!]/, id);
    }
    assert.equal(run('msgfmt', ['--check-format', '--output-file=/dev/null', `po/${name}.po`]).status, 0);
  });
}

test('no sentence has a variable in it, where no catalogue would find it', () => {
  const lines = SHELL.flatMap((name) => readFileSync(join(manifests, name), 'utf8').split('\n'));
  const spoken = new RegExp(`(?:^|[;&|] |\\()\\s*(?:${SAYS.join('|')}) "([^"]*)"`);
  const sentences = lines.map((line) => spoken.exec(line)?.[1]).filter((one) => one !== undefined);
  assert.ok(sentences.length > 50);
  assert.deepEqual(
    sentences.filter((one) => /[$`]/.test(one)),
    [],
  );
});

test('the installation speaks the language of whoever starts it', () => {
  const in_ = (LANGUAGE, ...args) => run('bash', ['install.sh', ...args], { ...speaking(LANGUAGE), HOME: ROOT });
  assert.match(in_('de', '--help').stdout, /^Aufruf: bash manifests\/install\.sh .*\n\nBaut consentlog, /);
  assert.match(in_('fr', '--help').stdout, /^Utilisation\u00a0: bash manifests\/install\.sh /);
  assert.match(in_('sv', '--help').stdout, /^Usage: bash manifests\/install\.sh /);
  assert.match(in_('de', '--such').stderr, /install\.sh: die Option „--such“ gibt es nicht\.\n$/);
  assert.match(in_('en', '--such').stderr, /install\.sh: there is no option '--such'\.\n$/);
});
