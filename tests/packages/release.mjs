/** Makes releases of this source for the tests: from copies, so that a version can be changed and nothing here is touched. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
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
import { dirname, join } from 'node:path';
import { ROOT } from '../e2e/host.mjs';

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
 * manifests/package.sh of a tree. @param {string[]} args @param {{tree?: string, umask?: string, env?: Record<string, string>}} [more]
 * @returns {Promise<{status: number | null, stdout: string, stderr: string}>}
 */
export function packageSh(args, { tree = ROOT, umask = '022', env = {} } = {}) {
  const own = { ...process.env, NODE_PATH: join(ROOT, 'tests/node_modules') };
  delete own.SOURCE_DATE_EPOCH;
  const child = spawn(
    'bash',
    ['-c', `umask ${umask}; exec bash "$0" "$@"`, join(tree, 'manifests/package.sh'), ...args],
    { cwd: '/', env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const got = { status: /** @type {number | null} */ (null), stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (got.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (got.stderr += text));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (status) => done({ ...got, status }));
  });
}

/** The same, which must succeed. @param {string} tree @param {string} out @param {{umask?: string, env?: Record<string, string>}} [more] */
export async function release(tree, out, more = {}) {
  const got = await packageSh([out], { tree, ...more });
  if (got.status !== 0) throw new Error(`package.sh in ${tree} ended with ${got.status}:\n${got.stdout}${got.stderr}`);
}

/** Every file of the sources, with its bytes. @param {string} tree */
function fingerprint(tree) {
  const hash = createHash('sha256');
  for (const name of SOURCES.flatMap((top) => filesUnder(tree, top)).sort())
    hash.update(`${name}\0`).update(readFileSync(join(tree, name)));
  return hash.digest('hex').slice(0, 16);
}

/** @param {string} tree @param {string} name @returns {string[]} */
const filesUnder = (tree, name) =>
  statSync(join(tree, name)).isDirectory()
    ? readdirSync(join(tree, name)).flatMap((child) => filesUnder(tree, join(name, child)))
    : [name];

/**
 * A release of these very sources that one test file has made and the next one takes: its folder, below tests/output.
 * @param {{version?: string, change?: (tree: string) => void}} [other] than they are
 * @returns {Promise<string>}
 */
export async function releaseOnce({ version, change } = {}) {
  const tree = copySources(ROOT, mkdtempSync(join(tmpdir(), 'consentlog-release-')));
  try {
    if (version) setVersion(tree, version);
    change?.(tree);
    const kept = join(ROOT, 'tests/output/releases', fingerprint(tree));
    if (existsSync(kept)) return kept;
    const made = join(tree, 'out');
    await release(tree, made);
    mkdirSync(dirname(kept), { recursive: true });
    cpSync(made, `${kept}.part`, { recursive: true });
    renameSync(`${kept}.part`, kept);
    return kept;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** The version before: other manifests, else an upgrade would have nothing to replace, and of an earlier day. */
export const previousRelease = () =>
  releaseOnce({
    version: PREVIOUS,
    change: (tree) => {
      for (const kind of ['chromium', 'gecko'])
        reword(tree, `manifests/${kind}.json.in`, 'an encrypted log', 'an older text');
      reword(tree, 'manifests/debian/changelog', /\w+, \d+ \w+ \d+ ([\d:]+ \+0000)$/m, 'Mon, 02 Nov 2026 $1');
    },
  });

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
  page: join(out, 'consentlog-verify.html'),
  xpi: join(out, `consentlog-${version}-firefox.xpi`),
  sums: join(out, 'SHA256SUMS'),
});
