// keep: a file of the member's own comes in parts, is sealed when it is whole, and comes back byte by byte.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { MAIL, MAIL_SAYS, noise, parts } from '../e2e/exhibits.mjs';
import { CLI, good, limits, Session } from '../e2e/host.mjs';

const LIMITS = limits();
const sha256 = (/** @type {Buffer} */ bytes) => createHash('sha256').update(bytes).digest('hex');

/** @type {Session} */
let session;
before(async () => {
  session = await Session.start();
});
after(() => session.stop());

/** Over one port. @param {object[]} requests @returns {Promise<any[]>} */
async function send(requests) {
  const host = session.host();
  const answers = [];
  for (const request of requests) answers.push(await host.send('keep', request));
  await host.close();
  return answers;
}
const size = async () => good(await session.once('status')).size;
const entryAt = async (/** @type {number} */ seq) =>
  good(await session.once('history', { from: seq, count: 1 })).entries[0];

/** All of an attachment. @param {string} hash */
async function back(hash) {
  const host = session.host();
  const bytes = [];
  let answer;
  for (let offset = 0; offset !== null; offset = answer.next) {
    answer = good(await host.send('attachment', { sha256: hash, offset }));
    assert.equal(answer.offset, offset);
    bytes.push(Buffer.from(answer.base64, 'base64'));
  }
  await host.close();
  return { ...answer, bytes: Buffer.concat(bytes) };
}

describe('keep', () => {
  test('a mail: its entry says what it says of itself', async () => {
    const [answer] = await send(parts(MAIL));
    assert.deepEqual(good(answer), { written: true, seq: 1, sha256: sha256(MAIL), media_type: 'message/rfc822' });
    const { kind, file, note, mail, client, attachments } = await entryAt(1);
    assert.deepEqual(
      { kind, file, note, mail, client: client.browser, attachments },
      {
        kind: 'exhibit',
        file: 'mail.eml',
        note: 'as it arrived',
        mail: MAIL_SAYS,
        client: 'chromium',
        attachments: [{ name: 'file', media_type: 'message/rfc822', size: MAIL.length, sha256: sha256(MAIL) }],
      },
    );
    assert.deepEqual((await back(sha256(MAIL))).bytes, MAIL);
  });

  test('the largest, in parts: nothing is there before the last', async () => {
    const bytes = noise(LIMITS.CL_EXHIBIT_MAX);
    const requests = parts(bytes, { file: 'large.bin', note: null, part: LIMITS.CL_ATTACHMENT_MAX });
    const begun = await size();
    const host = session.host();
    let received = 0;
    for (const request of requests.slice(0, -1)) {
      received += LIMITS.CL_ATTACHMENT_MAX;
      assert.deepEqual(good(await host.send('keep', request)), { written: false, received });
    }
    assert.equal(await size(), begun);
    const kept = good(await host.send('keep', requests.at(-1)));
    await host.close();
    assert.deepEqual(kept, {
      written: true,
      seq: begun,
      sha256: sha256(bytes),
      media_type: 'application/octet-stream',
    });
    const whole = await back(kept.sha256);
    assert.equal(whole.size, bytes.length);
    assert.ok(whole.bytes.equals(bytes));
    const verified = session.run(CLI, ['verify']);
    assert.equal(verified.status, 0, verified.stdout);
  });

  test('the same again is another entry', async () => {
    const begun = await size();
    const [answer] = await send(parts(MAIL, { file: 'again.eml', note: null }));
    assert.equal(good(answer).seq, begun);
  });

  test('a port that closes has kept nothing', async () => {
    const begun = await size();
    const requests = parts(noise(2000), { part: 900 });
    await send(requests.slice(0, 2));
    assert.equal(await size(), begun);
    const [answer] = await send(requests.slice(2));
    assert.deepEqual([answer.error.code, answer.error.field], ['bad-value', 'offset']);
  });

  test('begun anew, the first is forgotten', async () => {
    const bytes = noise(2000, 7);
    const requests = parts(bytes, { part: 900 });
    const answers = await send([requests[0], ...requests]);
    assert.equal(good(answers.at(-1)).sha256, sha256(bytes));
  });

  const one = parts(noise(2000, 9), { part: 900 });
  for (const [name, requests, code, field] of /** @type {[string, any[], string, string][]} */ ([
    ['a part out of order', [one[0], one[2]], 'bad-value', 'offset'],
    ['a part twice', [one[0], one[1], one[1]], 'bad-value', 'offset'],
    ['another file', [one[0], { ...one[1], file: 'other' }], 'contradiction', 'file'],
    ['another note', [one[0], { ...one[1], note: null }], 'contradiction', 'note'],
    ['another size', [one[0], { ...one[1], size: 2001 }], 'contradiction', 'size'],
    ['more than its size', [{ ...one[0], size: 899 }], 'too-long', 'base64'],
    ['too large', [{ ...one[0], size: LIMITS.CL_EXHIBIT_MAX + 1 }], 'bad-value', 'size'],
    ['of no size', [{ ...one[0], size: 0 }], 'bad-value', 'size'],
    ['no bytes', [{ ...one[0], base64: '' }], 'bad-value', 'base64'],
    ['no base64', [{ ...one[0], base64: '*' }], 'bad-value', 'base64'],
    ['a folder in its name', [{ ...one[0], file: '../mail.eml' }], 'bad-value', 'file'],
    ['a name that turns round', [{ ...one[0], file: 'a\u202egpj.exe' }], 'bad-value', 'file'],
    ['a name too long', [{ ...one[0], file: 'é'.repeat(128) }], 'too-long', 'file'],
    ['a note of two lines', [{ ...one[0], note: 'a\nb' }], 'bad-value', 'note'],
    ['a note too long', [{ ...one[0], note: 'x'.repeat(1001) }], 'too-long', 'note'],
    ['nobody', [{ ...one[0], client: null }], 'wrong-type', 'client'],
    ['a member more', [{ ...one[0], seen: true }], 'unknown-member', 'seen'],
  ]))
    test(`refused: ${name}`, async () => {
      const begun = await size();
      const { error } = (await send(requests)).at(-1);
      assert.deepEqual([error?.code, error?.field], [code, field]);
      assert.equal(await size(), begun);
    });

  test('after an error the parts are forgotten', async () => {
    const answers = await send([one[0], one[2], one[1]]);
    assert.deepEqual([answers[2].error.code, answers[2].error.field], ['bad-value', 'offset']);
  });

  describe('parts that were changed from outside', () => {
    const bytes = noise(LIMITS.CL_ATTACHMENT_MAX * 2 + 10, 11);
    /** @type {Session} */ let other;
    before(async () => {
      other = await Session.start();
      const host = other.host();
      for (const request of parts(bytes)) good(await host.send('keep', request));
      await host.close();
    });
    after(() => other.stop());
    /** Behind the log's back, with its protections as they were. @param {string} statements */
    const change = (statements) => {
      const script = `import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
kept = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
for name, _ in kept: db.execute("DROP TRIGGER " + name)
db.executescript(sys.argv[2])
for _, sql in kept: db.execute(sql)
db.commit()`;
      const got = other.run('python3', ['-c', script, other.log, statements]);
      assert.equal(got.status, 0, got.stderr);
    };
    /** What was lost is known, and made good by the same bytes. */
    const comesAgain = async () => {
      const acknowledged = other.run(CLI, ['acknowledge', '--yes']);
      assert.equal(acknowledged.status, 0, acknowledged.stderr);
      assert.equal(other.run(CLI, ['verify']).status, 0);
      const host = other.host();
      let kept;
      for (const request of parts(bytes)) kept = good(await host.send('keep', request));
      await host.close();
      assert.equal(kept.sha256, sha256(bytes));
      const again = other.run(CLI, ['verify', '--json']);
      assert.equal(again.status, 0, again.stdout);
      assert.equal(JSON.parse(again.stdout).acknowledged, 0, 'they are whole again');
    };
    const long = 'SELECT tag FROM attachment WHERE length(sealed) > 4000000 ORDER BY tag';

    test('two that changed places are told, acknowledged, and come again with their file', async () => {
      const swap = `UPDATE attachment SET sealed = CASE tag WHEN (${long} LIMIT 1)
        THEN (SELECT sealed FROM attachment WHERE tag = (${long} DESC LIMIT 1))
        ELSE (SELECT sealed FROM attachment WHERE tag = (${long} LIMIT 1)) END WHERE length(sealed) > 4000000;`;
      change(swap);
      const got = other.run(CLI, ['verify']);
      assert.equal(got.status, 1, got.stdout);
      assert.match(got.stdout, /an attachment of it does not open/);
      await comesAgain();
    });

    test('one that is gone is told, acknowledged, and comes again with its file', async () => {
      change(`DELETE FROM attachment WHERE tag = (${long} LIMIT 1);`);
      const got = other.run(CLI, ['verify']);
      assert.equal(got.status, 1, got.stdout);
      assert.match(got.stdout, /an attachment of it is missing/);
      await comesAgain();
    });
  });

  test('a hundred a day, and no more', async () => {
    const host = session.host();
    let seen = 0;
    let answer;
    do {
      answer = await host.send('keep', parts(Buffer.from(`note ${seen}`), { file: 'n.txt' })[0]);
      seen += 1;
    } while (answer.ok && seen < 200);
    await host.close();
    assert.equal(answer.error?.code, 'too-often');
    const kept = good(await session.once('history', { from: 0, count: 1000 })).entries;
    assert.equal(kept.filter((/** @type {any} */ e) => e.kind === 'exhibit').length, LIMITS.CL_EXHIBITS_DAY_MAX);
  });
});
