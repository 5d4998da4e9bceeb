/** The command line itself: commands, options, help, manual pages, exit codes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLI, HOST, ROOT } from '../e2e/host.mjs';

const env = { PATH: '/usr/bin:/bin', HOME: '/nonexistent' };
const cli = (...args) => spawnSync(CLI, args, { env, encoding: 'utf8', input: '' });
const COMMANDS = [
  'status',
  'history',
  'keep',
  'export',
  'verify',
  'acknowledge',
  'timestamp',
  'recovery',
  'unlock',
  'doctor',
  'register',
  'unregister',
  'help',
];
const manual = readFileSync(join(ROOT, 'docs/man/consentlog.1'), 'utf8');

/** The rows of the manual page's section for programs. */
const forPrograms = (/\.Sh FOR PROGRAMS\n([^]*?)\n\.Sh /.exec(manual)?.[1] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('.It '));
/** @param {string} text @param {RegExp} pattern */
const optionsOf = (text, pattern) => [...new Set([...text.matchAll(pattern)].map((m) => m[1]))].sort();

test('help lists the commands, in the words of the table, on stdout', () => {
  for (const args of [['help'], ['--help'], ['-h']]) {
    const got = cli(...args);
    assert.equal(got.status, 0);
    assert.equal(got.stderr, '');
    assert.deepEqual(
      [...got.stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map((m) => m[1]),
      COMMANDS,
    );
  }
});

test('nothing asked: the list goes to stderr and the exit code is 2', () => {
  const got = cli();
  assert.equal(got.status, 2);
  assert.equal(got.stdout, '');
  assert.match(got.stderr, /^Usage: consentlog COMMAND/m);
});

test('--version is the version of the build', () => {
  const version = /project\(consentlog VERSION ([\d.]+)/.exec(readFileSync(join(ROOT, 'CMakeLists.txt'), 'utf8'))?.[1];
  assert.equal(cli('--version').stdout, `consentlog ${version}\n`);
});

for (const command of COMMANDS) {
  test(`${command}: help in two ways, and the manual page has the same options`, () => {
    const got = cli('help', command);
    assert.equal(got.status, 0);
    assert.ok(got.stdout.includes(`Usage: consentlog ${command}`));
    assert.equal(cli(command, '--help').stdout, got.stdout);
    assert.ok(manual.includes(`.Cm ${command}\n`), 'in the synopsis');
    const usage = /Usage: ([^]*?)\n\n|Usage: ([^]*)$/.exec(got.stdout)?.[0] ?? '';
    const inHelp = [...usage.matchAll(/--([a-z-]+)/g)].map((m) => m[1]).sort();
    const synopsis =
      manual
        .split('.Sh DESCRIPTION')[0]
        .split('.Nm\n')
        .find((part) => part.startsWith(`.Cm ${command}\n`)) ?? '';
    const inManual = [...synopsis.matchAll(/Fl Fl ([a-z-]+)/g)].map((m) => m[1]).sort();
    assert.deepEqual(inManual, inHelp);
    const forPeople = got.stdout.split('\nFor programs:\n')[0];
    assert.doesNotMatch(forPeople, /--json|--request/);
    assert.deepEqual(
      optionsOf(forPrograms.filter((line) => line.includes(`Cm ${command} `)).join('\n'), /Fl Fl ([a-z-]+)/g),
      optionsOf(got.stdout.slice(forPeople.length).split('DESTDIR')[0], /--([a-z-]+)/g),
    );
  });

  test(`${command}: what is wrong on the command line is 2, on stderr, with a way to help`, () => {
    const operands = command === 'verify' ? ['--key', 'SHA256:x'] : ['one', 'too', 'many']; // verify takes packages
    for (const args of [['--no-such-option'], ['-Z'], operands]) {
      const got = cli(command, ...args);
      assert.equal(got.status, 2, args.join(' '));
      assert.equal(got.stdout, '');
      assert.match(got.stderr, /Try: consentlog help/);
    }
  });
}

test('an unknown command is 2, and a near one is named', () => {
  const near = cli('histroy');
  assert.equal(near.status, 2);
  assert.match(near.stderr, /Did you mean 'history'\?/);
  const far = cli('xyzzyplugh');
  assert.equal(far.status, 2);
  assert.doesNotMatch(far.stderr, /Did you mean/);
});

test('what was typed comes back safe for the terminal', () => {
  const got = cli('\u001b[31mred\u202e');
  assert.equal(got.status, 2);
  assert.ok(got.stderr.includes("'<U+001B>[31mred<U+202E>'"));
});

test('a value is missing, or is no time', () => {
  for (const args of [
    ['history', '--since'],
    ['register', '--browser'],
    ['register', '--host'],
  ]) {
    const got = cli(...args);
    assert.equal(got.status, 2);
    assert.match(got.stderr, /needs a value/);
  }
  const bad = [
    '',
    'yesterday',
    '2026-02-30',
    '2026-13-01',
    '2026-1-1',
    '2026-11-21T18:00:00',
    '2026-11-21T25:00:00Z',
    '2026-11-21T18:00:00+1:00',
    '2026-11-21T18:00:00.Z',
    '2026-11-21Z',
    '1969-01-01',
    '2026-11-21T18:00:00Z ',
  ];
  for (const time of bad) assert.equal(cli('history', '--since', time).status, 2, JSON.stringify(time));
  assert.equal(cli('history', '--json', '--csv').status, 2);
  assert.equal(cli('history', '--since', '2026-02-02', '--until', '2026-02-01').status, 2);
});

test('an output that cannot be written is not a success', () => {
  const got = spawnSync('/bin/sh', ['-c', `exec "$0" help >/dev/full`, CLI], { env, encoding: 'utf8' });
  assert.equal(got.status, 3);
  assert.match(got.stderr, /could not be written/);
});

test('the host ends with the status that its manual page gives, and has the options named there', () => {
  const page = readFileSync(join(ROOT, 'docs/man/consentlog-host.1'), 'utf8');
  const [good, cut] = [...page.split('.Sh EXIT STATUS')[1].matchAll(/^\.It (\d+)$/gm)].map((m) => Number(m[1]));
  const end = (input) => spawnSync(HOST, [], { env, input });
  assert.equal(end('').status, good);
  assert.equal(end(Buffer.from([9, 0, 0, 0, 123])).status, cut);
  for (const option of ['help', 'version']) {
    assert.ok(page.includes(`Fl Fl ${option}`));
    assert.match(spawnSync(HOST, [`--${option}`], { env, encoding: 'utf8' }).stdout, /^consentlog-host \d/);
  }
});

test('the installer, started by any shell, goes on in bash', () => {
  const said = (...words) => {
    const { status, stdout, stderr } = spawnSync(words[0], [...words.slice(1), installer, '--prefix'], {
      env,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  const installer = join(ROOT, 'manifests/install.sh');
  const meant = said('bash');
  assert.deepEqual(meant, { status: 1, stdout: '', stderr: 'install.sh: --prefix needs a folder.\n' });
  for (const shell of [['sh'], ['dash'], ['bash', '--posix']]) assert.deepEqual(said(...shell), meant, shell.join(' '));
});

test('the manual pages are clean', () => {
  for (const page of ['consentlog.1', 'consentlog-host.1']) {
    const got = spawnSync('mandoc', ['-Tlint', join(ROOT, 'docs/man', page)], { encoding: 'utf8' });
    const said = got.stdout
      .split('\n')
      .filter((line) => line && !line.includes('referenced manual not found: Xr consentlog'));
    assert.deepEqual(said, []);
  }
});
