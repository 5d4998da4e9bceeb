// Many packages on several machines, as docs/at-scale.md says it: its blocks are run as they stand there. The machines are this
// one, by ssh over two addresses of the loopback, and as the one node of a Slurm that the test starts.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.CL_BUILD ?? join(here, '../../build');
const work = mkdtempSync(join(tmpdir(), 'clcluster-'));
const at = (...names) => join(work, ...names);
const COUNT = 60;
const BAD = 13; // every so many is damaged
const PER_LOGIN = 20;
const page = readFileSync(join(here, '../../docs/at-scale.md'), 'utf8');
const path = `${at('bin')}:${process.env.PATH}:/usr/sbin:/sbin`;
const started = [];

/** The block with this in it. */
function block(part) {
  const found = [...page.matchAll(/^```\w*\n([^]*?)^```$/gm)]
    .map(([, text]) => text)
    .find((text) => text.includes(part));
  assert.ok(found, `docs/at-scale.md has a block with ${part}`);
  return found;
}

const run = (program, args, options = {}) =>
  spawnSync(program, args, { cwd: work, encoding: 'utf8', env: { ...process.env, PATH: path }, ...options });
const shell = (text, env = {}) => run('sh', ['-c', text], { env: { ...process.env, PATH: path, ...env } });
const has = (program) => ['/usr/sbin', '/usr/bin', '/bin', '/sbin'].some((folder) => existsSync(join(folder, program)));
const isRoot = process.getuid?.() === 0;

/** A daemon that ends with the test. @param {string} program @param {string[]} args @param {object} [env] */
function daemon(program, args, env = {}) {
  const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, PATH: path, ...env } });
  started.push(child);
  return child;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

async function until(what, holds, seconds = 30) {
  for (let i = 0; i < seconds * 10; i += 1) {
    if (holds()) return;
    await sleep(100);
  }
  assert.fail(`waited ${seconds} s for ${what}`);
}

/** @param {string} name of a package */
const isBad = (name) => Number(/(\d+)\.zip$/.exec(name)?.[1]) % BAD === 0;

/** How many of those twenty at a time have a damaged one among them, in the order in which find lists them. */
function loginsWithBad() {
  const names = shell("find packages -name '*.zip'").stdout.trimEnd().split('\n');
  assert.equal(names.length, COUNT);
  const bad = names.flatMap((name, index) => (isBad(name) ? [Math.floor(index / PER_LOGIN)] : []));
  return new Set(bad).size;
}

function judge() {
  const lines = readFileSync(at('results.ndjson'), 'utf8').trimEnd().split('\n');
  const all = lines.map((line) => JSON.parse(line));
  assert.equal(new Set(all.map((one) => one.package)).size, COUNT);
  for (const one of all) assert.equal(one.good, !isBad(one.package), one.package);
  rmSync(at('results.ndjson'));
}

before(() => {
  mkdirSync(at('bin'));
  mkdirSync(at('packages'));
  symlinkSync(join(build, 'consentlog'), at('bin/consentlog'));
  const peer = join(build, 'tests/evidence_peer');
  const { status, stdout } = spawnSync(peer, ['package', '4', 'all'], { maxBuffer: 1 << 26 });
  assert.equal(status, 0);
  for (let i = 0; i < COUNT; i += 1) {
    const raw = Buffer.from(stdout);
    if (i % BAD === 0) raw[raw.indexOf('"state"') + 12] ^= 1;
    writeFileSync(at('packages', `it's ${i}.zip`), raw);
  }
});
after(async () => {
  for (const child of started.reverse()) {
    if (child.exitCode !== null) continue;
    child.kill('SIGTERM');
    await Promise.race([new Promise((resolve) => child.once('exit', resolve)), sleep(5_000)]);
    if (child.exitCode === null) child.kill('SIGKILL');
  }
  rmSync(work, { recursive: true, force: true });
});

/** Two hosts by ssh: one daemon of ours at two addresses of the loopback. */
async function startSsh() {
  const port = await freePort();
  for (const key of ['host', 'user'])
    assert.equal(run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(key)]).status, 0);
  writeFileSync(
    at('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      'ListenAddress 127.0.0.2',
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('user.pub')}`,
      `PidFile ${at('sshd.pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin yes',
      `SetEnv PATH=${path}`,
      '',
    ].join('\n'),
  );
  if (isRoot) mkdirSync('/run/sshd', { recursive: true });
  const sshd = ['/usr/sbin/sshd', '/usr/bin/sshd'].find((program) => existsSync(program));
  daemon(sshd, ['-D', '-e', '-f', at('sshd_config')]);
  const ssh = `/usr/bin/ssh -p ${port} -i ${at('user')} -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=${at('known')} -o LogLevel=ERROR`;
  const hosts = ['127.0.0.1', '127.0.0.2'].map((host) => `${ssh} ${userInfo().username}@${host}`);
  await until('ssh', () => hosts.every((host) => shell(`${host} true`).status === 0));
  writeFileSync(at('hosts'), hosts.map((host) => `2/${host}\n`).join(''));
}

test(
  'GNU parallel over two hosts by ssh',
  { skip: !(has('parallel') && has('sshd')) && 'parallel or sshd is not installed' },
  async () => {
    await startSsh();
    const began = performance.now();
    const { status, stderr } = shell(block('--sshloginfile'), { HOME: work });
    assert.equal(status, loginsWithBad(), stderr);
    console.log(`  ${COUNT} packages over two hosts in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    judge();
  },
);

const why = !has('slurmctld') ? 'slurm is not installed' : !isRoot && 'a Slurm of one’s own is started by root';
test('Slurm, as an array of jobs', { skip: why }, async () => {
  const node = hostname().split('.')[0];
  const [controller, worker] = [await freePort(), await freePort()];
  mkdirSync(at('slurm'));
  writeFileSync(at('slurm/munge.key'), Buffer.alloc(128, 7), { mode: 0o400 });
  chmodSync(work, 0o755);
  const munge = at('slurm/munge.socket');
  writeFileSync(
    at('slurm/slurm.conf'),
    [
      'ClusterName=test',
      `SlurmctldHost=${node}(127.0.0.1)`,
      `SlurmctldPort=${controller}`,
      `SlurmdPort=${worker}`,
      'SlurmUser=root',
      'SlurmdUser=root',
      'AuthType=auth/munge',
      `AuthInfo=socket=${munge}`,
      'CryptoType=crypto/munge',
      `StateSaveLocation=${at('slurm')}`,
      `SlurmdSpoolDir=${at('slurm/spool')}`,
      `SlurmctldPidFile=${at('slurm/ctld.pid')}`,
      `SlurmdPidFile=${at('slurm/d.pid')}`,
      `SlurmctldLogFile=${at('slurm/ctld.log')}`,
      `SlurmdLogFile=${at('slurm/d.log')}`,
      'ProctrackType=proctrack/linuxproc',
      'TaskPlugin=task/none',
      'SchedulerParameters=batch_sched_delay=0,sched_interval=1',
      'MpiDefault=none',
      'ReturnToService=2',
      'MailProg=/bin/true',
      `NodeName=${node} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`,
      'PartitionName=all Nodes=ALL Default=YES State=UP',
      '',
    ].join('\n'),
  );
  const env = { SLURM_CONF: at('slurm/slurm.conf') };
  daemon('/usr/sbin/munged', [
    '--foreground',
    '--force',
    `--key-file=${at('slurm/munge.key')}`,
    `--socket=${munge}`,
    `--pid-file=${at('slurm/munge.pid')}`,
    `--log-file=${at('slurm/munge.log')}`,
    `--seed-file=${at('slurm/munge.seed')}`,
  ]);
  await until('munge', () => existsSync(munge));
  daemon('/usr/sbin/slurmctld', ['-D', '-i', '-f', env.SLURM_CONF], env);
  daemon('/usr/sbin/slurmd', ['-D', '-N', node, '-f', env.SLURM_CONF], env);
  await until('the node', () => /\bidle\b/.test(shell('sinfo -h -o %T', env).stdout), 60);
  writeFileSync(at('verify.sbatch'), block('#SBATCH'));
  const began = performance.now();
  const { status, stderr } = shell(block('sbatch --wait'), env);
  const logs = readdirSync(work).filter((name) => name.endsWith('.log'));
  assert.equal(status, 0, stderr + logs.map((name) => readFileSync(at(name), 'utf8')).join('\n'));
  console.log(`  ${COUNT} packages as four jobs in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  judge();
});
