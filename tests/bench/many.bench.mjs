/** Whoever checks a thousand packages: one process for all of them, beside a loop over the stock tools that only look at the bytes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { BUILD, CLI, ROOT, Session, observation } from '../e2e/host.mjs';
import { gate, medians } from './table.mjs';

const SPAWN = join(BUILD, 'tests/bench/bench_spawn');
const TSA = join(ROOT, 'tests/evidence/tsa.sh');
const SYSTEM_ROOTS = '/etc/ssl/certs';
const ENTRIES = 100; // with the genesis and the stamp
const PACKAGES = 1000;
const BATCH = 49;
/** On three machines 0.31, 0.44 and 0.55: by the last one, whose two processors are one's threads, at more than one attempt. */
const LOOP = 0.5;

/** @param {string} program @param {string[]} args @param {object} [options] */
const run = (program, args, options = {}) => execFileSync(program, args, { encoding: 'utf8', ...options });

/** A log of so many entries, with a stamp of an authority that the roots in `roots` vouch for. @param {Session} session @param {string} tsa */
async function fill(session, tsa) {
  const host = session.host();
  for (let left = ENTRIES - 2; left > 0; left -= BATCH) {
    const observations = Array.from({ length: Math.min(BATCH, left) }, () => observation({ asked: true }));
    assert.equal((await host.send('record', { observations })).ok, true);
  }
  const { result: asked } = await session.once('timestamp.request');
  writeFileSync(join(tsa, 'query'), Buffer.from(asked.query, 'base64'));
  const reply = execFileSync('bash', [TSA, 'answer', tsa, 'good', join(tsa, 'query')]).toString('base64');
  const stored = await session.once('timestamp.store', { ...asked, reply, authority: 'https://time.example/tsr' });
  assert.equal(stored.ok, true, JSON.stringify(stored));
  await host.close();
}

/** The system's roots and one more, by their hashes. @param {string} dir @param {string} root */
function makeRoots(dir, root) {
  mkdirSync(dir);
  const theirs = existsSync(SYSTEM_ROOTS) ? readdirSync(SYSTEM_ROOTS) : [];
  for (const name of theirs.filter((file) => file.endsWith('.0')))
    symlinkSync(join(SYSTEM_ROOTS, name), join(dir, name));
  /* Not a link: what it leads to is outside of the folder that the cage leaves open. */
  copyFileSync(root, join(dir, `${run('openssl', ['x509', '-hash', '-noout', '-in', root]).trim()}.0`));
}

const session = await Session.start();
try {
  const [tsa, roots, packages, files] = ['tsa', 'roots', 'packages', 'files'].map((name) => join(session.dir, name));
  run('bash', [TSA, 'make', tsa]);
  makeRoots(roots, join(tsa, 'root.pem'));
  await fill(session, tsa);
  mkdirSync(packages);
  const one = join(packages, '0.zip');
  assert.equal(session.run(CLI, ['export', '-o', one]).status, 0);
  for (let i = 1; i < PACKAGES; i++) linkSync(one, join(packages, `${i}.zip`));
  run('unzip', ['-q', one, '-d', files]);
  const bag = join(files, readdirSync(files)[0]);

  const env = { ...session.env, SSL_CERT_DIR: roots };
  const verdict = JSON.parse(run(CLI, ['verify', '--json', one], { env }));
  assert.deepEqual([verdict.good, verdict.entries, verdict.stamped_size], [true, ENTRIES, ENTRIES - 1]);
  assert.match(JSON.stringify(verdict.checks), /by trusted authorities: 1;/);

  const stock = (/** @type {string} */ which) =>
    `cd ${bag} && for one in ${packages}/${which}.zip; do unzip -tq $one && sha256sum --quiet -c manifest-sha256.txt; done`;
  /** @param {number} rounds @param {string[]} paths @param {string} which */
  const measure = (rounds, paths, which) => {
    const commands = [
      ['ours', CLI, 'verify', ...paths],
      ['stock', '/bin/sh', '-c', stock(which)],
    ];
    const spawned = commands.flatMap(([name, ...argv]) => ['--', name, 'exit', '-', ...argv]);
    const result = medians(run(SPAWN, [String(rounds), ...spawned], { env, maxBuffer: 1 << 24 }));
    return (/** @type {string} */ name) => /** @type {{us: number}} */ (result.get(name)).us / 1000;
  };

  await gate(() => {
    const single = measure(60, [one], '0');
    // Once: a thousand starts are a mean of their own, and the ratio is far below its limit.
    const all = measure(
      1,
      readdirSync(packages).map((name) => join(packages, name)),
      '*',
    );
    const [against, unit] = ['unzip -tq and sha256sum -c', 'ms'];
    const rows = [
      { what: 'one package of 100 entries', ours: single('ours'), against, theirs: single('stock'), unit, atMost: 2 },
      {
        what: `${PACKAGES} of them`,
        ours: all('ours'),
        against: `a loop of these`,
        theirs: all('stock'),
        unit,
        atMost: LOOP,
      },
    ];
    return { title: 'verify, with one trusted stamp, in one process', rows };
  });
} finally {
  await session.stop();
}
