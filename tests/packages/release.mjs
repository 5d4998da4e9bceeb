/** Makes releases of this source for the tests: from copies, so that a version can be changed and nothing here is touched. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT } from '../e2e/host.mjs';

/** What is made once is kept here, in folders named by what it was made of. */
const KEPT = join(ROOT, 'tests/output/releases');
/** How the folders begin in which it is made. */
export const SCRATCH = 'consentlog-release-';
/** Older than any version there is. */
export const PREVIOUS = '0.0.1';
export const ARCHITECTURE = spawnSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).stdout.trim();
const RPM_ARCHITECTURE = spawnSync('rpm', ['--eval', '%{_arch}'], { encoding: 'utf8' }).stdout.trim();

const SOURCES = ['CMakeLists.txt', 'CMakePresets.json', 'LICENSE', 'host', 'extension', 'manifests', 'docs'];
/** Every place that states the version; versions.test.mjs holds them equal. */
const STATED = {
  'CMakeLists.txt': /(project\(consentlog VERSION )([\d.]+)/,
  'extension/manifest.json': /(^ {2}"version": ")([^"]+)/m,
  'manifests/debian/changelog': /^(consentlog \()([^)]+)/,
  'manifests/org.consentlog.consentlog.metainfo.xml': /(<release version=")([^"]+)/,
};

/** What each place says. @param {string} tree @returns {Record<string, string | undefined>} */
export const versions = (tree) =>
  Object.fromEntries(
    Object.entries(STATED).map(([name, re]) => [name, re.exec(readFileSync(join(tree, name), 'utf8'))?.[2]]),
  );

/** @param {string} tree */
export const versionOf = (tree) => versions(tree)['CMakeLists.txt'] ?? '';

/** @param {string} from @param {string} to @returns {string} to */
export function copySources(from, to) {
  mkdirSync(to, { recursive: true });
  for (const name of SOURCES) cpSync(join(from, name), join(to, name), { recursive: true });
  return to;
}

/** @param {string} tree @param {string} version */
export function setVersion(tree, version) {
  for (const [name, re] of Object.entries(STATED)) {
    const file = join(tree, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(re, `$1${version}`));
  }
}

/**
 * A program that is waited for while others go on.
 * @param {string} program @param {string[]} args @param {{cwd: string, env: NodeJS.ProcessEnv}} where
 * @returns {Promise<{status: number | null, stdout: string, stderr: string}>}
 */
function finished(program, args, where) {
  const child = spawn(program, args, { ...where, stdio: ['ignore', 'pipe', 'pipe'] });
  const got = { status: /** @type {number | null} */ (null), stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (got.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (got.stderr += text));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (status) => done({ ...got, status }));
  });
}

/** Our environment, in which the changelog alone says the time. @returns {NodeJS.ProcessEnv} */
function own() {
  const env = { ...process.env };
  delete env.SOURCE_DATE_EPOCH;
  return env;
}

/** manifests/package.sh of a tree. @param {string[]} args @param {{tree?: string, umask?: string, env?: Record<string, string>}} [more] */
export const packageSh = (args, { tree = ROOT, umask = '022', env = {} } = {}) =>
  finished('bash', ['-c', `umask ${umask}; exec bash "$0" "$@"`, join(tree, 'manifests/package.sh'), ...args], {
    cwd: '/',
    env: { ...own(), NODE_PATH: join(ROOT, 'tests/node_modules'), ...env },
  });

/** The same, which must succeed. @param {string} tree @param {string} out @param {{umask?: string, env?: Record<string, string>}} [more] */
export async function release(tree, out, more = {}) {
  const got = await packageSh([out], { tree, ...more });
  if (got.status !== 0) throw new Error(`package.sh in ${tree} ended with ${got.status}:\n${got.stdout}${got.stderr}`);
}

/** Every file of the sources, with its bytes, and everything that makes a release of them. @param {string} tree */
function fingerprint(tree) {
  const hash = createHash('sha256');
  for (const name of SOURCES.flatMap((top) => filesUnder(tree, top)).sort())
    hash.update(`${name}\0`).update(readFileSync(join(tree, name)));
  for (const tools of ['/var/lib/dpkg/status', join(ROOT, 'tests/package-lock.json')]) hash.update(readFileSync(tools));
  return hash.digest('hex').slice(0, 16);
}

/** @param {string} tree @param {string} name @returns {string[]} */
const filesUnder = (tree, name) =>
  statSync(join(tree, name)).isDirectory()
    ? readdirSync(join(tree, name)).flatMap((child) => filesUnder(tree, join(name, child)))
    : [name];

/**
 * What one test file has made of a copy of these sources and the next one takes: its folder, below tests/output.
 * @param {(tree: string) => void} change @param {(tree: string, out: string) => Promise<void>} make @returns {Promise<string>}
 */
async function once(change, make) {
  const dir = mkdtempSync(join(tmpdir(), SCRATCH));
  const tree = copySources(ROOT, join(dir, 'tree'));
  try {
    change(tree);
    const kept = join(KEPT, fingerprint(tree));
    if (existsSync(kept)) return kept;
    const made = join(dir, 'out');
    await make(tree, made);
    cpSync(made, `${kept}.part`, { recursive: true });
    renameSync(`${kept}.part`, kept);
    return kept;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Stands for the project's key. It is made once, for the releases that are kept name its id. */
export function projectKey() {
  const file = join(KEPT, 'key.pem');
  if (existsSync(file)) return file;
  mkdirSync(KEPT, { recursive: true });
  makeKey(`${file}.part`);
  renameSync(`${file}.part`, file);
  return file;
}

/** @param {string} file */
export const makeKey = (file) =>
  execFileSync('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', file], {
    stdio: 'pipe',
  });

/** The id that a key gives: half of the hash of its public half, in letters. @param {string} key */
export function crxId(key) {
  const spki = createPublicKey(readFileSync(key)).export({ type: 'spki', format: 'der' });
  const hex = createHash('sha256').update(spki).digest('hex').slice(0, 32);
  return [...hex].map((digit) => String.fromCharCode(97 + parseInt(digit, 16))).join('');
}

/** The host answers to the project's key. @param {string} tree */
export const allowKey = (tree) => appendFileSync(join(tree, 'manifests/chromium-ids.txt'), `${crxId(projectKey())}\n`);

/** Everything that a release of these sources consists of. */
export const releaseOnce = () =>
  once(allowKey, (tree, out) => release(tree, out, { env: { CONSENTLOG_CRX_KEY: projectKey() } }));

/**
 * The version before, of which the Debian package is enough: other manifests, else an upgrade would have nothing to replace, and of
 * an earlier day. Nobody measures it, so the compiler need not try hard.
 */
export const previousRelease = () =>
  once(
    (tree) => {
      setVersion(tree, PREVIOUS);
      for (const kind of ['chromium', 'gecko'])
        reword(tree, `manifests/${kind}.json.in`, 'an encrypted log', 'an older text');
      reword(tree, 'manifests/debian/changelog', /\w+, \d+ \w+ \d+ ([\d:]+ \+0000)$/m, 'Mon, 02 Nov 2026 $1');
    },
    async (tree, out) => {
      const build = join(tree, 'build');
      for (const args of [
        ['--preset', 'package', '-B', build, '-DCMAKE_C_FLAGS_RELWITHDEBINFO=-O1'],
        ['--build', build, '--target', 'package'],
      ]) {
        const got = await finished('cmake', args, { cwd: tree, env: own() });
        if (got.status !== 0) throw new Error(`cmake ${args.join(' ')}:\n${got.stdout}${got.stderr}`);
      }
      const { deb } = files(build, PREVIOUS);
      cpSync(deb, join(out, basename(deb)));
    },
  );

/** @param {string} tree @param {string} name @param {string | RegExp} from @param {string} to */
function reword(tree, name, from, to) {
  const file = join(tree, name);
  const text = readFileSync(file, 'utf8');
  const other = text.replace(from, to);
  if (other === text) throw new Error(`${name} does not say ${from}`);
  writeFileSync(file, other);
}

/** @param {string} out @param {string} version */
export const files = (out, version) => ({
  deb: join(out, `consentlog_${version}_${ARCHITECTURE}.deb`),
  rpm: join(out, `consentlog-${version}-1.${RPM_ARCHITECTURE}.rpm`),
  zip: join(out, `consentlog-${version}-chromium.zip`),
  crx: join(out, `consentlog-${version}.crx`),
  page: join(out, 'consentlog-verify.html'),
  xpi: join(out, `consentlog-${version}-firefox.xpi`),
  sums: join(out, 'SHA256SUMS'),
});
