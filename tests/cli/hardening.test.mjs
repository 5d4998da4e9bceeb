/** What the compiler and the linker were asked for is in the programs, and no library that only the other one needs. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BUILD, ROOT } from '../e2e/host.mjs';

const PROGRAMS = ['consentlog-host', 'consentlog'];
const MODULES = ['keyring-everyday.so', 'keyring-whole.so'];
const release = mkdtempSync(join(tmpdir(), 'consentlog-release-'));

/** @param {string} command @param {string[]} args */
const run = (command, ...args) =>
  execFileSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 1 << 26,
  });

before(() => {
  run('cmake', '--preset', 'release', '-B', release);
  run('cmake', '--build', release, '-j', '2', '--target', ...PROGRAMS);
});
after(() => rmSync(release, { recursive: true, force: true }));

/** @param {string} file */
const needed = (file) => [...run('readelf', '-dW', file).matchAll(/\(NEEDED\).*\[(.+?)\.so/g)].map(([, name]) => name);

/** All that the loader maps, of others' libraries too. @param {string} file */
const loaded = (file) => [...run('ldd', file).matchAll(/^\s*(\S+)\.so\S* =>/gm)].map(([, name]) => name);

/** @param {string} file @param {string} symbol */
const calls = (file, symbol) => run('readelf', '--dyn-syms', '-W', file).includes(` ${symbol}@`);

// Sanitizers take the place of hardening.
const sanitized = /^CL_SANITIZE:\w+=./m.test(readFileSync(join(BUILD, 'CMakeCache.txt'), 'utf8'));
const hardened = [['release', release], ...(sanitized ? [] : [['tested', BUILD]])];

for (const [kind, dir] of hardened) {
  for (const program of [...PROGRAMS, ...MODULES]) {
    const file = join(dir, program);

    test(`${kind} ${program}: anywhere in memory, bound and read-only from the start, no executable stack`, () => {
      const segments = run('readelf', '-hlW', file);
      const dynamic = run('readelf', '-dW', file);
      assert.match(segments, /Type: +DYN/);
      if (PROGRAMS.includes(program)) assert.match(dynamic, /\(FLAGS_1\).*\bPIE\b/);
      assert.match(dynamic, /\(FLAGS_1\).*\bNOW\b/);
      assert.doesNotMatch(dynamic, /\(TEXTREL\)|\(RPATH\)|\(RUNPATH\)/);
      assert.match(segments, /GNU_RELRO/);
      assert.match(segments, /GNU_STACK .* RW +0x/);
      assert.doesNotMatch(segments, /LOAD .* RWE /);
    });

    test(`${kind} ${program}: stack protector`, () => assert.ok(calls(file, '__stack_chk_fail')));
  }
}

/** Does the compiler of these builds take it? @param {string[]} flags @param {string} [text] */
const takes = (flags, text = '') =>
  spawnSync('cc', ['-Werror', '-O2', ...flags, '-fsyntax-only', '-x', 'c', '-'], { input: text }).status === 0;
const LEVEL_3 = '#include <stdio.h>\n#if __USE_FORTIFY_LEVEL < 3\n#error\n#endif\n';

test('release: each source with the highest level of buffers that are known, and nothing of it begins with old memory', () => {
  const compiled = JSON.parse(run('ninja', '-C', release, '-t', 'compdb')).filter(
    (/** @type {{file: string}} */ { file }) => /\/host\/.*\.c$/.test(file),
  );
  assert.ok(compiled.length > 100, String(compiled.length));
  const fortify = '-D_FORTIFY_SOURCE=3';
  const wanted = [
    ...(takes(['-U_FORTIFY_SOURCE', fortify], LEVEL_3) ? [fortify] : ['-D_FORTIFY_SOURCE=2']),
    ...(takes(['-ftrivial-auto-var-init=zero']) ? ['-ftrivial-auto-var-init=zero'] : []),
  ];
  for (const { file, command } of compiled)
    for (const flag of wanted) assert.ok(command.split(' ').includes(flag), `${file}: ${flag}`);
});

for (const program of PROGRAMS) {
  const file = join(release, program);

  test(`release ${program}: functions of the C library that know their buffers`, () => {
    assert.ok(calls(file, '__memcpy_chk'));
    assert.ok(!calls(file, 'sprintf') && !calls(file, 'strcpy'));
  });

  // Not the note in the ELF file: the linker drops it where the C library's own start files have none.
  test(`release ${program}: indirect branches land on marks`, { skip: process.arch !== 'x64' && 'not x86' }, () =>
    assert.match(run('objdump', '-d', '--no-show-raw-insn', '--disassemble=main', file), /<main>:\s+\S+\s+endbr64/),
  );

  test(`release ${program}: a debugger finds the sources`, () =>
    assert.match(run('readelf', '-SW', file), /\.debug_info/));
}

test('the host loads neither OpenSSL nor what unpacks, whatever brings them', () => {
  const libraries = loaded(join(release, 'consentlog-host'));
  assert.ok(libraries.includes('libsqlite3') && libraries.includes('libgcrypt'), libraries.join());
  for (const name of ['libcrypto', 'libssl', 'libarchive', 'libxml2']) assert.ok(!libraries.includes(name), name);
});

test('the host names the libraries it uses and no more', () =>
  assert.deepEqual(needed(join(release, 'consentlog-host')).sort(), ['libc', 'libgcrypt', 'libsqlite3']));

test('the modules of the keyring name the libraries they use and no more, and show their tables', () => {
  const modules = /** @type {const} */ ([
    ['keyring-everyday.so', 'cl_everyday_calls', ['libc', 'libgcrypt', 'libsystemd']],
    [
      'keyring-whole.so',
      'cl_whole_calls',
      ['libc', 'libgcrypt', 'libgio-2.0', 'libglib-2.0', 'libgobject-2.0', 'libsecret-1'],
    ],
  ]);
  for (const [name, table, libraries] of modules) {
    const file = join(release, name);
    assert.deepEqual(needed(file).sort(), libraries);
    assert.match(run('nm', '-D', '--defined-only', file), new RegExp(` D ${table}$`, 'm'));
  }
});
