/**
 * KDE's wallet daemon in a private session: wallets that exist before it starts, opened as PAM opens them at login, or locked.
 * Its windows have nobody in front of them (Qt's offscreen platform), so that a question it asks is a question unanswered.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Session, end, sleep, waitUntil } from '../e2e/host.mjs';

const KWALLETD = ['/usr/bin/kwalletd5', '/usr/bin/kwalletd6'];

/** Is there one on this machine? */
export const kwalletd = () => KWALLETD.find((path) => existsSync(path)) ?? null;

const PLUGINS = '/usr/lib/*/qca-qt*/crypto';
/** What to start it through, for it to be without the plugin of QCA; null where a mount namespace is not to be had. */
export const noPlugin = () =>
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0
    ? ['unshare', '-m', 'sh', '-c', `for d in ${PLUGINS}; do mount -t tmpfs none $d; done; exec "$0" "$@"`]
    : null;

/** What PAM would have made of the password. */
const HASH = `array:byte:${Array.from({ length: 56 }, (_, i) => i + 1).join(',')}`;

/**
 * @typedef {object} KWalletOptions
 * @property {string[]} [wallets] made beforehand; the first is the default one
 * @property {boolean} [service] false: KWallet without the Secret Service (`apiEnabled=false`)
 * @property {boolean} [enabled] false: KWallet switched off
 * @property {boolean} [ask] true: a question for each program that opens a wallet that is open (`Prompt on Open`)
 */

export class KWallet {
  /** @param {Session} session @param {KWalletOptions} [options] */
  constructor(session, options = {}) {
    this.session = session;
    this.options = options;
    this.wallets = options.wallets ?? ['kdewallet'];
    this.name = kwalletd()?.endsWith('6') ? 'kwalletd6' : 'kwalletd5';
    /** @type {import('node:child_process').ChildProcess | null} */
    this.daemon = null;
    session.env.QT_QPA_PLATFORM = 'offscreen';
  }

  /** A session with this daemon and all wallets open for the Secret Service. @param {KWalletOptions} [options] */
  static async start(options = {}) {
    const session = await Session.start({ keyring: 'none' });
    const kwallet = new KWallet(session, options);
    try {
      kwallet.configure(kwallet.wallets[0] ?? 'kdewallet');
      if (kwallet.wallets.length > 0) await kwallet.#make();
    } catch (error) {
      await kwallet.stop();
      throw error;
    }
    return kwallet;
  }

  /** Which wallet is the default one; read by the daemon each time. @param {string} wallet */
  configure(wallet) {
    const config = this.session.env.XDG_CONFIG_HOME;
    mkdirSync(config, { recursive: true, mode: 0o700 });
    writeFileSync(
      join(config, 'kwalletrc'),
      `[Wallet]\nEnabled=${this.options.enabled ?? true}\nFirst Use=false\nDefault Wallet=${wallet}\n` +
        `Close When Idle=false\nLeave Open=true\nLaunch Manager=false\nPrompt on Open=${this.options.ask ?? false}\n\n` +
        `[org.freedesktop.secrets]\napiEnabled=${this.options.service ?? true}\n`,
    );
  }

  /** A wallet that a daemon makes is no collection before the next one starts. */
  async #make() {
    await this.up();
    for (const wallet of this.wallets) this.login(wallet);
    await waitUntil(() => this.wallets.every((w) => existsSync(this.file(w))), 'the wallets are made');
    await this.down('SIGKILL');
  }

  /** @param {string} wallet */
  file(wallet) {
    return join(this.session.env.XDG_DATA_HOME, 'kwalletd', `${wallet}.kwl`);
  }

  /** Start the daemon; nothing is open. @param {string[]} [before] a program to start it through */
  async up(before = []) {
    const [program, ...args] = [...before, String(kwalletd())];
    this.daemon = spawn(program, args, { env: this.session.env, stdio: 'ignore' });
    if (this.options.enabled === false) return;
    const name = this.options.service === false ? `org.kde.${this.name}` : 'org.freedesktop.secrets';
    await waitUntil(() => this.session.hasOwner(name), `${this.name} is on the bus`);
  }

  /** @param {NodeJS.Signals} [signal] */
  async down(signal = 'SIGTERM') {
    await end(this.daemon, signal);
    await waitUntil(() => !this.session.hasOwner('org.freedesktop.secrets'), 'the name is free again');
    this.daemon = null;
  }

  /** As a login: the wallet is open for KWallet's own clients. The Secret Service still calls it locked. @param {string} wallet */
  login(wallet) {
    // While it is busy with another question it does nothing and says so to nobody.
    const isOpen = () => this.#call('isOpen', `string:${wallet}`).includes('boolean true');
    for (let i = 0; i < 300; i++) {
      this.#call('pamOpen', `string:${wallet}`, HASH, 'int32:0');
      if (isOpen()) return;
      spawnSync('sleep', ['0.1']);
    }
    throw new Error(`${wallet} does not open`);
  }

  /** Close it for everybody. @param {string} wallet */
  lock(wallet) {
    this.session.dbusSend(
      'org.freedesktop.secrets',
      '/org/freedesktop/secrets',
      'org.freedesktop.Secret.Service.Lock',
      [`array:objpath:/org/freedesktop/secrets/collection/${wallet}`],
    );
  }

  /** @param {string} method @param {...string} args */
  #call(method, ...args) {
    return this.session.dbusSend(`org.kde.${this.name}`, `/modules/${this.name}`, `org.kde.KWallet.${method}`, args);
  }

  async stop() {
    await end(this.daemon, 'SIGKILL');
    await sleep(0);
    await this.session.stop();
  }
}
