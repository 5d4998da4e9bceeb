/**
 * A private desktop session (own folders, own bus, own gnome-keyring-daemon) and consentlog-host driven over pipes as a
 * browser drives it. Nothing of the user's own session is touched: every process started here is known by its pid.
 *
 * The programs are taken from the folder named by CL_BUILD, else `build/dev`.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { endianness, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const BUILD = resolve(process.env.CL_BUILD ?? join(ROOT, 'build/dev'));
export const HOST = join(BUILD, 'consentlog-host');
export const CLI = join(BUILD, 'consentlog');
export const PROBE = join(BUILD, 'keyring_probe');
/** What the programs load to reach the keyring; beside the host, or where an installation has them. */
export const MODULES = ['keyring-everyday.so', 'keyring-whole.so'].map((name) => join(BUILD, name));
export const PROMPTER = join(BUILD, 'tests/mock_prompter');
export const PASSWORD = 'a password of the tests';

/** gnome-keyring's default collection. */
export const LOGIN = '/org/freedesktop/secrets/collection/login';

/** @param {string} socket @returns {string} a bus that starts no service by itself */
const busConfig = (socket) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/** @param {number} ms */
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** @param {() => boolean} holds @param {string} what @param {number} [within] milliseconds */
export async function waitUntil(holds, what, within = 60_000) {
  const limit = Date.now() + within;
  while (!holds()) {
    if (Date.now() > limit) throw new Error(`in vain: ${what}`);
    await sleep(20);
  }
}

/** The result of an answer that says yes. @param {any} answer */
export function good(answer) {
  assert.equal(answer?.ok, true, JSON.stringify(answer));
  return answer.result;
}

/** Ends a process that we started, and waits for it. @param {import('node:child_process').ChildProcess | null} child */
export async function end(child, signal = 'SIGTERM') {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill(signal);
  child.kill('SIGCONT');
  const late = setTimeout(() => child.kill('SIGKILL'), 2000);
  await gone;
  clearTimeout(late);
}

/** The first line a child prints. @param {import('node:child_process').ChildProcess} child @returns {Promise<string>} */
function firstLine(child) {
  return new Promise((done, fail) => {
    const lines = createInterface({ input: /** @type {any} */ (child.stdout) });
    lines.once('line', (line) => done(line));
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`${child.spawnfile} ended with ${code} before it said anything`)));
  });
}

/**
 * @typedef {object} SessionOptions
 * @property {'unlocked' | 'locked' | 'empty' | 'none' | 'no-bus'} [keyring] unlocked: with a default keyring, open ·
 *   locked: it exists, locked since the daemon's start · empty: a daemon without a default keyring · none: a bus without
 *   a daemon · no-bus: not even that
 * @property {string[]} [prompter] arguments of tests/unit/mock_prompter.c; without it a prompt can never be shown
 */

export class Session {
  /** @param {SessionOptions} [options] @returns {Promise<Session>} */
  static async start(options = {}) {
    const session = new Session(options);
    if (session.kind !== 'no-bus') await session.#startBus();
    if (options.prompter) await session.#startPrompter(options.prompter);
    if (['unlocked', 'locked'].includes(session.kind)) await session.startDaemon('unlock');
    if (session.kind === 'locked') await session.restartDaemon('lock');
    if (session.kind === 'empty') await session.startDaemon('lock');
    return session;
  }

  /** @param {SessionOptions} options */
  constructor(options) {
    this.kind = options.keyring ?? 'unlocked';
    this.dir = mkdtempSync(join(tmpdir(), 'consentlog-'));
    for (const name of ['home', 'run', 'data']) mkdirSync(join(this.dir, name), { mode: 0o700 });
    this.socket = join(this.dir, 'run/bus');
    /** @type {Record<string, string>} */
    this.env = {
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      HOME: join(this.dir, 'home'),
      XDG_RUNTIME_DIR: join(this.dir, 'run'),
      XDG_DATA_HOME: join(this.dir, 'data'),
      XDG_CONFIG_HOME: join(this.dir, 'home/.config'),
      XDG_CACHE_HOME: join(this.dir, 'home/.cache'),
    };
    for (const name of ['ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS', 'LLVM_PROFILE_FILE', 'CL_KEYRING_WAY'])
      if (process.env[name]) this.env[name] = process.env[name];
    if (this.kind !== 'no-bus') this.env.DBUS_SESSION_BUS_ADDRESS = `unix:path=${this.socket}`;
    /** The log file of this session. */
    this.log = join(this.dir, 'data/consentlog/log.sqlite');
    /** @type {import('node:child_process').ChildProcess | null} */
    this.bus = null;
    /** @type {import('node:child_process').ChildProcess | null} */
    this.daemon = null;
    /** @type {import('node:child_process').ChildProcess | null} */
    this.prompter = null;
  }

  async #startBus() {
    const config = join(this.dir, 'bus.conf');
    writeFileSync(config, busConfig(this.socket));
    this.bus = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--nopidfile', '--print-address'], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await firstLine(this.bus);
  }

  /** @param {string[]} args */
  async #startPrompter(args) {
    this.prompter = spawn(PROMPTER, args, { env: this.env, stdio: ['pipe', 'pipe', 'ignore'] });
    this.env.GNOME_KEYRING_TEST_PROMPTER = await firstLine(this.prompter);
  }

  /** @param {'unlock' | 'lock'} how unlock makes the login keyring if there is none */
  async startDaemon(how) {
    const args = ['--foreground', '--components=secrets'];
    if (how === 'unlock') args.push('--unlock');
    this.daemon = spawn('gnome-keyring-daemon', args, { env: this.env, stdio: ['pipe', 'ignore', 'ignore'] });
    this.daemon.stdin?.end(how === 'unlock' ? PASSWORD : '');
    for (let i = 0; i < 500; i++) {
      if (this.#answers()) return;
      await sleep(10);
    }
    throw new Error('gnome-keyring-daemon does not come up');
  }

  #answers() {
    return this.hasOwner('org.freedesktop.secrets');
  }

  /** @param {string} name is on the bus? */
  hasOwner(name) {
    return this.dbusSend('org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner', [`string:${name}`]).includes(
      'true',
    );
  }

  /** @param {'unlock' | 'lock'} how */
  async restartDaemon(how) {
    await end(this.daemon);
    await this.startDaemon(how);
  }

  async stopDaemon() {
    await end(this.daemon);
    this.daemon = null;
  }

  /** Lock a keyring while the daemon runs. */
  lock(path = LOGIN) {
    this.dbusSend('org.freedesktop.secrets', '/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.Lock', [
      `array:objpath:${path}`,
    ]);
  }

  /** @param {string} dest @param {string} path @param {string} method @param {string[]} args @returns {string} */
  dbusSend(dest, path, method, args) {
    return this.run('dbus-send', ['--session', '--print-reply', `--dest=${dest}`, path, method, ...args]).stdout;
  }

  /**
   * Run a program in this session and wait for it.
   * @param {string} program @param {string[]} [args]
   * @param {{input?: string | Buffer, env?: Record<string, string>, timeout?: number}} [more]
   */
  run(program, args = [], { input = '', env = {}, timeout = 60_000 } = {}) {
    return spawnSync(program, args, { env: { ...this.env, ...env }, input, encoding: 'utf8', timeout });
  }

  /** Another collection of gnome-keyring, open; "" is no password. @param {string} label @returns {string} its path */
  collection(label, password = PASSWORD) {
    const made = this.run(PROBE, ['collection', label, password]).stdout.trim();
    if (!made.startsWith('/')) throw new Error(`no collection "${label}": ${made}`);
    return made;
  }

  /** The collection that new items go to; '/' is none. @param {string} path */
  setDefault(path) {
    const method = 'org.freedesktop.Secret.Service.SetAlias';
    this.dbusSend('org.freedesktop.secrets', '/org/freedesktop/secrets', method, ['string:default', `objpath:${path}`]);
  }

  /** Open a collection of gnome-keyring without a prompt. @param {string} path */
  open(path, password = PASSWORD) {
    const said = this.run(PROBE, ['open', path, password]).stdout.trim();
    if (said !== 'ok') throw new Error(`${path} does not open: ${said}`);
  }

  /** The keyring probe's words. @param {...string} args @returns {string[]} */
  probe(...args) {
    return this.run(PROBE, args).stdout.trim().split(' ');
  }

  /** A host in this session. @param {HostOptions} [options] */
  host(options = {}) {
    return new Host({ ...options, env: { ...this.env, ...options.env } });
  }

  /** One request to a host of its own, as `sendNativeMessage` does. @param {string} op @param {object} [params] */
  async once(op, params = {}) {
    const host = this.host();
    try {
      return await host.send(op, params);
    } finally {
      await host.close();
    }
  }

  /** What `status` says, by the everyday way to the keyring and by the whole one alone, which must say the same. */
  async status() {
    const said = [];
    for (const way of ['everyday', 'whole']) {
      const host = this.host({ env: { CL_KEYRING_WAY: way } });
      try {
        said.push((await host.send('status')).result);
      } finally {
        await host.close();
      }
    }
    assert.deepEqual(said[0], said[1], 'the two ways to the keyring say the same');
    return said[0];
  }

  /**
   * What it takes here and now to start so many hosts at once and hear from each: a limit on waiting is counted beside it,
   * so that a slow or busy machine is no defect. @param {number} hosts @returns {Promise<number>} milliseconds
   */
  async timeToHear(hosts) {
    const start = performance.now();
    await Promise.all(Array.from({ length: hosts }, () => this.once('hello')));
    return performance.now() - start;
  }

  /** End all of it and remove its folders. */
  async stop() {
    await end(this.daemon);
    await end(this.prompter);
    await end(this.bus);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** @param {Buffer | string} body @returns {Buffer} header and body, native byte order */
export function frame(body) {
  const bytes = Buffer.from(body);
  return Buffer.concat([header(bytes.length), bytes]);
}

/** @param {number} length @returns {Buffer} */
export function header(length) {
  const bytes = Buffer.alloc(4);
  if (endianness() === 'LE') bytes.writeUInt32LE(length);
  else bytes.writeUInt32BE(length);
  return bytes;
}

/** @typedef {{env?: Record<string, string>, program?: string, args?: string[]}} HostOptions */

const TURN = 1000;

export class Host {
  #chunks = Buffer.alloc(0);
  #ended = false;
  #id = 0;
  /** @type {(() => void)[]} */
  #waiting = [];

  /** @param {HostOptions} options */
  constructor({ env = {}, program = HOST, args = ['chrome-extension://test/'] } = {}) {
    this.child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    /** What came on stderr. */
    this.stderr = '';
    this.child.stderr.setEncoding('utf8').on('data', (text) => (this.stderr += text));
    this.child.stdin.on('error', () => {}); // the host may have ended: its answer is what counts
    this.child.stdout.on('data', (bytes) => {
      this.#chunks = Buffer.concat([this.#chunks, bytes]);
      this.#wake();
    });
    this.child.stdout.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
    /** @type {Promise<{code: number | null, signal: string | null}>} */
    this.exited = new Promise((done) => this.child.once('close', (code, signal) => done({ code, signal })));
  }

  #wake() {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Bytes as they are. @param {Buffer | string} bytes */
  write(bytes) {
    this.child.stdin.write(bytes);
  }

  /** A frame around any body. @param {string | Buffer} body */
  writeFrame(body) {
    this.write(frame(body));
  }

  /** No more bytes will come. */
  end() {
    this.child.stdin.end();
  }

  /** The next answer's bytes; null when the host has closed its side. Cut bytes are an error. @returns {Promise<Buffer | null>} */
  async readBytes(timeout = 30_000) {
    const limit = Date.now() + timeout;
    let late = 0;
    for (;;) {
      const have = this.#chunks.length;
      const length = have < 4 ? -1 : endianness() === 'LE' ? this.#chunks.readUInt32LE() : this.#chunks.readUInt32BE();
      if (length >= 0 && have >= 4 + length) {
        const body = this.#chunks.subarray(4, 4 + length);
        this.#chunks = this.#chunks.subarray(4 + length);
        return body;
      }
      if (this.#ended) {
        if (have) throw new Error(`the host ended inside a frame: ${this.#chunks.toString('latin1')}`);
        return null;
      }
      // What came while something else held this process for longer is heard in one of the next turns.
      if (Date.now() > limit && late++ > 2) throw new Error(`no answer within ${timeout} ms`);
      await this.#more(Math.max(limit - Date.now(), TURN));
    }
  }

  /** @param {number} ms */
  #more(ms) {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.#waiting.push(() => {
        clearTimeout(timer);
        done(undefined);
      });
    });
  }

  /** The next answer, parsed; null at the end. @returns {Promise<any>} */
  async read(timeout = 30_000) {
    const bytes = await this.readBytes(timeout);
    return bytes && JSON.parse(bytes.toString('utf8'));
  }

  /** A request and its whole answer. @param {string} op @param {object} [params] @returns {Promise<any>} */
  async send(op, params = {}, timeout = 30_000) {
    const id = ++this.#id;
    this.writeFrame(JSON.stringify({ id, op, params }));
    const answer = await this.read(timeout);
    if (answer && answer.id !== id) throw new Error(`asked ${id}, answered ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Close our side and wait for the host's end. */
  async close() {
    this.end();
    return this.exited;
  }

  /** @param {NodeJS.Signals} [signal] */
  async kill(signal = 'SIGKILL') {
    this.child.kill(signal);
    return this.exited;
  }
}

/**
 * A good observation; `change` replaces members, nested ones too.
 * @param {Record<string, any>} [change] @returns {any}
 */
export function observation(change = {}) {
  const now = new Date().toISOString();
  const base = {
    reading: randomHex(32),
    state: 'on',
    reason: null,
    observed_at: now,
    pending: false,
    trusted: null,
    asked: false,
    account: { id: 'ACoAAB1cD2e', premium: false },
    page: {
      url: 'https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement',
      language: 'en',
      title: 'Data for Generative AI Improvement',
      navigation: 'load',
      loaded_at: now,
      server_date: null,
      corroboration: null,
    },
    control: {
      kind: 'role-switch',
      key: null,
      label: 'Use my data for training content creation AI models',
      checked: true,
      aria_checked: 'true',
      aria_pressed: null,
      disabled: false,
      busy: false,
      place: 'document',
    },
    candidates: 1,
    client: { browser: 'chromium', version: '156.0', extension: '0.1.0' },
    picture: null,
  };
  return merge(base, change);
}

/** The same with the switch off. @param {Record<string, any>} [change] */
export const observationOff = (change = {}) =>
  merge(observation({ state: 'off', control: { checked: false, aria_checked: 'false' } }), change);

/** @param {any} base @param {any} change @returns {any} */
function merge(base, change) {
  for (const [name, value] of Object.entries(change)) {
    const both = [base[name], value].every((v) => v && typeof v === 'object' && !Array.isArray(v));
    base[name] = both ? merge(base[name], value) : value;
  }
  return base;
}

/** @param {number} digits */
export function randomHex(digits) {
  return Array.from({ length: digits }, () => Math.floor(Math.random() * 16).toString(16)).join('');
}

/** The limits of host/base/limits.h by name. @returns {Record<string, number>} */
export function limits() {
  const text = readFileSync(join(ROOT, 'host/base/limits.h'), 'utf8');
  const found = [...text.matchAll(/^#define (CL_\w+)\s+(.+)$/gm)];
  return Object.fromEntries(found.map(([, name, value]) => [name, evaluate(value)]));
}

/** The errors of host/base/err.h in their order, each in its parts. @returns {{code: string, parts: string[]}[]} */
export function errorsOfHost() {
  const text = readFileSync(join(ROOT, 'host/base/err.h'), 'utf8');
  const effects = new Map(
    [...text.matchAll(/^#define CL_EFFECT_(\w+) +"(.*)"$/gm)].map(([, name, words]) => [name, words]),
  );
  const listed = [...text.matchAll(/^ {2}X\(\w+, "([^"]+)", "([^"]+)", (\w+), "([^"]*)"\)/gm)];
  return listed.map(([, code, what, effect, remedy]) => ({ code, parts: [what, effects.get(effect), remedy] }));
}

/** Products and shifts of C integer constants. @param {string} text @returns {number} */
function evaluate(text) {
  const numbers = [...text.matchAll(/\d+/g)].map((m) => Number(m[0]));
  if (text.includes('<<')) return numbers[0] * 2 ** numbers[1];
  return numbers.reduce((a, b) => a * b, 1);
}

/** @returns {boolean} can the tests run here at all? */
export const built = () => existsSync(HOST);
