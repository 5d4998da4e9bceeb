// Independent time: a real authority on loopback, which signs what it is sent, and others that lie, are late or refuse.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AUTHORITIES } from '../../extension/shared/authorities.js';
import { ROOTS } from '../../extension/verifier/roots.js';
import { quietly } from '../faults/support.mjs';
import { BUILD, CLI, HOST, MODULES, observation, ROOT, Session } from '../e2e/host.mjs';

const TSA = join(ROOT, 'tests/evidence/tsa.sh');
const work = mkdtempSync(join(tmpdir(), 'consentlog-tsa-'));
let serial = 0;

/** What an authority of tests/evidence/tsa.sh answers. @param {string} who @param {Buffer} query @returns {Buffer} */
function answer(who, query) {
  const file = join(work, `query-${++serial}`);
  writeFileSync(file, query);
  return execFileSync('bash', [TSA, 'answer', work, who, file]);
}

const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    response.setHeader('content-type', 'application/timestamp-reply');
    response.end(answer((request.url ?? '').slice(1), Buffer.concat(parts)));
  });
});

/** @type {Session} */
let session;
let origin = '';

/** Ask as the browser's background does. @param {string} who @param {string} query base64 */
async function ask(who, query) {
  const got = await fetch(`${origin}/${who}`, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query' },
    body: Buffer.from(query, 'base64'),
  });
  return Buffer.from(await got.arrayBuffer()).toString('base64');
}

before(async () => {
  execFileSync('bash', [TSA, 'make', work]);
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
  origin = `http://127.0.0.1:${/** @type {any} */ (server.address()).port}`;
  session = await Session.start();
});
after(async () => {
  server.close();
  await session.stop();
  rmSync(work, { recursive: true, force: true });
});

/** @param {any} got */
function good(got) {
  assert.equal(got.ok, true, JSON.stringify(got));
  return got.result;
}

/** @param {any} got @param {string} code @param {string} [field] */
function refused(got, code, field = '') {
  assert.equal(got.ok, false, JSON.stringify(got));
  assert.deepEqual([got.error.code, got.error.field], [code, field]);
}

const record = () => session.once('record', { observations: [observation({ asked: true })] });
const request = async () => good(await session.once('timestamp.request'));
const status = async () => good(await session.once('status'));
const authority = 'https://time.example/tsr';

/** @param {any} asked @param {string} reply @param {object} [change] */
const store = (asked, reply, change = {}) => session.once('timestamp.store', { ...asked, reply, authority, ...change });

test('no log: nothing to stamp', async () => {
  refused(await session.once('timestamp.request'), 'log-absent');
  const got = session.run(CLI, ['timestamp', 'request', '--json']);
  assert.equal(got.status, 3);
  assert.equal(JSON.parse(got.stdout).error.code, 'log-absent');
});

describe('a log', () => {
  before(record);

  test('is stamped by an authority, and the token is an entry', async () => {
    const asked = await request();
    const { size, root, log_id } = await status();
    assert.equal(asked.size, size);
    const [name, number, hash] = asked.checkpoint.split('\n');
    assert.deepEqual(
      [name, number, Buffer.from(hash, 'base64').toString('hex')],
      [`consentlog/${log_id.slice(0, 16)}`, String(size), root],
    );

    const reply = await ask('good', asked.query);
    const kept = good(await store(asked, reply));
    assert.deepEqual([kept.seq, kept.size, kept.tsa], [size, size, 'O=Test,CN=Good Time']);
    assert.ok(Math.abs(Date.parse(kept.gen_time) - Date.now()) < 60_000);

    const { entries } = good(await session.once('history', { from: kept.seq, count: 1 }));
    const { kind, root: stamped, tsa, gen_time, authority: where, attachments } = entries[0];
    assert.deepEqual([kind, stamped, tsa, gen_time, where], ['timestamp', root, kept.tsa, kept.gen_time, authority]);
    assert.deepEqual(
      attachments.map((/** @type {any} */ a) => [a.name, a.media_type]),
      [
        ['checkpoint', 'text/plain'],
        ['query', 'application/timestamp-query'],
        ['reply', 'application/timestamp-reply'],
        ['chain', 'application/x-pem-file'],
      ],
    );
    const files = [];
    for (const { sha256 } of attachments)
      files.push((await good(await session.once('attachment', { sha256, offset: 0 }))).base64);
    assert.deepEqual(files.slice(0, 3), [Buffer.from(asked.checkpoint).toString('base64'), asked.query, reply]);
    assert.match(Buffer.from(files[3], 'base64').toString(), /-----BEGIN CERTIFICATE-----/);
    assert.deepEqual((await status()).timestamps, { count: 1, last_size: size, last_time: kept.gen_time });
    assert.equal(session.run(CLI, ['verify']).status, 0);
    assert.match(
      session.run(CLI, ['history', '--tsa-roots', join(work, 'root.pem')]).stdout,
      /independent time for the entries up to number 1, by O=Test,CN=Good Time$/m,
    );
    assert.match(
      session.run(CLI, ['status']).stdout,
      /^Time {8}1 answer of independent authorities; history tells which count/m,
    );
  });

  test('an answer whose bytes were changed since is told as one that does not count, and everything else as before', async (t) => {
    const own = await Session.start();
    t.after(() => own.stop());
    await own.once('record', { observations: [observation({ asked: true })] });
    const asked = good(await own.once('timestamp.request'));
    const reply = await ask('good', asked.query);
    const { seq } = good(await own.once('timestamp.store', { ...asked, reply, authority }));
    const told = () => own.run(CLI, ['history', '--tsa-roots', join(work, 'root.pem')]);
    const whole = told();
    quietly(own, `update attachment set sealed = zeroblob(length(sealed)) where seq = ${seq}`);
    const damaged = told();
    assert.equal(damaged.status, whole.status, damaged.stderr);
    const others = (/** @type {string} */ text) =>
      text.split('\n').filter((line) => !/authorit|independent|existed/.test(line));
    assert.deepEqual(others(damaged.stdout), others(whole.stdout));
    assert.match(damaged.stdout, /about the entries up to number 1, not counted: it does not verify$/m);
    assert.doesNotMatch(damaged.stdout, /Good Time|independent time|not trusted/);
  });

  test('openssl finds what was kept good as well', async () => {
    const asked = await request();
    good(await store(asked, await ask('good', asked.query)));
    writeFileSync(join(work, 'checkpoint'), asked.checkpoint);
    writeFileSync(join(work, 'query'), Buffer.from(asked.query, 'base64'));
    writeFileSync(join(work, 'reply'), Buffer.from(await ask('good', asked.query), 'base64'));
    const verify = (/** @type {string[]} */ by) =>
      execFileSync('openssl', ['ts', '-verify', ...by, '-in', join(work, 'reply'), '-CAfile', join(work, 'root.pem')], {
        stdio: 'pipe',
      });
    verify(['-data', join(work, 'checkpoint')]);
    verify(['-queryfile', join(work, 'query')]);
  });

  test('two authorities stamp the same head; a root that nobody trusts is no error here', async () => {
    const first = await request();
    const second = await request();
    assert.equal(first.checkpoint, second.checkpoint);
    assert.notEqual(first.query, second.query);
    const one = good(await store(first, await ask('good', first.query)));
    await record();
    const elsewhere = { authority: 'https://second.example/tsr' };
    const two = good(await store(second, await ask('second', second.query), elsewhere));
    assert.deepEqual([one.tsa, two.tsa, two.size], ['O=Test,CN=Good Time', 'O=Test,CN=Second Time', one.size]);
  });

  test('a head that has grown since is stamped all the same', async () => {
    const asked = await request();
    const reply = await ask('chatty', asked.query);
    good(await record());
    const kept = good(await store(asked, reply));
    assert.deepEqual([kept.size, kept.tsa], [asked.size, 'O=Test,CN=Good Time']); // the signer, whoever else is in the bag
  });

  /** A refusal writes nothing and leaves the log well. @param {() => Promise<any>} act @param {string} code @param {string} [field] */
  async function isRefused(act, code, field) {
    const was = await status();
    refused(await act(), code, field);
    assert.deepEqual(await status(), was);
  }

  test('refused: the authority says no', async () => {
    const asked = await request();
    const reply = await ask('refusing', asked.query);
    await isRefused(() => store(asked, reply), 'tsa-refused', 'reply');
  });

  test('refused: its certificate had expired', async () => {
    const asked = await request();
    const reply = await ask('expired', asked.query);
    await isRefused(() => store(asked, reply), 'tsa-expired', 'reply');
  });

  test('refused: a token that is kept already', async () => {
    const asked = await request();
    const reply = await ask('good', asked.query);
    good(await store(asked, reply));
    await isRefused(() => store(asked, reply), 'tsa-replayed');
  });

  test('refused: the answer to an earlier question about the same head', async () => {
    const earlier = await request();
    const now = await request();
    const reply = await ask('good', earlier.query);
    await isRefused(() => store(now, reply), 'tsa-replayed', 'reply');
  });

  test('refused: an answer about an older head, given for this one', async () => {
    const older = await request();
    const reply = await ask('good', older.query);
    good(await record());
    const now = await request();
    await isRefused(() => store(now, reply), 'tsa-other', 'query');
    await isRefused(() => store({ ...now, query: older.query }, reply), 'tsa-other', 'query');
  });

  test('refused: a checkpoint that says another size', async () => {
    const asked = await request();
    const reply = await ask('good', asked.query);
    await isRefused(() => store(asked, reply, { size: asked.size + 1 }), 'contradiction', 'size');
    const larger = asked.checkpoint.replace(`\n${asked.size}\n`, `\n${asked.size + 1}\n`);
    await isRefused(
      () => store(asked, reply, { checkpoint: larger, size: asked.size + 1 }),
      'bad-signature',
      'checkpoint',
    );
  });

  test('refused: a checkpoint of another log', async () => {
    const other = await Session.start();
    try {
      good(await other.once('record', { observations: [observation()] }));
      const asked = good(await other.once('timestamp.request'));
      const reply = await ask('good', asked.query);
      await isRefused(() => store(asked, reply), 'other-key', 'checkpoint');
    } finally {
      await other.stop();
    }
  });

  test('refused: bytes that are no token', async () => {
    const asked = await request();
    const reply = Buffer.from(await ask('good', asked.query), 'base64');
    const cut = reply.subarray(0, reply.length - 1).toString('base64');
    const longer = Buffer.concat([reply, Buffer.alloc(1)]).toString('base64');
    const page = Buffer.from('<html>Too many requests</html>').toString('base64');
    for (const wrong of [cut, longer, page]) await isRefused(() => store(asked, wrong), 'tsa-malformed', 'reply');
    const signature = Buffer.from(reply);
    signature[signature.length - 1] ^= 1;
    await isRefused(() => store(asked, signature.toString('base64')), 'tsa-signature', 'reply');
    await isRefused(() => store(asked, reply.toString('base64'), { query: page }), 'malformed', 'query');
  });

  for (const [name, change, code, field] of /** @type {[string, object, string, string][]} */ ([
    ['not base64', { reply: '###' }, 'bad-value', 'reply'],
    ['no address', { authority: 'time.example' }, 'bad-value', 'authority'],
    ['a script for an address', { authority: 'javascript:0' }, 'bad-value', 'authority'],
    ['an address with blanks', { authority: 'https://time.example/ x' }, 'bad-value', 'authority'],
    ['an address too long', { authority: `https://${'x'.repeat(249)}` }, 'too-long', 'authority'],
    ['no size', { size: 0 }, 'bad-value', 'size'],
    ['null', { checkpoint: null }, 'wrong-type', 'checkpoint'],
    ['a member too many', { nonce: 1 }, 'unknown-member', 'nonce'],
    ['too long', { reply: 'A'.repeat(87_388) }, 'too-long', 'reply'],
  ]))
    test(`refused: ${name}`, async () => {
      const asked = await request();
      await isRefused(() => store(asked, 'AAAA', change), code, field);
    });

  test('the command line does the same', async () => {
    const asked = JSON.parse(session.run(CLI, ['timestamp', 'request', '--json']).stdout);
    const input = JSON.stringify({ ...asked, reply: await ask('good', asked.query), authority });
    const got = session.run(CLI, ['timestamp', 'store'], { input });
    assert.equal(got.status, 0, got.stderr);
    // Its root is not trusted here, so neither its name nor its time is told.
    assert.match(
      got.stdout,
      /^Kept as entry \d+\. It counts only for who trusts its root certificate, which this computer does not\.$/m,
    );
    assert.doesNotMatch(got.stdout, /Good Time|\d\d:\d\d/);
    const again = session.run(CLI, ['timestamp', 'store'], { input: `${input}\n` });
    assert.deepEqual([again.status, again.stdout], [3, '']);
    assert.match(again.stderr, /another question/);
    const query = session.run(CLI, ['timestamp', 'request']).stdout;
    assert.ok(query.length > 40);
    for (const wrong of ['', '{}', 'x', `${input}x`]) {
      const { status: code, stdout } = session.run(CLI, ['timestamp', 'store', '--json'], { input: wrong });
      assert.equal(code, 3);
      assert.match(JSON.parse(stdout).error.code, /^(bad-json|missing-member)$/);
    }
  });

  for (const [minutes, synchronised, kept] of [
    [11, true, false],
    [-11, true, false],
    [60 * 24 * 3650, true, false],
    [9, true, true],
    [-9, true, true],
    [11, false, true],
  ]) {
    const clock = `a ${synchronised ? '' : 'not '}synchronised clock ${minutes} minutes from the time that is stated`;
    test(`${kept ? 'kept' : 'refused'}: ${clock}`, async () => {
      const asked = JSON.parse(session.run(CLI, ['timestamp', 'request', '--json']).stdout);
      const input = JSON.stringify({ ...asked, reply: await ask('good', asked.query), authority });
      const env = {
        LD_PRELOAD: join(BUILD, 'tests/clock_shift.so'),
        CL_CLOCK_SHIFT: String(Number(minutes) * 60),
        CL_CLOCK_SYNC: synchronised ? '1' : '0',
      };
      const got = session.run(CLI, ['timestamp', 'store', '--json'], { input, env });
      const said = JSON.parse(got.stdout);
      assert.deepEqual(
        [got.status, said.error?.code, said.error?.field],
        kept ? [0, undefined, undefined] : [3, 'tsa-time', 'reply'],
      );
    });
  }

  /** @param {string} file a certificate of the authorities @returns {string} what openssl says of it */
  const fingerprint = (file) =>
    execFileSync('openssl', ['x509', '-in', join(work, file), '-noout', '-fingerprint', '-sha256'])
      .toString()
      .trim()
      .replace(/^.*=/, '');
  const plain = (/** @type {string} */ text) => text.replaceAll(':', '').toLowerCase();
  const doctor = () =>
    JSON.parse(session.run(CLI, ['doctor', '--json']).stdout).findings.filter(
      (/** @type {any} */ f) => f.id === 'time-authority',
    );
  /** An answer of `who`, given for that address. @param {string} who @param {string} at */
  async function offer(who, at) {
    const asked = await request();
    return store(asked, await ask(who, asked.query), { authority: at });
  }

  test('an authority is kept to the root of its first answer, until its owner accepts another', async () => {
    const at = 'http://pinned.example/tsr';
    const first = good(await offer('good', at));
    assert.deepEqual([first.root, first.trusted], [plain(fingerprint('root.pem')), false]);
    await isRefused(() => offer('second', at), 'tsa-root', 'reply');
    good(await offer('chatty', at)); // another bag of certificates, the same root

    await isRefused(() => offer('second', at), 'tsa-root', 'reply');
    const [told] = doctor().filter((/** @type {any} */ f) => f.what.includes(at));
    const other = plain(fingerprint('other-root.pem'));
    assert.equal(told.level, 'warning');
    assert.ok(told.what.includes(plain(fingerprint('root.pem'))) && told.what.includes(other), told.what);
    assert.ok(told.do.endsWith(`consentlog timestamp accept ${at} ${other}`), told.do);

    // A third one is not what was accepted.
    const accept = (/** @type {string} */ root) => session.run(CLI, ['timestamp', 'accept', at, root]);
    assert.equal(accept(fingerprint('good.pem')).status, 0);
    await isRefused(() => offer('second', at), 'tsa-root', 'reply');
    assert.equal(accept(fingerprint('other-root.pem')).status, 0);
    assert.equal(good(await offer('second', at)).root, other);
    await isRefused(() => offer('good', at), 'tsa-root', 'reply');
    for (const wrong of [[at], [at, 'x'], ['time.example', other], [at, other.slice(1)], [at, `${other}0`]])
      assert.equal(session.run(CLI, ['timestamp', 'accept', ...wrong]).status, 2, String(wrong));
  });

  test('a chain that only names the root is not under it, whatever it brings along', async () => {
    const at = 'http://named.example/tsr';
    good(await offer('good', at));
    for (const who of ['forged', 'under']) {
      await isRefused(() => offer(who, at), 'tsa-signature', 'reply');
      await isRefused(() => offer(who, `http://${who}.example/tsr`), 'tsa-signature', 'reply');
    }
    good(await offer('chatty', at));
  });

  test('a chain with a key or a digest that is too weak is none, also at the first answer', async () => {
    const make = (/** @type {string[]} */ ...how) => execFileSync('bash', [TSA, how[0], work, ...how.slice(1)]);
    const signer = (/** @type {string} */ who, /** @type {string} */ by, /** @type {string[]} */ ...how) =>
      make(
        'certificate',
        by,
        who,
        `/CN=${who}/O=Test`,
        'critical,timeStamping',
        '20250101000000Z',
        '20450101000000Z',
        ...how,
      );
    make('authority', 'weak-root', '/CN=Weak Root', '', 'rsa:1024');
    signer('weak-key', 'root', 'rsa:1024');
    signer('weak-digest', 'root', '', 'sha1');
    signer('under-weak', 'weak-root');
    for (const [who, by] of [
      ['weak-key', 'root'],
      ['weak-digest', 'root'],
      ['under-weak', 'weak-root'],
    ]) {
      make('configure', who, by);
      await isRefused(() => offer(who, `https://${who}.example/tsr`), 'tsa-signature', 'reply');
    }
  });

  test('a name that hides or moves what it says is refused; one that is too long is cut where a character ends', async () => {
    const at = (/** @type {string} */ name) => join(work, name);
    writeFileSync(at('named.ext'), 'extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n');
    const named = (/** @type {string} */ who, /** @type {string} */ subject) => {
      const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', at(`${who}.key`), '-out', at(`${who}.csr`)];
      execFileSync('openssl', ['req', '-new', '-utf8', '-subj', subject, ...key], { stdio: 'ignore' });
      const by = ['-CA', at('root.pem'), '-CAkey', at('root.key'), '-set_serial', String(7000 + ++serial)];
      const how = ['-days', '3000', '-extfile', at('named.ext'), '-out', at(`${who}.pem`)];
      execFileSync('openssl', ['x509', '-req', '-in', at(`${who}.csr`), ...by, ...how], { stdio: 'ignore' });
      execFileSync('bash', [TSA, 'configure', work, who, 'root']);
    };
    named('turned', '/O=Test/CN=Good\u202eemiT');
    named('hiding', '/O=Test/CN=Good\u200b Time');
    named('steering', '/O=Test/CN=Good\u009b31mTime');
    for (const who of ['turned', 'hiding', 'steering'])
      await isRefused(() => offer(who, `https://${who}.example/tsr`), 'tsa-malformed', 'reply');
    named('long', `/O=${'é'.repeat(60)}/OU=${'é'.repeat(40)}/CN=${'é'.repeat(60)}x`);
    const { tsa, seq } = good(await offer('long', 'https://long.example/tsr'));
    assert.match(tsa, /^CN=é{60}x,OU=é{40},O=é{20}…$/);
    const lines = session.run(CLI, ['history', '--json']).stdout.trimEnd().split('\n');
    assert.equal(JSON.parse(lines[seq]).tsa, tsa);
  });

  test('an address that is offered answers under its known root also the first time', async () => {
    for (const at of ['http://timestamp.digicert.com', 'https://freetsa.org/tsr', 'http://timestamp.sectigo.com:80/x'])
      await isRefused(() => offer('good', at), 'tsa-root', 'reply');
    await isRefused(() => offer('good', 'https://FreeTSA.org/tsr'), 'tsa-root', 'reply');
    await isRefused(() => offer('good', 'http://who@timestamp.digicert.com/'), 'bad-value', 'authority');
    good(await offer('good', 'http://timestamp.digicert.com.example/'));
    const refusals = doctor().filter((/** @type {any} */ f) => f.what.includes('freetsa.org'));
    assert.match(refusals[0].what, /another root certificate than it is known to have/);
  });

  test('the roots that are known beforehand are those that the extension ships', () => {
    const source = readFileSync(join(ROOT, 'host/cli/authority.c'), 'utf8');
    const known = [...source.matchAll(/\{"([^"]+)", "([^"]+)",\s+"([0-9a-f]{64})"\}/g)].map(([, , ...row]) => row);
    const shipped = ROOTS.map(({ name, pem }) => [
      name,
      createHash('sha256')
        .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
        .digest('hex'),
    ]);
    assert.deepEqual(known, shipped);
    const hosts = new Set([...source.matchAll(/\{"([^"]+)", "[^"]+",\s+"[0-9a-f]{64}"\}/g)].map(([, host]) => host));
    assert.deepEqual([...hosts], [...new Set(AUTHORITIES.map(({ url }) => new URL(url).hostname))]);
  });

  test('the log verifies after all that', () => {
    const got = session.run(CLI, ['verify', '--json']);
    assert.deepEqual([got.status, JSON.parse(got.stdout).faults], [0, 0]);
  });
});

describe('the program that does it', () => {
  /** A host in a folder of its own. @param {(folder: string) => void} arrange @param {string} [below] */
  async function hostIn(arrange, below = '') {
    const folder = mkdtempSync(join(work, 'host-'));
    mkdirSync(join(folder, below), { recursive: true });
    const program = join(folder, below, basename(HOST));
    for (const file of [HOST, ...MODULES]) cpSync(file, join(folder, below, basename(file)));
    arrange(folder);
    const host = session.host({ program });
    try {
      return await host.send('timestamp.request');
    } finally {
      await host.close();
    }
  }

  test('is found where it was installed', async () => {
    const put = (/** @type {string} */ folder) => {
      mkdirSync(join(folder, 'bin'));
      cpSync(CLI, join(folder, 'bin/consentlog'));
    };
    good(await hostIn(put, 'libexec/consentlog'));
  });

  test('is missing, and not looked for by PATH', async () => {
    session.env.PATH = `${work}:${session.env.PATH}`;
    cpSync(CLI, join(work, 'consentlog'));
    refused(await hostIn(() => {}), 'program-missing');
  });

  test('is not run where others may change it', async () => {
    const put = (/** @type {number} */ mode) => (/** @type {string} */ folder) => {
      cpSync(CLI, join(folder, 'consentlog'));
      chmodSync(join(folder, 'consentlog'), mode);
    };
    good(await hostIn(put(0o755)));
    refused(await hostIn(put(0o757)), 'program-unsafe');
  });

  test('does not answer as it should', async () => {
    const script = (/** @type {string} */ text) => (/** @type {string} */ folder) =>
      writeFileSync(join(folder, 'consentlog'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    refused(await hostIn(script('kill -9 $$')), 'io');
    refused(await hostIn(script('echo no JSON')), 'io');
    refused(await hostIn(script('echo {"a":1,"a":2}; exit 0')), 'io');
    refused(await hostIn(script('exit 3')), 'io');
    refused(await hostIn(script('yes | head -c 3000000')), 'io');
    refused(
      await hostIn(script(`echo '{"error":{"code":"disk-full","message":"m","field":null}}'; exit 3`)),
      'disk-full',
    );
    refused(await hostIn(script(`echo '{"error":{"code":"ok","message":"m","field":null}}'; exit 3`)), 'io');
    const { result } = await hostIn(script(`echo '{"a":[1],"b":{}}'`));
    assert.deepEqual(result, { a: [1], b: {} });
    refused(
      await hostIn((folder) => writeFileSync(join(folder, 'consentlog'), 'not a program', { mode: 0o755 })),
      'program-missing',
    );
  });
});
