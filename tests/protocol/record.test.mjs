// What is answered is committed: batches, repeats, pages, two hosts at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CLI, frame, good, limits, observation, observationOff, Session } from '../e2e/host.mjs';

const LIMITS = limits();

/** @type {Session} */
let session;
before(async () => {
  session = await Session.start();
});
after(() => session.stop());

/** Every entry, by pages of the size that the host chooses. @param {number} [count] */
async function history(count = LIMITS.CL_PAGE_MAX) {
  const host = session.host();
  const entries = [];
  let next = 0;
  while (next !== null) {
    const page = good(await host.send('history', { from: next, count }));
    entries.push(...page.entries);
    ({ next } = page);
  }
  await host.close();
  return entries;
}

test('before the first record there is no log, and looking makes none', async () => {
  const host = session.host();
  const status = good(await host.send('status'));
  assert.equal(status.keyring, 'ok');
  assert.equal(status.log, 'log-absent');
  assert.equal(status.size, 0);
  assert.deepEqual(status.accounts, []);
  assert.equal((await host.send('history', { from: 0, count: 1 })).error.code, 'log-absent');
  assert.equal((await host.send('check')).error.code, 'log-absent');
  await host.close();
});

test('the first record makes the log: genesis, then the observation', async () => {
  const o = observation();
  const result = good(await session.once('record', { observations: [o] }));
  assert.equal(result.size, 2);
  assert.equal(result.recorded.length, 1);
  const { pseudonym, ...rest } = result.recorded[0];
  assert.deepEqual(rest, { reading: o.reading, written: true, seq: 1, change: 'first', cause: null, phase: 'seen' });
  assert.match(pseudonym, /^[0-9a-f]{32}$/);
  const entries = await history();
  assert.deepEqual(
    entries.map(({ seq, kind }) => [seq, kind]),
    [
      [0, 'genesis'],
      [1, 'observation'],
    ],
  );
  assert.ok(!JSON.stringify(entries).includes(o.account.id));
});

test('where the page names nobody, the account that the member names, and whose word that is', async () => {
  const own = await Session.start();
  try {
    const nobody = { id: null, premium: null };
    const first = good(await own.once('record', { observations: [observation()] })).recorded[0];
    const said = { account: { ...nobody, said: first.pseudonym } };
    const fresh = 'ab'.repeat(16);
    const { recorded } = good(
      await own.once('record', {
        observations: [
          observationOff(said),
          observation({ account: { ...nobody, said: fresh } }),
          observation({ account: nobody }),
        ],
      }),
    );
    assert.deepEqual(
      recorded.map((/** @type {any} */ { pseudonym, change }) => [pseudonym, change]),
      [
        [first.pseudonym, 'changed'],
        [fresh, 'first'],
        [null, 'first'],
      ],
    );
    const { entries } = good(await own.once('history', { from: 1, count: 9 }));
    assert.deepEqual(
      entries.map(({ account }) => account),
      [
        { pseudonym: first.pseudonym, premium: false },
        { pseudonym: first.pseudonym, premium: null, said: true },
        { pseudonym: fresh, premium: null, said: true },
        { pseudonym: null, premium: null },
      ],
    );
    assert.equal(good(await own.once('check')).faults, 0);
    const told = own.run(CLI, ['history'], { env: { LC_ALL: 'C.UTF-8' } }).stdout;
    assert.equal(told.match(/account as you said/g)?.length, 2, told);
    for (const wrong of ['', 'AB'.repeat(16), 'ab', 'ab'.repeat(17), null, true, 7]) {
      const answer = await own.once('record', { observations: [observation({ account: { ...nobody, said: wrong } })] });
      assert.equal(answer.ok, false, JSON.stringify(wrong));
      assert.match(answer.error.field, /account\.said$/);
    }
    const both = await own.once('record', {
      observations: [observation({ account: { id: 'x', premium: null, said: fresh } })],
    });
    assert.match(both.error.field, /account\.said$/);
  } finally {
    await own.stop();
  }
});

test('the same batch again is answered with the same entries and written once', async () => {
  const observations = [observationOff(), observation({ asked: true })];
  const first = good(await session.once('record', { observations }));
  assert.deepEqual(
    first.recorded.map((/** @type {any} */ r) => [r.written, r.seq]),
    [
      [true, 2],
      [true, 3],
    ],
  );
  for (let i = 0; i < 2; i++) {
    const again = good(await session.once('record', { observations }));
    assert.equal(again.size, first.size);
    assert.deepEqual(
      again.recorded.map((/** @type {any} */ r) => [r.written, r.seq]),
      [
        [false, 2],
        [false, 3],
      ],
    );
  }
});

test('nothing new within a day is not written, unless the member asked', async () => {
  const { size } = good(await session.once('status'));
  const still = good(await session.once('record', { observations: [observation()] }));
  assert.deepEqual([still.recorded[0].written, still.size], [false, size]);
  const asked = good(await session.once('record', { observations: [observation({ asked: true })] }));
  assert.deepEqual([asked.recorded[0].written, asked.recorded[0].change, asked.size], [true, 'unchanged', size + 1]);
});

test('one bad observation in a batch, and none is written', async () => {
  const { size } = good(await session.once('status'));
  const observations = [observationOff(), observation({ control: { checked: false } })];
  const answer = await session.once('record', { observations });
  assert.equal(answer.error.code, 'contradiction');
  assert.equal(good(await session.once('status')).size, size);
});

test('a flip by the member is pending, then confirmed with its cause; a flip back is unexplained', async () => {
  const host = session.host();
  const account = { id: 'someone-else', premium: true };
  const seen = async (/** @type {any} */ o) => good(await host.send('record', { observations: [o] })).recorded[0];
  assert.equal((await seen(observation({ account }))).change, 'first');
  await new Promise((done) => setTimeout(done, 5));
  const flip = await seen(observationOff({ account, pending: true, trusted: true }));
  assert.deepEqual([flip.phase, flip.cause], ['pending', 'user']);
  const waiting = good(await host.send('status')).accounts.find(
    (/** @type {any} */ a) => a.pseudonym === flip.pseudonym,
  );
  assert.deepEqual(
    [waiting.state, waiting.pending.state, waiting.pending.trusted, waiting.premium],
    ['on', 'off', true, true],
  );
  await new Promise((done) => setTimeout(done, 5));
  const fresh = await seen(observationOff({ account }));
  assert.deepEqual([fresh.phase, fresh.change, fresh.cause], ['confirmed', 'changed', 'user']);
  const back = await seen(observation({ account }));
  assert.deepEqual([back.phase, back.change, back.cause], ['seen', 'changed', 'unexplained']);
  await host.close();
});

test(`a batch of ${LIMITS.CL_BATCH_MAX} is written whole`, async () => {
  const { size } = good(await session.once('status'));
  const observations = Array.from({ length: LIMITS.CL_BATCH_MAX }, () => observation({ asked: true }));
  const result = good(await session.once('record', { observations }));
  assert.equal(result.size, size + LIMITS.CL_BATCH_MAX);
  assert.deepEqual(
    result.recorded.map((/** @type {any} */ r) => r.seq),
    Array.from({ length: LIMITS.CL_BATCH_MAX }, (_, i) => size + i),
  );
});

test('four hosts at once: every acknowledged entry is there once, in one order', async () => {
  const { size } = good(await session.once('status'));
  /** @type {string[]} */
  const sent = [];
  const hosts = Array.from({ length: 4 }, () => session.host());
  await Promise.all(
    hosts.map(async (host) => {
      for (let i = 0; i < 5; i++) {
        const o = observation({ asked: true });
        sent.push(o.reading);
        let answer = await host.send('record', { observations: [o] });
        while (answer.error?.code === 'log-busy') answer = await host.send('record', { observations: [o] });
        good(answer);
      }
      await host.close();
    }),
  );
  const entries = await history();
  assert.equal(entries.length, size + 20);
  assert.deepEqual(
    entries.map(({ seq }) => seq),
    entries.map((_, i) => i),
  );
  const readings = entries.map((entry) => entry.client?.reading);
  for (const reading of sent) assert.equal(readings.filter((r) => r === reading).length, 1);
  const verdict = good(await session.once('check'));
  assert.deepEqual([verdict.entries, verdict.faults, verdict.findings], [entries.length, 0, []]);
});

test('requests written ahead are answered in order', async () => {
  const host = session.host();
  const requests = [1, 2, 3].map((id) =>
    frame(JSON.stringify({ id, op: 'record', params: { observations: [observation({ asked: true })] } })),
  );
  host.write(Buffer.concat(requests));
  host.end();
  for (const id of [1, 2, 3]) {
    const answer = await host.read();
    assert.equal(answer.id, id);
    good(answer);
  }
  assert.equal(await host.readBytes(), null);
});

test('history comes in pages that stay under 1 MiB, without a gap', async () => {
  const label = 'ё'.repeat(512);
  const observations = () =>
    Array.from({ length: LIMITS.CL_BATCH_MAX }, () =>
      observation({ asked: true, control: { label, key: 'k'.repeat(128) } }),
    );
  const host = session.host();
  for (let i = 0; i < 9; i++) good(await host.send('record', { observations: observations() }));
  const { size } = good(await host.send('status'));

  let from = 0;
  let pages = 0;
  let longest = 0;
  while (from !== null) {
    host.writeFrame(JSON.stringify({ id: 9, op: 'history', params: { from, count: LIMITS.CL_PAGE_MAX } }));
    const bytes = /** @type {Buffer} */ (await host.readBytes());
    longest = Math.max(longest, bytes.length);
    const { entries, lost, next } = good(JSON.parse(bytes.toString()));
    assert.deepEqual(lost, []);
    assert.deepEqual(
      entries.map((/** @type {any} */ e) => e.seq),
      entries.map((/** @type {any} */ _, /** @type {number} */ i) => from + i),
    );
    assert.equal(next, from + entries.length < size ? from + entries.length : null);
    from = next;
    pages++;
  }
  assert.ok(pages > 1);
  assert.ok(longest <= LIMITS.CL_REPLY_MAX && longest > 0.9 * LIMITS.CL_REPLY_MAX, `${longest}`);
  await host.close();
});

test('history from the middle, from the end and from beyond it', async () => {
  const host = session.host();
  const { size } = good(await host.send('status'));
  const middle = good(await host.send('history', { from: 3, count: 2 }));
  assert.deepEqual([middle.entries.map((/** @type {any} */ e) => e.seq), middle.next, middle.size], [[3, 4], 5, size]);
  for (const from of [size, size + 5, Number.MAX_SAFE_INTEGER])
    assert.deepEqual(good(await host.send('history', { from, count: 1000 })), {
      entries: [],
      lost: [],
      next: null,
      size,
    });
  await host.close();
});

test('a reading that waited in the browser is told of the time when it was read', async () => {
  const waited = await Session.start();
  try {
    const days = (/** @type {number} */ ago) => new Date(Date.now() - ago * 86_400_000).toISOString();
    const seen = (/** @type {number} */ ago, make = observation) =>
      make({ observed_at: days(ago), page: { loaded_at: days(ago) } });
    const batch = [seen(3), seen(2.5), seen(2, observationOff), seen(0.9, observationOff)];
    const { recorded } = good(await waited.once('record', { observations: batch }));
    assert.deepEqual(
      recorded.map(({ written }) => written),
      [true, false, true, true],
      'once a day, by the days on which it was seen',
    );
    const [account] = good(await waited.once('status')).accounts;
    assert.deepEqual(
      [account.state, account.since, account.last_seen],
      ['off', batch[2].observed_at, batch[3].observed_at],
    );
    const told = waited
      .run(CLI, ['history'])
      .stdout.split('\n')
      .filter((line) => / written later\)$/.test(line));
    assert.equal(told.length, 3);
    assert.ok(
      told[1].includes(`(seen ${batch[2].observed_at.slice(0, 19).replace('T', ' ')}, written later)`),
      told[1],
    );
    assert.equal(
      good(await waited.once('record', { observations: [observationOff()] })).recorded[0].written,
      false,
      'a day has not passed',
    );
  } finally {
    await waited.stop();
  }
});

/** The length of every sealed entry in the file. @param {Session} of */
const lengths = (of) => {
  const script = `import sqlite3, sys
for (n,) in sqlite3.connect(sys.argv[1]).execute("SELECT length(sealed) FROM entry ORDER BY seq"): print(n)`;
  const got = of.run('python3', ['-c', script, of.log]);
  assert.equal(got.status, 0, got.stderr);
  return got.stdout.trim().split('\n').map(Number);
};

test('the file does not tell by a length what was seen', async () => {
  const own = await Session.start();
  try {
    const unknown = { state: 'unknown', reason: 'signed-out', control: null, candidates: 0 };
    const seen = [
      observation(),
      observationOff(),
      observation({ ...unknown, account: { id: null, premium: null }, page: { title: null } }),
      observation({ state: 'not-offered', control: null, candidates: 0 }),
      observation({ control: { label: 'W'.repeat(600) } }),
    ].map((one) => ({ ...one, asked: true }));
    for (const one of seen) good(await own.once('record', { observations: [one] }));
    const sizes = new Set(lengths(own));
    assert.deepEqual([...sizes], [1 + 32 + 12 + 1792 + 16]);
  } finally {
    await own.stop();
  }
});
