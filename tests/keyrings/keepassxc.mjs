/**
 * KeePassXC in a private session, on a screen that nobody sees (Xvfb), with databases that open without a question because a
 * key file opens them.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Session, end, sleep, waitUntil } from '../e2e/host.mjs';
import { startScreen } from '../e2e/screen.mjs';

const WINDOW = 'org.keepassxc.KeePassXC.MainWindow';

/** Are both on this machine? */
export const hasKeePassXC = () => existsSync('/usr/bin/keepassxc') && existsSync('/usr/bin/Xvfb');

/**
 * @typedef {object} KeePassXCOptions
 * @property {string[]} [databases] made beforehand; each shares its root group
 * @property {string[]} [unshared] those of them that share none
 * @property {boolean} [confirm] ask before a program reads an entry
 * @property {boolean} [unlockBeforeSearch] ask for a database's key when a program searches
 * @property {boolean} [service] false: the Secret Service is switched off
 * @property {boolean} [saves] false: it saves a database when it is told to, and not after each change
 */

export class KeePassXC {
  /** @param {Session} session @param {KeePassXCOptions} options */
  constructor(session, options) {
    this.session = session;
    this.options = options;
    this.databases = options.databases ?? ['first'];
    /** @type {import('node:child_process').ChildProcess | null} */
    this.program = null;
    /** @type {import('node:child_process').ChildProcess | null} */
    this.screen = null;
    this.keyFile = join(session.dir, 'database.key');
  }

  /** A session with all databases open. @param {KeePassXCOptions} [options] */
  static async start(options = {}) {
    const session = await Session.start({ keyring: 'none' });
    const it = new KeePassXC(session, options);
    try {
      await it.#startScreen();
      it.configure();
      writeFileSync(it.keyFile, 'a key file of the tests');
      for (const name of it.databases) it.#makeDatabase(name);
    } catch (error) {
      await it.stop();
      throw error;
    }
    return it;
  }

  async #startScreen() {
    const { screen, display } = await startScreen(this.session.env);
    this.screen = screen;
    this.session.env.DISPLAY = display;
  }

  configure() {
    const folder = join(this.session.env.XDG_CONFIG_HOME, 'keepassxc');
    const { confirm = false, unlockBeforeSearch = false, service = true, saves = true } = this.options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(
      join(folder, 'keepassxc.ini'),
      `[General]\nConfigVersion=2\nUpdateCheckMessageShown=true\nRememberLastDatabases=false\nOpenPreviousDatabasesOnStartup=false\nSingleInstance=false\n` +
        `AutoSaveAfterEveryChange=${saves}\n` +
        `[GUI]\nCheckForUpdates=false\nMinimizeOnStartup=false\n` +
        `[FdoSecrets]\nEnabled=${service}\nConfirmAccessItem=${confirm}\nUnlockBeforeSearch=${unlockBeforeSearch}\nConfirmDeleteItem=false\nShowNotification=false\n`,
    );
  }

  /** @param {string} name */
  path(name) {
    return join(this.session.dir, `${name}.kdbx`);
  }

  /** @param {string[]} args @param {string} [input] */
  #cli(args, input = '') {
    const got = spawnSync('keepassxc-cli', args, {
      env: { ...this.session.env, QT_QPA_PLATFORM: 'offscreen' },
      input,
      encoding: 'utf8',
    });
    if (got.status !== 0) throw new Error(`keepassxc-cli ${args.join(' ')}: ${got.stderr}`);
    return got.stdout;
  }

  /** Which group is shared stands inside the database. @param {string} name */
  #makeDatabase(name) {
    const bare = this.path(`${name}.bare`);
    const xml = this.path(`${name}.xml`);
    this.#cli(['db-create', '-q', '--set-key-file', this.keyFile, '-t', '100', bare]);
    const text = this.#cli(['export', '-q', '--no-password', '-k', this.keyFile, bare]);
    const root = Buffer.from(/<Group>\s*<UUID>([^<]+)</.exec(text)?.[1] ?? '', 'base64').toString('hex');
    const uuid = root.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '{$1-$2-$3-$4-$5}');
    const shared = `<CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>${uuid}</Value></Item></CustomData></Meta>`;
    writeFileSync(xml, this.options.unshared?.includes(name) ? text : text.replace('</Meta>', shared));
    this.#cli(['import', '-q', '--set-key-file', this.keyFile, '-t', '100', xml, this.path(name)]);
  }

  /** Start it with these databases open, and others shown but locked. @param {string[]} [open] @param {string[]} [locked] */
  async up(open = this.databases, locked = []) {
    this.program = spawn('keepassxc', [], { env: this.session.env, stdio: 'ignore' });
    await waitUntil(() => this.session.hasOwner(WINDOW), 'KeePassXC is on the bus');
    if (this.options.service !== false)
      await waitUntil(() => this.session.hasOwner('org.freedesktop.secrets'), 'and its Secret Service');
    for (const name of open) this.openDatabase(name);
    for (const name of locked) this.#call('openDatabase', `string:${this.path(name)}`);
    if (this.options.service === false) return;
    const isShared = (/** @type {string} */ name) => !this.options.unshared?.includes(name);
    await waitUntil(() => open.filter(isShared).every((name) => this.isOpen(name)), 'all are open');
    await waitUntil(() => locked.filter(isShared).every((name) => this.isLocked(name)), 'and the others are shown');
  }

  /** @param {string} name */
  openDatabase(name) {
    this.#call('openDatabase', `string:${this.path(name)}`, 'string:', `string:${this.keyFile}`);
  }

  /** @param {string} method @param {...string} args */
  #call(method, ...args) {
    return this.session.dbusSend(WINDOW, '/keepassxc', `${WINDOW}.${method}`, args);
  }

  /** @param {string} database */
  isOpen(database) {
    return this.#locked(database).includes('boolean false');
  }

  /** Is it there, but locked? @param {string} database */
  isLocked(database) {
    return this.#locked(database).includes('boolean true');
  }

  /** @param {string} database */
  #locked(database) {
    return this.session.dbusSend(
      'org.freedesktop.secrets',
      `/org/freedesktop/secrets/collection/${database}`,
      'org.freedesktop.DBus.Properties.Get',
      ['string:org.freedesktop.Secret.Collection', 'string:Locked'],
    );
  }

  /** Lock all databases. */
  async lock() {
    this.#call('lockAllDatabases');
    await waitUntil(() => this.databases.every((database) => !this.isOpen(database)), 'all is locked');
  }

  /** Titles of the windows that are to be seen, whether the database has been saved by now or not. @returns {string[]} */
  windows() {
    return this.session
      .run('xdotool', ['search', '--onlyvisible', '--name', '.', 'getwindowname', '%@'])
      .stdout.trim()
      .split('\n')
      .map((title) => title.replace('*', ''));
  }

  /** The window with that title, by its number; the next one may have the same title. @param {string} title */
  #window(title) {
    return this.session.run('xdotool', ['search', '--onlyvisible', '--name', title]).stdout.trim().split('\n')[0];
  }

  /**
   * In front of that window, until it is gone: on a busy machine it may be seen before it listens.
   * @param {string} title @param {...string} keys
   */
  async press(title, ...keys) {
    await waitUntil(() => this.#window(title) !== '', `a window "${title}"`);
    const window = this.#window(title);
    const isThere = () =>
      this.session
        .run('xdotool', ['search', '--onlyvisible', '--name', title])
        .stdout.trim()
        .split('\n')
        .includes(window);
    for (let i = 0; i < 12 && isThere(); i++) {
      this.session.run('xdotool', ['windowfocus', '--sync', window, 'key', ...keys], { timeout: 5000 });
      await waitUntil(() => !isThere(), 'it is gone', 5000).catch(() => {});
    }
    if (isThere()) throw new Error(`the window "${title}" does not go`);
  }

  /**
   * A member who agrees to whatever is asked, until told to stop. @returns {() => Promise<number>} stop; how many windows there were
   */
  agreeing() {
    let asked = 0;
    let goOn = true;
    const isAsked = () => this.windows().some((name) => name.includes('Access Request'));
    const member = (async () => {
      for (; goOn; await sleep(150)) {
        if (!isAsked()) continue;
        asked++;
        await this.press('Access Request', 'Return');
      }
      return asked;
    })();
    return () => ((goOn = false), member);
  }

  /** @param {NodeJS.Signals} [signal] */
  async down(signal = 'SIGTERM') {
    await end(this.program, signal);
    await waitUntil(() => !this.session.hasOwner('org.freedesktop.secrets'), 'the name is free again');
    this.program = null;
  }

  async stop() {
    await end(this.program, 'SIGKILL');
    await end(this.screen);
    await this.session.stop();
  }
}
