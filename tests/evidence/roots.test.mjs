// Whom a timestamp's authority is vouched for by: the system's folder of certificates by their hashes first, its bundle where
// there is no such folder, each read once for a process, whatever the number of packages.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CLI, ROOT, Session, observation } from '../e2e/host.mjs';

const TSA = join(ROOT, 'tests/evidence/tsa.sh');
const PACKAGES = 3;

/** @type {Session} */
let session;
/** @type {string} what OpenSSL calls the root's file in such a folder */
let hashed;
/** @type {string[]} */
let packages;
const at = (/** @type {string[]} */ ...names) => join(session.dir, ...names);

before(async () => {
  session = await Session.start();
  execFileSync('bash', [TSA, 'make', at('tsa')]);
  const host = session.host();
  assert.equal((await host.send('record', { observations: [observation({ asked: true })] })).ok, true);
  const { result: asked } = await session.once('timestamp.request');
  writeFileSync(at('query'), Buffer.from(asked.query, 'base64'));
  const reply = execFileSync('bash', [TSA, 'answer', at('tsa'), 'good', at('query')]).toString('base64');
  const stored = await session.once('timestamp.store', { ...asked, reply, authority: 'https://time.example/tsr' });
  assert.equal(stored.ok, true, JSON.stringify(stored));
  await host.close();
  assert.equal(session.run(CLI, ['export', '-o', at('0.zip')]).status, 0);
  packages = Array.from({ length: PACKAGES }, (_, i) => at(`${i}.zip`));
  for (const path of packages.slice(1)) copyFileSync(packages[0], path);

  const root = at('tsa', 'root.pem');
  const hash = execFileSync('openssl', ['x509', '-hash', '-noout', '-in', root], { encoding: 'utf8' }).trim();
  hashed = `${hash}.0`;
  for (const name of ['folder', 'other', 'bare']) mkdirSync(at(name));
  copyFileSync(root, at('folder', hashed));
  writeFileSync(at('other', '01234567.0'), 'no certificate'); // a folder of the kind, without the root
  copyFileSync(root, at('bare', 'root.pem')); // a folder that is none: OpenSSL would not find it by its hash
  copyFileSync(root, at('bundle.pem'));
});
after(() => session.stop());

/** What is said of each package's stamp, and how often a certificate's file was opened. @param {Record<string, string>} env */
function verify(env) {
  const trace = at('trace');
  const args = ['-qq', '-e', 'trace=open,openat', '-o', trace, CLI, 'verify', '--json', ...packages];
  const { stdout, stderr } = session.run('strace', args, { env });
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).stamped_size);
  assert.equal(told.length, PACKAGES, stderr);
  const opened = readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => / = \d+$/.test(line) && !line.includes('O_PATH'))
    .map((line) => /"([^"]*)"/.exec(line)?.[1] ?? '');
  const count = (/** @type {string} */ path) => opened.filter((one) => one === path).length;
  return { trusted: told.filter((size) => size > 0).length, count };
}

test('a folder of certificates by their hashes: the one that is asked for is read, once, and no bundle', () => {
  const { trusted, count } = verify({ SSL_CERT_DIR: at('folder') });
  assert.deepEqual([trusted, count(at('folder', hashed))], [PACKAGES, 1]);
  for (const bundle of ['/usr/lib/ssl/cert.pem', '/etc/ssl/cert.pem', '/etc/ssl/certs/ca-certificates.crt'])
    assert.equal(count(bundle), 0, bundle);
});

test('a folder that is none, and a bundle: the bundle is read, once', () => {
  const { trusted, count } = verify({ SSL_CERT_DIR: at('bare'), SSL_CERT_FILE: at('bundle.pem') });
  assert.deepEqual([trusted, count(at('bundle.pem')), count(at('bare', 'root.pem'))], [PACKAGES, 1, 0]);
});

test('where neither has the root, nobody vouches for it', () => {
  assert.equal(verify({ SSL_CERT_DIR: at('other') }).trusted, 0);
  assert.equal(verify({ SSL_CERT_DIR: at('bare') }).trusted, 0);
});
