// What loads what: libsecret and GLib, or sd-bus, are mapped when the keyring is asked and not before; where a module is not to
// be trusted, it is not loaded.
import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CLI, frame, HOST, MODULES, observation, Session } from '../e2e/host.mjs';

/** @type {Session} */
let session;
before(async () => (session = await Session.start()));
after(() => session.stop());

const OBSERVED = { observations: [observation({ asked: true })] };
const again = () => ({ observations: [observation({ asked: true })] });
const NAMES = ['libsecret-1', 'libglib-2.0', 'libsystemd', 'keyring-everyday', 'keyring-whole'];
const EVERYDAY = ['keyring-everyday', 'libsystemd'];
const WHOLE = ['keyring-whole', 'libglib-2.0', 'libsecret-1'];

/**
 * Which of these the loader mapped, and what was said.
 * @param {string} program @param {string[]} args @param {{input?: Buffer, env?: Record<string, string>}} [more]
 */
function run(program, args, { input, env = {} } = {}) {
  const got = session.run(program, args, { input, env: { LD_DEBUG: 'files', ...env } });
  const files = [...got.stderr.matchAll(/calling init: \S*\/([^/\s]+)\.so/g)].map(([, name]) => name);
  assert.ok(files.includes('libc'), got.stderr.slice(0, 300));
  return { loaded: NAMES.filter((name) => files.includes(name)).sort(), said: got.stdout, status: got.status };
}

/** The same, for one request to the host. @param {string} op @param {object} [params] @param {Record<string, string>} [env] */
function ask(op, params = {}, env = {}, program = HOST) {
  const { loaded, said } = run(program, [], { input: frame(JSON.stringify({ id: 1, op, params })), env });
  return { loaded, answer: JSON.parse(said.slice(4)) };
}

describe('what loads what', () => {
  test('hello, and what tells of the programs: nothing', () => {
    const { loaded, answer } = ask('hello');
    assert.deepEqual([loaded, answer.result.protocol], [[], 1]);
    for (const [program, word] of [
      [HOST, '--version'],
      [HOST, '--help'],
      [CLI, '--version'],
      [CLI, 'help'],
      [CLI, '--help'],
    ])
      assert.deepEqual(run(program, [word]).loaded, [], `${program} ${word}`);
  });

  test('the first record, which makes the key: both, one after the other', () => {
    const { loaded, answer } = ask('record', OBSERVED);
    assert.deepEqual([loaded, answer.result?.size], [[...EVERYDAY, ...WHOLE].sort(), 2], JSON.stringify(answer));
  });

  test('a record of every day: sd-bus alone', () => {
    const { loaded, answer } = ask('record', again());
    assert.deepEqual([loaded, answer.result?.size], [EVERYDAY, 3], JSON.stringify(answer));
  });

  for (const [op, params] of /** @type {[string, object][]} */ ([
    ['status', {}],
    ['history', { from: 0, count: 10 }],
    ['check', {}],
  ]))
    test(`${op}: sd-bus alone`, () => {
      const { loaded, answer } = ask(op, params);
      assert.deepEqual([loaded, answer.ok], [EVERYDAY, true], JSON.stringify(answer));
    });

  test('a package verified: nothing', () => {
    const path = join(session.dir, 'package.zip');
    assert.equal(session.run(CLI, ['export', '-o', path]).status, 0);
    const { loaded, status } = run(CLI, ['verify', path]);
    assert.deepEqual([loaded, status], [[], 0]);
  });

  test('the whole way, when it is asked for: libsecret alone, and the same answer', () => {
    const { loaded, answer } = ask('record', again(), { CL_KEYRING_WAY: 'whole' });
    assert.deepEqual([loaded, answer.result?.size], [WHOLE, 4], JSON.stringify(answer));
    assert.deepEqual(ask('status').answer.result.size, 4);
  });
});

describe('whom the modules belong to', () => {
  /** The host with its modules in a folder of its own. @param {(folder: string, modules: string[]) => void} arrange */
  function hostIn(arrange) {
    const folder = join(session.dir, 'programs');
    mkdirSync(folder, { mode: 0o755 });
    try {
      const modules = MODULES.map((file) => join(folder, basename(file)));
      for (const file of [HOST, ...MODULES]) cpSync(file, join(folder, basename(file)));
      chmodSync(folder, 0o755);
      arrange(folder, modules);
      return ask('status', {}, {}, join(folder, basename(HOST)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test('in a folder of our own they are loaded from there', () => {
    const { loaded, answer } = hostIn(() => {});
    assert.deepEqual([loaded, answer.result.log], [EVERYDAY, 'ok']);
  });

  for (const [what, arrange] of /** @type {[string, (folder: string, modules: string[]) => void][]} */ ([
    ['a module that others can write', (_, [everyday]) => chmodSync(everyday, 0o757)],
    ['a folder that others can write', (folder) => chmodSync(folder, 0o777)],
  ]))
    test(`${what}: none is loaded, and it says why`, () => {
      const { loaded, answer } = hostIn(arrange);
      assert.deepEqual([loaded, answer.result.log, answer.result.keyring], [[], 'program-unsafe', 'program-unsafe']);
    });

  test('a folder above that anybody can write: none is loaded; in one that only its owner may take from, they are', () => {
    const above = join(session.dir, 'above');
    mkdirSync(above, { mode: 0o755 });
    const folder = join(above, 'programs');
    mkdirSync(folder, { mode: 0o755 });
    for (const file of [HOST, ...MODULES]) cpSync(file, join(folder, basename(file)));
    try {
      for (const [mode, log] of /** @type {[number, string][]} */ ([
        [0o777, 'program-unsafe'],
        [0o1777, 'ok'],
        [0o755, 'ok'],
      ])) {
        chmodSync(above, mode);
        assert.equal(ask('status', {}, {}, join(folder, basename(HOST))).answer.result.log, log, mode.toString(8));
      }
    } finally {
      rmSync(above, { recursive: true });
    }
  });

  test('doctor says what to do about that', () => {
    const folder = join(session.dir, 'unsafe');
    mkdirSync(folder);
    for (const file of [CLI, HOST, ...MODULES]) cpSync(file, join(folder, basename(file)));
    chmodSync(folder, 0o777);
    const got = session.run(join(folder, basename(CLI)), ['doctor']);
    assert.match(got.stdout.replace(/\s+/g, ' '), /chmod go-w/, got.stdout + got.stderr);
    rmSync(folder, { recursive: true });
  });

  test('no module at all: the program is not as it was installed', () => {
    const { loaded, answer } = hostIn((_, modules) => modules.forEach((file) => rmSync(file)));
    assert.deepEqual([loaded, answer.result.log], [[], 'program-missing']);
  });

  test('without the everyday one the whole one is asked, and the other way round', () => {
    const { loaded, answer } = hostIn((_, [everyday]) => rmSync(everyday));
    assert.deepEqual([loaded, answer.result.log], [WHOLE, 'ok']);
    const { loaded: other, answer: same } = hostIn((_, modules) => rmSync(modules[1]));
    assert.deepEqual([other, same.result.log], [EVERYDAY, 'ok']);
  });
});
