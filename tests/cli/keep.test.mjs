/** keep: any file of the member's own into the log, by a command; what is not a plain file of a bearable size is refused. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { spawnSync } from 'node:child_process';
import { MAIL, MAIL_SAYS, noise } from '../e2e/exhibits.mjs';
import { CLI, limits, Session } from '../e2e/host.mjs';
import { assertAppends, assertVerifies, entriesOf, faults } from '../faults/support.mjs';

const sha256 = (/** @type {Buffer} */ bytes) => createHash('sha256').update(bytes).digest('hex');
const LIMITS = limits();

describe('keep', () => {
  /** @type {Session} */
  let session;
  const folder = mkdtempSync(join(tmpdir(), 'consentlog-keep-'));
  const at = (/** @type {string} */ name) => join(folder, name);
  const cli = (/** @type {string[]} */ ...args) => session.run(CLI, args);
  const count = () => entriesOf(session).length;

  before(async () => {
    session = await Session.start();
    writeFileSync(at('mail.eml'), MAIL);
  });
  after(async () => {
    await session.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a mail: one sentence, and an entry', () => {
    const got = cli('keep', at('mail.eml'), '--note', 'as it arrived');
    assert.equal(got.status, 0, got.stderr);
    assert.equal(got.stdout, `Kept as entry 1: message/rfc822, SHA-256 ${sha256(MAIL)}.\n`);
    const { kind, file, note, mail, client } = entriesOf(session)[1];
    assert.deepEqual(
      { kind, file, note, mail, client },
      { kind: 'exhibit', file: 'mail.eml', note: 'as it arrived', mail: MAIL_SAYS, client: null },
    );
    assert.match(cli('history').stdout, /your file "mail\.eml", message\/rfc822: as it arrived/);
    assert.match(cli('history', '--csv').stdout, /"exhibit",.*"mail\.eml","as it arrived","","","",""\r/);
  });

  test('a file at the limit, kept twice, takes its room once', () => {
    writeFileSync(at('large.bin'), noise(LIMITS.CL_EXHIBIT_MAX));
    const room = () => Number(session.run('stat', ['-c', '%s', session.log]).stdout);
    const first = cli('keep', at('large.bin'));
    assert.equal(first.status, 0, first.stderr);
    const alone = room();
    const again = cli('keep', at('large.bin'));
    assert.equal(again.status, 0, again.stderr);
    assert.ok(room() - alone < 65536, `${room() - alone}`);
    assertVerifies(session);
  });

  test('what is no plain file, is empty, too large or not there is refused, and nothing written', () => {
    const entries = count();
    mkdirSync(at('folder'));
    writeFileSync(at('empty'), '');
    writeFileSync(at('larger'), '');
    truncateSync(at('larger'), LIMITS.CL_EXHIBIT_MAX + 1);
    writeFileSync(at('turned\u202e.eml'), MAIL);
    writeFileSync(at('back\\slash.eml'), MAIL);
    assert.equal(spawnSync('mkfifo', [at('fifo')]).status, 0);
    symlinkSync('/dev/zero', at('endless'));
    for (const [args, status, says] of /** @type {[string[], number, RegExp][]} */ ([
      [[at('folder')], 2, /not a plain file/],
      [[at('fifo')], 2, /not a plain file/],
      [[at('endless')], 2, /not a plain file/],
      [['/dev/null'], 2, /not a plain file/],
      [[at('empty')], 2, /is empty/],
      [[at('larger')], 2, /larger than 26214400 bytes/],
      [[at('turned\u202e.eml')], 2, /characters that nobody sees/],
      [[at('back\\slash.eml')], 2, /has a backslash/],
      [[at('none')], 3, /No such file/],
      [[], 2, /one FILE at a time/],
      [[at('mail.eml'), at('mail.eml')], 2, /one FILE at a time/],
      [[at('mail.eml'), '--note', ''], 2, /--note takes one line/],
      [[at('mail.eml'), '--note', 'a\nb'], 2, /--note takes one line/],
      [[at('mail.eml'), '--note'], 2, /needs a value/],
    ])) {
      const got = cli('keep', ...args);
      assert.deepEqual([got.status, got.stdout], [status, ''], `${args}: ${got.stderr}`);
      assert.match(got.stderr.replace(/\s+/g, ' '), says);
    }
    assert.equal(count(), entries);
  });

  test('killed at any call: what was acknowledged is there, and the log goes on', async () => {
    const bytes = noise(LIMITS.CL_ATTACHMENT_MAX + 70_000, 3);
    let kept = 0;
    let deaths = 0;
    for (let call = 1; call < 4000; call = Math.ceil(call * 1.35)) {
      bytes.writeUInt32LE(call, 4); // not what is kept already
      writeFileSync(at('large'), bytes);
      const got = session.run(CLI, ['keep', at('large')], { env: faults({ at: call, how: 'kill' }) });
      assert.ok(got.signal === 'SIGKILL' || got.status === 0, `${call}: ${got.status} ${got.stderr}`);
      deaths += Number(got.signal === 'SIGKILL');
      const hashes = entriesOf(session).flatMap((e) => (e.kind === 'exhibit' ? [e.attachments[0].sha256] : []));
      if (got.stdout) assert.ok(hashes.includes(sha256(bytes)), `${call}: it was acknowledged`);
      kept += Number(got.status === 0);
    }
    assert.ok(deaths > 5 && kept > 0, `${deaths} deaths, ${kept} kept`);
    assertVerifies(session, 'after all');
    await assertAppends(session, 'after all');
  });

  test('a disk that is full at any call: refused with a sentence, and nothing of it stays', () => {
    const bytes = noise(LIMITS.CL_ATTACHMENT_MAX + 70_000, 5);
    let refused = 0;
    for (let call = 1; call < 3000; call = Math.ceil(call * 1.7)) {
      bytes.writeUInt32LE(call, 4);
      writeFileSync(at('large'), bytes);
      const entries = count();
      const under = join(session.dir, 'data');
      const got = session.run(CLI, ['keep', at('large')], {
        env: faults({ at: call, how: 'enospc', stays: 1, under }),
      });
      refused += Number(got.status === 3);
      assert.ok([0, 3].includes(Number(got.status)), `${call}: ${got.stderr}`);
      assert.equal(count(), entries + Number(got.status === 0), `${call}: ${got.stderr}`);
    }
    assert.ok(refused > 3, `${refused}`);
    assertVerifies(session);
  });
});
