/** The completions for bash, zsh and fish against what the program itself says it has. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { CLI, ROOT } from '../e2e/host.mjs';

const dir = mkdtempSync(join(tmpdir(), 'consentlog-completions-'));
const here = join(dir, 'here');
mkdirSync(join(here, 'folder'), { recursive: true });
for (const name of ['package.zip', 'notes.txt']) writeFileSync(join(here, name), '');
after(() => rmSync(dir, { recursive: true, force: true }));

const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: dir, LANG: 'C.UTF-8' };
const completion = (/** @type {string} */ shell) => join(ROOT, `manifests/completions/consentlog.${shell}`);

/** @param {string} program @param {string[]} args @returns {string} */
function say(program, ...args) {
  const got = spawnSync(program, args, { env, cwd: here, encoding: 'utf8', input: '' });
  assert.ok(!got.error, `${program}: ${got.error}`);
  assert.equal(got.stderr, '', `${program} ${args.join(' ')}`);
  return got.stdout;
}
const help = (/** @type {string[]} */ ...args) => say(CLI, 'help', ...args);

/** @param {Iterable<string>} words */
const sorted = (words) => [...new Set(words)].sort();
const commands = sorted([...help().matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map((m) => m[1]));
const browsers = sorted(
  /known here: (.*)/
    .exec(spawnSync(CLI, ['register', '--browser', 'none'], { env, encoding: 'utf8' }).stderr)?.[1]
    .split(' ') ?? [],
);

/**
 * The options in a command's usage and in its part for programs; a short one stands in the explanation beside its long one.
 * @param {string} command
 */
function options(command) {
  const text = help(command);
  const usage = text.split('\n\n').find((part) => part.startsWith('Usage: ')) ?? '';
  const forPrograms = text.split('\nFor programs:\n')[1] ?? '';
  const long = [...`${usage}${forPrograms}`.matchAll(/--[a-z-]+/g)].map((m) => m[0]);
  const pairs = [...text.matchAll(/^ {2}(-[a-z]), (--[a-z-]+)/gm)].flatMap((m) => [m[1], m[2]]);
  return sorted([...long, ...pairs]);
}

/**
 * What must follow the command: the words of its usage that stand for one another, and those that begin another usage.
 * @param {string} command @returns {string[]}
 */
function actions(command) {
  const [, first, rest] =
    new RegExp(`^Usage: consentlog ${command} ([a-z]+(?:\\|[a-z]+)+)(.*)`, 'm').exec(help(command)) ?? [];
  if (!first) return [];
  return sorted([...first.split('|'), ...[...rest.matchAll(/ \| ([a-z]+)/g)].map((match) => match[1])]);
}

/** What bash offers. @param {string[]} words the last one is being typed @returns {string[]} */
function bash(...words) {
  const script = `source "$0"; compopt() { :; }
    COMP_WORDS=(consentlog "$@"); COMP_CWORD=$#; _consentlog; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return sorted(
    say('bash', '--norc', '-uc', script, completion('bash'), ...words)
      .split('\n')
      .filter(Boolean),
  );
}

/** What fish offers. @param {string[]} words @returns {string[]} */
function fish(...words) {
  const script = 'source $argv[1]; complete -C (string join -- " " consentlog $argv[2..])';
  return sorted(
    say('fish', '--no-config', '-c', script, completion('fish'), ...words)
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t')[0]),
  );
}

/** What the function for zsh tells zsh's own: the specifications, one a line. @param {string[]} words @returns {string[]} */
function zsh(...words) {
  const script = `
    _arguments() { if [[ $1 == -C ]]; then state=options; else print -rl -- "$@"; fi }
    _describe() { print -rl -- "\${(P@)\${@[-1]}}" }
    file=$1; shift; words=("$@")
    if (( $# == 0 )); then _arguments() { _consentlog_commands }; fi
    set --; source $file`;
  return say('zsh', '-fc', script, 'zsh', completion('zsh'), ...words)
    .split('\n')
    .filter(Boolean);
}
const zshOptions = (/** @type {string} */ command) =>
  sorted(
    zsh(command)
      .map((line) => /^(?:\([^)]*\))?\*?(--?[a-z-]+)/.exec(line)?.[1] ?? '')
      .filter(Boolean),
  );

test('the program says something to compare with', () => {
  assert.ok(commands.length >= 10 && browsers.length >= 13);
  assert.ok(options('export').includes('-o') && options('export').includes('--withhold'));
});

describe('commands', () => {
  test('bash', () => {
    assert.deepEqual(bash(''), sorted([...commands, '--help', '--version']));
    assert.deepEqual(bash('ver'), ['verify']);
    assert.deepEqual(bash('help', ''), commands);
  });
  test('fish', () => {
    assert.deepEqual(fish(''), commands);
    assert.deepEqual(fish('help', ''), commands);
  });
  test('zsh, with the words of the program', () => {
    const lines = [...help().matchAll(/^ {2}([a-z]+) {2,}(\S.*)/gm)].map((m) => `${m[1]}:${m[2]}`);
    assert.deepEqual(sorted(zsh()), sorted(lines));
  });
});

for (const command of commands.filter((name) => name !== 'help'))
  test(`${command}: each shell offers the options that it has, and no other`, () => {
    const expected = options(command);
    assert.deepEqual(bash(command, '-'), expected, 'bash');
    assert.deepEqual(fish(command, '-'), expected, 'fish');
    assert.deepEqual(zshOptions(command), expected, 'zsh');
  });

for (const command of commands.filter((name) => actions(name).length))
  test(`${command}: each shell offers ${actions(command).join(' and ')}, once`, () => {
    const words = (/** @type {string[]} */ offered) => offered.filter((word) => !word.startsWith('-'));
    assert.deepEqual(words(bash(command, '')), actions(command), 'bash');
    assert.deepEqual(words(fish(command, '')), actions(command), 'fish');
    assert.deepEqual(
      sorted(/1:action:\(([^)]*)\)/.exec(zsh(command).join('\n'))?.[1].split(' ') ?? []),
      actions(command),
      'zsh',
    );
    assert.deepEqual(words(bash(command, actions(command)[0], '')), [], 'bash');
    assert.deepEqual(words(fish(command, actions(command)[0], '')), [], 'fish');
  });

test('--browser: every browser that register knows', () => {
  for (const command of ['register', 'unregister']) {
    assert.deepEqual(bash(command, '--browser', ''), browsers);
    assert.deepEqual(fish(command, '--browser', ''), browsers);
    const offered = /:browser:\(([^)]*)\)/.exec(zsh(command).join('\n'))?.[1].split(/\s+/) ?? [];
    assert.deepEqual(sorted(offered), browsers);
  }
});

test('values: folders where a folder is meant, packages to verify, nothing where only the member knows', () => {
  assert.deepEqual(bash('register', '--user-data-dir', ''), ['folder']);
  assert.deepEqual(bash('verify', ''), ['folder', 'package.zip']);
  assert.deepEqual(bash('verify', '--tsa-roots', 'no'), ['notes.txt']);
  assert.deepEqual(bash('export', '--withhold', ''), []);
  assert.deepEqual(fish('export', '--withhold', ''), []);
  assert.deepEqual(bash('unlock', ''), []);
  assert.deepEqual(bash('nonsense', ''), []);
});
