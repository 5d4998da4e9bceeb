/**
 * A clean system of this distribution in a folder, to install packages in. The first time mmdebstrap makes one, from
 * where this system's apt gets its own packages, and it is kept in tests/output; each test works on a copy.
 * Making and entering it needs root: as another user, sudo must work without a password.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../e2e/host.mjs';
import { ARCHITECTURE } from './release.mjs';

const KEPT = join(ROOT, 'tests/output/chroot');
const ARCHIVES = 'var/cache/apt/archives';
const MINUTES = 60_000;
const AS_ROOT = process.getuid?.() === 0 ? [] : ['sudo', '-n', '--preserve-env=http_proxy,https_proxy'];

/**
 * Mounts live in a namespace of their own, and so end with the last program in it.
 * $1: the folder, $2: a folder to see, or nothing, $3: who runs the rest.
 */
const ENTER = `set -e
mount -t proc proc "$1/proc"
if [ -n "$2" ]; then mkdir -p "$1$2"; mount --bind "$2" "$1$2"; fi
dir=$1 who=$3
shift 3
exec chroot --userspec="$who" "$dir" "$@"`;

/** @param {string[]} command @param {import('node:child_process').SpawnSyncOptions} [options] */
function root(command, options = {}) {
  const [program, ...args] = [...AS_ROOT, ...command];
  const got = spawnSync(program, args, { timeout: 10 * MINUTES, ...options, encoding: 'utf8' });
  return { ...got, said: `${got.stdout}${got.stderr}${got.error ?? ''}` };
}

/** @param {string} sentence @param {string[]} command */
function must(sentence, command) {
  const got = root(command, { env: { ...process.env, ...proxies(), DEBIAN_FRONTEND: 'noninteractive' } });
  if (got.status !== 0) throw new Error(`${sentence}\n${command.join(' ')}: ${got.said.slice(-3000)}`);
}

/** What apt is told, as programs other than apt are told it. @returns {Record<string, string>} */
function proxies() {
  const got = spawnSync(
    'apt-config',
    ['shell', 'http_proxy', 'Acquire::http::Proxy', 'https_proxy', 'Acquire::https::Proxy'],
    { encoding: 'utf8' },
  );
  return Object.fromEntries([...got.stdout.matchAll(/^(https?_proxy)='([^']*)'$/gm)].map((m) => [m[1], m[2]]));
}

/** This distribution's release, and where apt finds it. @returns {{codename: string, uri: string, components: string[]}} */
function source() {
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';
  const format = '$(RELEASE) $(CODENAME) $(REPO_URI) $(COMPONENT)';
  const got = spawnSync('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], { encoding: 'utf8' });
  const lines = got.stdout
    .split('\n')
    .map((line) => line.split(' '))
    .filter((words) => words.slice(0, 2).includes(codename));
  const uri = lines[0]?.[2];
  if (!uri)
    throw new Error(`A chroot cannot be made: apt knows no source of '${codename}', the release of this system.`);
  return {
    codename,
    uri,
    components: [...new Set(lines.filter((words) => words[2] === uri).map((words) => words[3]))],
  };
}

/** @returns {string} the folder of the clean system, made if it is not there */
function clean() {
  const { codename, uri, components } = source();
  const dir = join(KEPT, `${codename}-${ARCHITECTURE}`);
  if (root(['true']).status !== 0)
    throw new Error('A chroot cannot be made: that needs root, or sudo which asks for no password.');
  if (existsSync(dir)) return dir;
  const part = `${dir}.part`;
  mkdirSync(KEPT, { recursive: true });
  must('The unfinished chroot of an earlier run cannot be removed.', ['rm', '-rf', '--one-file-system', part]);
  must(
    "A chroot cannot be made: mmdebstrap failed. It needs root (or sudo without a password) and the distribution's archive.",
    [
      'mmdebstrap',
      '--mode=root',
      '--variant=apt',
      '--format=directory',
      '--skip=cleanup/apt/lists', // apt inside needs them too
      `--components=${components.join(',')}`,
      ...forHttps(uri),
      codename,
      part,
      uri,
    ],
  );
  if (uri.startsWith('https:'))
    must('The authorities cannot be copied.', ['cp', '/etc/ssl/certs/ca-certificates.crt', `${part}/etc/ssl/certs/`]);
  must('The chroot cannot be taken into use.', ['mv', part, dir]);
  return dir;
}

/** @param {string} uri @returns {string[]} */
const forHttps = (uri) => (uri.startsWith('https:') ? ['--include=ca-certificates'] : []);

export class Chroot {
  /** A copy of the clean system. @returns {Chroot} */
  static make() {
    const kept = clean();
    const dir = mkdtempSync(join(KEPT, 'work-'));
    const chroot = new Chroot(dir, kept);
    must('The chroot cannot be copied.', ['cp', '-a', `${kept}/.`, dir]);
    return chroot;
  }

  /** @param {string} dir @param {string} kept */
  constructor(dir, kept) {
    this.dir = dir;
    this.kept = kept;
    /** A folder of the real system that is seen under the same name inside. */
    this.seen = '';
  }

  /** A path inside, from outside. @param {string} path */
  at(path) {
    return join(this.dir, path);
  }

  /**
   * The command that runs a program inside. @param {string[]} command @param {Record<string, string>} [env]
   * @param {string} [who] user and group, as numbers
   */
  command(command, env = {}, who = '0:0') {
    const words = Object.entries({ PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', ...env });
    return [
      ...AS_ROOT,
      'unshare',
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      'sh',
      '-c',
      ENTER,
      'chroot',
      this.dir,
      this.seen,
      who,
      '/usr/bin/env',
      '-i',
      ...words.map(([name, value]) => `${name}=${value}`),
      ...command,
    ];
  }

  /** Run a program inside and wait for it. @param {string[]} command @param {Record<string, string>} [env] @param {string} [who] */
  run(command, env = {}, who = '0:0') {
    const [program, ...args] = this.command(command, env, who);
    const got = spawnSync(program, args, { encoding: 'utf8', timeout: 3 * MINUTES });
    return { ...got, said: `${got.stdout}${got.stderr}${got.error ?? ''}` };
  }

  /** apt-get, as one runs it without a person: a file of the administrator's stays as it is. @param {string[]} args */
  apt(...args) {
    const settings = [
      'Dpkg::Use-Pty=0',
      'APT::Sandbox::User=root',
      'Dpkg::Options::=--force-confdef',
      'Dpkg::Options::=--force-confold',
    ];
    return this.run(['apt-get', '-q', '-y', ...settings.flatMap((setting) => ['-o', setting]), ...args], {
      DEBIAN_FRONTEND: 'noninteractive',
      ...proxies(),
    });
  }

  /** Install a package file with what it depends on, which is kept for the next time. @param {string} file */
  install(file) {
    const inside = join('/root', basename(file));
    must('The package cannot be copied into the chroot.', ['cp', file, this.at(inside)]);
    const install = () => this.apt('install', '--no-install-recommends', inside);
    let got = install();
    if (got.status !== 0 && this.apt('update').status === 0) got = install(); // the kept lists may be months old
    must('Packages cannot be kept.', [
      'sh',
      '-c',
      'cp -n "$0"/*.deb "$1" 2>/dev/null || :',
      this.at(ARCHIVES),
      join(this.kept, ARCHIVES),
    ]);
    return got;
  }

  remove() {
    must('The copy of the chroot cannot be removed.', ['rm', '-rf', '--one-file-system', this.dir]);
  }
}
