import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask } from '../../extension/shared/host.js';
import { createOutbox, OUTBOX_ALARM, readQueue } from '../../extension/background/host/outbox.js';
import { createPace, NO_PACE, paced, READINGS_AN_HOUR } from '../../extension/background/host/pace.js';
import { signOf } from '../../extension/background/host/whose.js';
import { contradiction } from '../../extension/background/setting/observation.js';
import {
  blamed,
  emptyQueue,
  enqueue,
  postpone,
  PROBLEMS_MAX,
  QUEUE_MAX,
  setAside,
  takeBack,
  TEXTS_MAX,
  thin,
} from '../../extension/background/host/queue.js';
import { accepted, anObservation, installFakeBrowser, refused } from './fake-browser.mjs';

const NOW = Date.UTC(2026, 10, 21, 12);
/** The host's time for an answer. */
const SOON_MS = 20;
const item = (value) => ({ op: 'record', reading: value.reading, value: { ...value, picture: null }, body: null });
const anItem = (number, more) => item(anObservation(number, more));
const ids = (list) => list.map(({ reading }) => Number.parseInt(reading, 16));
const recordsOf = (browser) =>
  browser.sent.filter(({ op }) => op === 'record').map(({ params }) => ids(params.observations));

function anOutbox(host, onRecorded = async () => {}) {
  const browser = installFakeBrowser({ host });
  return {
    browser,
    outbox: createOutbox({ ask: (op, params) => ask(op, params, SOON_MS), onRecorded, now: () => NOW }),
  };
}

async function fill(outbox, count) {
  for (let number = 0; number < count; number += 1) await outbox.add(anObservation(number));
}

describe('outbox', () => {
  it('keeps a reading before anything is sent, with an alarm for a worker that dies now', async () => {
    const { browser, outbox } = anOutbox(accepted);
    await outbox.add(anObservation(1));
    assert.deepEqual(ids((await readQueue()).waiting), [1]);
    assert.equal(browser.sent.length, 0);
    assert.ok(browser.alarms.set.has(OUTBOX_ALARM));
  });

  it('sends in order, in batches of 64, and forgets only what the host has committed', async () => {
    const { browser, outbox } = anOutbox(accepted);
    await fill(outbox, 130);
    await outbox.flush();
    assert.deepEqual(
      recordsOf(browser).map(({ length }) => length),
      [64, 64, 2],
    );
    assert.deepEqual(
      recordsOf(browser).flat(),
      Array.from({ length: 130 }, (_, n) => n),
    );
    assert.deepEqual((await readQueue()).waiting, []);
    assert.equal(browser.alarms.set.has(OUTBOX_ALARM), false);
  });

  it('has one sender however often it is asked', async () => {
    let active = 0;
    const { browser, outbox } = anOutbox(async (message) => {
      active += 1;
      assert.equal(active, 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      active -= 1;
      return accepted(message);
    });
    await fill(outbox, 3);
    await Promise.all([outbox.flush(), outbox.flush(), outbox.add(anObservation(3)), outbox.flush()]);
    await outbox.flush();
    assert.deepEqual(recordsOf(browser).flat().sort(), [0, 1, 2, 3]);
  });

  it('loses nothing when many are added at once', async () => {
    const { outbox } = anOutbox(accepted);
    await Promise.all(Array.from({ length: 20 }, (_, number) => outbox.add(anObservation(number))));
    assert.equal((await readQueue()).waiting.length, 20);
  });

  for (const [name, host, code] of [
    [
      'a missing host',
      () => {
        throw new Error('Specified native messaging host not found.');
      },
      'host-missing',
    ],
    ['a locked keyring', (message) => refused(message, 'keyring-locked'), 'keyring-locked'],
    ['a full disk', (message) => refused(message, 'disk-full'), 'disk-full'],
    ['a code of a later version', (message) => refused(message, 'from-the-future'), 'from-the-future'],
    [
      'an answer about other readings',
      (message) => accepted({ ...message, params: { observations: [anObservation(99)] } }),
      'host-answer',
    ],
    ['half an answer', ({ id }) => ({ id, ok: true, result: {} }), 'host-answer'],
  ]) {
    it(`keeps everything with ${name}, and tries later`, async () => {
      const { browser, outbox } = anOutbox(host);
      await outbox.add(anObservation(1));
      await outbox.flush();
      const queue = await readQueue();
      assert.deepEqual(ids(queue.waiting), [1]);
      assert.deepEqual([queue.error, queue.failures, queue.retryAt], [code, 1, NOW + 60_000]);
      assert.equal(browser.alarms.set.get(OUTBOX_ALARM).when, NOW + 60_000);
    });
  }

  it('goes on after trouble where it stopped, and forgets the trouble', async () => {
    let locked = true;
    const { browser, outbox } = anOutbox((message) =>
      locked ? refused(message, 'keyring-locked') : accepted(message),
    );
    await fill(outbox, 2);
    await outbox.flush();
    locked = false;
    await outbox.flush();
    const queue = await readQueue();
    assert.deepEqual([queue.waiting.length, queue.error, queue.failures, queue.retryAt], [0, null, 0, null]);
    assert.deepEqual(recordsOf(browser), [
      [0, 1],
      [0, 1],
    ]);
  });

  it('after a kill between commit and forgetting sends the same readings again, by the same ids', async () => {
    const { browser } = anOutbox(accepted);
    const dying = createOutbox({ ask, onRecorded: () => new Promise(() => {}), now: () => NOW });
    await dying.add(anObservation(5));
    void dying.flush();
    await new Promise((resolve) => setTimeout(resolve, 10));
    const reborn = createOutbox({ ask, onRecorded: async () => {}, now: () => NOW });
    await reborn.flush();
    assert.deepEqual(recordsOf(browser), [[5], [5]]);
    assert.equal((await readQueue()).waiting.length, 0);
  });

  it('makes the alarm again at start if something waits, and only then', async () => {
    const { browser, outbox } = anOutbox(accepted);
    await outbox.resume();
    assert.equal(browser.alarms.set.size, 0);
    await outbox.add(anObservation(1));
    browser.alarms.set.clear();
    await outbox.resume();
    assert.equal(browser.alarms.set.size, 1);
  });
});

describe('a browser without room', () => {
  /** As Chromium counts: what would be more than there may be is refused, whole. */
  function aQuota() {
    const { local } = chrome.storage;
    const set = local.set.bind(local);
    const quota = { bytes: Infinity, used: async () => JSON.stringify(await local.get(null)).length };
    local.set = async (items) => {
      const after = JSON.stringify({ ...(await local.get(null)), ...items }).length;
      if (after > quota.bytes) throw new Error('QUOTA_BYTES quota exceeded');
      return set(items);
    };
    return quota;
  }
  const bodies = async () => Object.keys(await chrome.storage.local.get(null)).filter((key) => key.startsWith('body:'));

  it('counts the reading that it cannot keep, once however often it comes, and leaves nothing of it', async () => {
    const { outbox } = anOutbox(accepted);
    const quota = aQuota();
    await outbox.add(anObservation(1));
    quota.bytes = await quota.used();
    for (const number of [2, 2, 3]) await assert.rejects(outbox.add(anObservation(number)), /QUOTA/);
    const { lost, waiting } = await readQueue();
    assert.deepEqual([lost, ids(waiting), await bodies()], [2, [1], []]);
  });

  it('does not call lost what a later try has kept', async () => {
    const { outbox } = anOutbox(accepted);
    const quota = aQuota();
    await outbox.add(anObservation(1));
    quota.bytes = await quota.used();
    await assert.rejects(outbox.add(anObservation(2)), /QUOTA/);
    assert.equal((await readQueue()).lost, 1);
    quota.bytes = Infinity;
    await outbox.add(anObservation(2));
    const { lost, waiting } = await readQueue();
    assert.deepEqual([lost, ids(waiting)], [0, [1, 2]]);
  });

  it('leaves no picture where there was room for it but none for the reading', async () => {
    const { outbox } = anOutbox(accepted);
    const quota = aQuota();
    await outbox.add(anObservation(1));
    const picture = { base64: 'iVBORw0KGgoA' };
    quota.bytes = (await quota.used()) + 100;
    await assert.rejects(outbox.add({ ...anObservation(2), picture }), /QUOTA/);
    assert.deepEqual([(await readQueue()).lost, await bodies()], [1, []]);
  });

  it('keeps the picture of a reading that waits, when the same comes again and finds no room', async () => {
    const { outbox } = anOutbox(accepted);
    const quota = aQuota();
    const one = { ...anObservation(1), picture: { media_type: 'image/png', base64: 'iVBORw0KGgoA' } };
    await outbox.add(one);
    const before = await bodies();
    assert.equal(before.length, 1);
    quota.bytes = 0;
    await assert.rejects(outbox.add(one), /QUOTA/);
    assert.deepEqual([(await readQueue()).lost, await bodies()], [0, before]);
  });

  it('counts one of which it cannot remember in memory whose it is', async () => {
    const { browser, outbox } = anOutbox(accepted);
    browser.storage.session.set = () => Promise.reject(new Error('QUOTA_BYTES quota exceeded'));
    const { account, ...rest } = anObservation(1);
    await assert.rejects(outbox.add({ ...rest, account: { ...account, id: 'urn:li:member:1' } }), /QUOTA/);
    const { lost, waiting } = await readQueue();
    assert.deepEqual([lost, waiting], [1, []]);
  });

  it('says the browser’s own error where not even the number can be written', async () => {
    const { outbox } = anOutbox(accepted);
    const quota = aQuota();
    quota.bytes = 0;
    await assert.rejects(outbox.add(anObservation(1)), /QUOTA/);
    quota.bytes = 200;
    await assert.rejects(outbox.add(anObservation(1)), /QUOTA/);
    assert.equal((await readQueue()).lost, 1);
  });
});

describe('an observation that the host refuses', () => {
  const refuseNumber = (bad, code, field) => (message) => {
    const index = ids(message.params.observations).indexOf(bad);
    return index < 0 ? accepted(message) : refused(message, code, field(index));
  };

  for (const [name, field] of [
    ['named by its place', (index) => `observations[${index}].control`],
    ['named by its place under params', (index) => `params.observations[${index}].control`],
    ['not named', () => ''],
    ['named by nonsense', () => 'observations[99].page'],
  ]) {
    it(`is set aside, ${name}; all others are written, in order`, async () => {
      const { browser, outbox } = anOutbox(refuseNumber(3, 'contradiction', field));
      await fill(outbox, 6);
      await outbox.flush();
      const queue = await readQueue();
      assert.deepEqual(ids(queue.waiting), []);
      assert.deepEqual(
        queue.problems.map(({ item: one, code }) => [Number.parseInt(one.reading, 16), code]),
        [[3, 'contradiction']],
      );
      const written = browser.sent
        .filter(({ params }) => !ids(params.observations).includes(3))
        .flatMap(({ params }) => ids(params.observations));
      assert.deepEqual(written, [0, 1, 2, 4, 5]);
    });
  }

  it('comes back on the member’s word, and goes only on it', async () => {
    let strict = true;
    const { outbox } = anOutbox((message) =>
      strict ? refused(message, 'bad-value', 'observations[0].state') : accepted(message),
    );
    await outbox.add(anObservation(1));
    await outbox.retryProblems();
    assert.equal((await readQueue()).problems.length, 1);
    strict = false;
    await outbox.retryProblems();
    assert.deepEqual([(await readQueue()).problems.length, (await readQueue()).waiting.length], [0, 0]);

    strict = true;
    await outbox.add(anObservation(2));
    await outbox.flush();
    await outbox.discardProblems();
    assert.equal((await readQueue()).problems.length, 0);
  });
});

const gone = () => {
  throw new Error('Native host has exited.');
};
const hangs = () => new Promise(() => {});
const half = ({ id }) => ({ id, ok: true, result: {} });

for (const [code, what, end] of [
  ['host-crashed', 'ends the host', gone],
  ['host-timeout', 'hangs the host', hangs],
  ['host-answer', 'is answered by half', half],
])
  describe(`an observation that ${what}`, () => {
    const alive = ({ id }) => ({ id, ok: true, result: { log: 'ok' } });
    /** A host that ends at each of these numbers, without an answer. */
    const endsAt =
      (...poison) =>
      (message) => {
        if (message.op !== 'record') return alive(message);
        return ids(message.params.observations).some((number) => poison.includes(number))
          ? end(message)
          : accepted(message);
      };
    const wrote = (browser, poison) =>
      recordsOf(browser)
        .filter((batch) => !batch.some((number) => poison.includes(number)))
        .flat();
    const asideOf = ({ problems }) => problems.map((one) => [Number.parseInt(one.item.reading, 16), one.code]);
    const all = (count) => Array.from({ length: count }, (_, number) => number);
    const inOrder = (list) => [...list].sort((a, b) => a - b);
    async function flushes(outbox, count) {
      for (let n = 0; n < count; n += 1) await outbox.flush();
    }

    for (const [count, poison] of [
      ...[0, 1, 31, 32, 62, 63].map((at) => [70, [at]]),
      [2, [0]],
      [3, [1]],
      [70, [0, 1]],
      [70, [5, 40, 66]],
      [130, [63, 64, 65, 128]],
      [20, all(19)],
    ]) {
      it(`is set aside after it alone has done so three times: ${poison} of ${count}; the others are written`, async () => {
        const { browser, outbox } = anOutbox(endsAt(...poison));
        await fill(outbox, count);
        await flushes(outbox, 3 * poison.length + 1);
        await outbox.add(anObservation(count));
        await outbox.flush();
        const queue = await readQueue();
        assert.deepEqual(inOrder(asideOf(queue)), inOrder(poison.map((number) => [number, code])));
        assert.deepEqual(
          wrote(browser, poison),
          all(count + 1).filter((number) => !poison.includes(number)),
        );
        assert.deepEqual([queue.waiting, queue.lost, queue.error], [[], 0, null]);
        for (const number of poison) {
          const alone = recordsOf(browser).filter((batch) => batch.length === 1 && batch[0] === number);
          assert.ok(alone.length >= 3, `${number} was asked alone ${alone.length} times`);
        }
      });
    }

    it('keeps the others waiting for no more than two waits of minutes, and asks the host seldom', async () => {
      const { browser, outbox } = anOutbox(endsAt(37));
      await fill(outbox, 64);
      await outbox.flush();
      let queue = await readQueue();
      assert.deepEqual([queue.waiting[0].ends, queue.error, queue.retryAt], [1, code, NOW + 60_000]);
      assert.ok(browser.sent.length <= 24, `${browser.sent.length} questions`);
      await flushes(outbox, 2);
      queue = await readQueue();
      assert.deepEqual([queue.waiting.length, asideOf(queue)], [0, [[37, code]]]);
    });

    it('waits where no other was written: nobody waits for it, and it may be the host that cannot write', async () => {
      const { browser, outbox } = anOutbox(endsAt(0));
      await outbox.add(anObservation(0));
      await flushes(outbox, 9);
      let queue = await readQueue();
      assert.deepEqual([ids(queue.waiting), asideOf(queue)], [[0], []]);
      await outbox.add(anObservation(1));
      await outbox.flush();
      queue = await readQueue();
      assert.deepEqual([ids(queue.waiting), asideOf(queue)], [[], [[0, code]]]);
      assert.deepEqual(wrote(browser, [0]), [1]);
    });

    it('is written like any other when a later host takes it', async () => {
      const poison = [0, 1];
      const { outbox } = anOutbox((message) => endsAt(...poison)(message));
      await fill(outbox, 2);
      await flushes(outbox, 7);
      poison.length = 0;
      await outbox.flush();
      const queue = await readQueue();
      assert.deepEqual([queue.waiting, queue.problems], [[], []]);
    });

    it('is asked three times more on the member’s word', async () => {
      const poison = [1];
      const { outbox } = anOutbox((message) => endsAt(...poison)(message));
      await fill(outbox, 3);
      await flushes(outbox, 3);
      assert.deepEqual(asideOf(await readQueue()), [[1, code]]);
      await outbox.retryProblems();
      const [again] = (await readQueue()).waiting;
      assert.equal(again.ends, 1);
      poison.length = 0;
      await outbox.flush();
      assert.deepEqual([(await readQueue()).waiting, (await readQueue()).problems], [[], []]);
    });

    it('keeps its picture', async () => {
      const { outbox } = anOutbox(endsAt(0));
      const picture = { media_type: 'image/png', base64: 'iVBORw0KGgoA' };
      await outbox.add({ ...anObservation(0), picture });
      await outbox.add(anObservation(1));
      await flushes(outbox, 3);
      const [{ item: aside }] = (await readQueue()).problems;
      const key = `body:${aside.reading}`;
      assert.deepEqual((await chrome.storage.local.get(key))[key], picture);
    });

    it('may be a document: what holds up the others is that one alone', async () => {
      const host = (message) => {
        if (message.op === 'record') return accepted(message);
        if (message.op !== 'document') return alive(message);
        if (message.params.document.text === 'poison') return end(message);
        return { id: message.id, ok: true, result: { seq: 1, change: 'first' } };
      };
      const { browser, outbox } = anOutbox(host);
      await outbox.addDocument({ reading: 'd1', text: 'poison' });
      await fill(outbox, 2);
      await flushes(outbox, 3);
      assert.deepEqual(recordsOf(browser), [[0, 1]]);
      assert.deepEqual((await readQueue()).problems, [], 'that observations are written says nothing of documents');
      await outbox.addDocument({ reading: 'd2', text: 'good' });
      await outbox.flush();
      const queue = await readQueue();
      assert.deepEqual([queue.waiting, queue.problems.map(({ item: one }) => one.reading)], [[], ['d1']]);
    });

    for (const [name, host] of [
      [
        'is not installed',
        () => {
          throw new Error('Specified native messaging host not found.');
        },
      ],
      [
        'does not start',
        () => {
          throw new Error('Failed to start native messaging host.');
        },
      ],
      ['ends whatever it is asked', end],
      ['ends whenever it is to write', (message) => (message.op === 'record' ? end(message) : alive(message))],
      [
        'ends when asked how the log stands, though it greets',
        (message) => (message.op === 'hello' ? alive(message) : end(message)),
      ],
      ['has a locked keyring', (message) => refused(message, 'keyring-locked')],
    ]) {
      it(`nothing is set aside or lost, and order stays, while the host ${name}`, async () => {
        let well = false;
        const { browser, outbox } = anOutbox((message) => (well ? endsAt()(message) : host(message)));
        await fill(outbox, 70);
        await flushes(outbox, 40);
        let queue = await readQueue();
        assert.deepEqual([ids(queue.waiting), queue.problems, queue.lost], [all(70), [], 0]);
        well = true;
        browser.sent.length = 0;
        await outbox.flush();
        queue = await readQueue();
        assert.deepEqual([queue.waiting, queue.problems], [[], []]);
        assert.deepEqual(recordsOf(browser).flat(), all(70));
      });
    }
  });

describe('whose a reading is', () => {
  const ID = 'plain-id-of-a-member';
  const named = (number) => anObservation(number, { account: { id: ID, premium: true } });
  const onDisk = () => JSON.stringify([...globalThis.chrome.storage.local.data]);
  const inMemory = () => Object.keys(globalThis.chrome.storage.session.data.get('ids') ?? {});
  const idsSent = (browser) =>
    browser.sent.flatMap(({ params }) => params.observations.map(({ account }) => account.id));

  it('goes to the host, is never on the disk, and is forgotten when the log has it', async () => {
    const { browser, outbox } = anOutbox(accepted);
    const seen = [];
    const { set } = browser.storage.local;
    browser.storage.local.set = async (items) => (seen.push(JSON.stringify(items)), set(items));
    await outbox.add(named(1));
    assert.equal(inMemory().length, 1);
    await outbox.flush();
    assert.deepEqual(idsSent(browser), [ID]);
    assert.ok(seen.length > 0 && !seen.some((text) => text.includes(ID)), seen.join());
    assert.deepEqual(inMemory(), []);
  });

  it('is put on the disk while the log cannot be written, outlives the browser, and is erased after', async () => {
    let locked = true;
    const { browser, outbox } = anOutbox((message) =>
      locked ? refused(message, 'keyring-locked') : accepted(message),
    );
    await outbox.add(named(1));
    await outbox.flush();
    assert.ok(onDisk().includes(ID));
    browser.storage.session.data.clear(); // the browser has ended
    locked = false;
    await outbox.flush();
    assert.deepEqual(idsSent(browser), [ID, ID]);
    assert.ok(!onDisk().includes(ID), onDisk());
  });

  it('is put on the disk before the host is asked again, when it ended at them: at a logout both are ended', async () => {
    const never = new Promise(() => {});
    let asked = 0;
    const { browser, outbox } = anOutbox(({ op }) => {
      asked += 1;
      if (op === 'record') throw new Error('Native host has exited.');
      return never; // and there the browser ends
    });
    await outbox.add(named(1));
    await outbox.add(named(2));
    void outbox.flush();
    for (let turn = 0; asked < 2 && turn < 1000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    browser.storage.session.data.clear();
    const well = createOutbox({ ask, onRecorded: async () => {}, now: () => NOW });
    globalThis.chrome.runtime.sendNativeMessage = async (_, message) => (browser.sent.push(message), accepted(message));
    await well.flush();
    assert.deepEqual(idsSent({ sent: browser.sent.slice(asked) }), [ID, ID]);
    assert.ok(!onDisk().includes(ID), onDisk());
  });

  it('stays with what the host refuses, until the member throws that away', async () => {
    const { outbox } = anOutbox((message) => refused(message, 'bad-value'));
    await outbox.add(named(1));
    await outbox.flush();
    assert.ok(onDisk().includes(ID));
    await outbox.discardProblems();
    assert.ok(!onDisk().includes(ID));
    assert.deepEqual(inMemory(), []);
  });

  it('is unknown where the browser ended before it could be put anywhere; the reading is not lost', async () => {
    const { browser, outbox } = anOutbox(accepted);
    await outbox.add(named(1));
    browser.storage.session.data.clear();
    await outbox.flush();
    assert.deepEqual(idsSent(browser), [null]);
  });

  it('is not taken away from one that comes while others are sent', async () => {
    let late;
    const { browser, outbox } = anOutbox(async (message) => {
      late ??= outbox.add(named(2));
      return accepted(message);
    });
    await outbox.add(named(1));
    await outbox.flush();
    await late;
    await outbox.flush();
    assert.deepEqual(idsSent(browser), [ID, ID]);
  });

  it('tells repeats of one member from those of another', async () => {
    const { outbox } = anOutbox((message) => refused(message, 'keyring-locked'));
    await outbox.add(named(1));
    await outbox.add(named(2));
    await outbox.add(anObservation(3, { account: { id: 'another', premium: true } }));
    const signs = (await readQueue()).waiting.map(({ whose }) => whose);
    assert.equal(signs[0], signs[1]);
    assert.notEqual(signs[0], signs[2]);
  });

  it('has one sign, also where two are the first at the same time', async () => {
    installFakeBrowser();
    const [one, other] = await Promise.all([signOf(ID), signOf(ID)]);
    assert.equal(one, other);
  });
});

describe('a log with room for no more accounts', () => {
  it('sets that one aside and lets the others through', async () => {
    const { browser, outbox } = anOutbox((message) => {
      const index = ids(message.params.observations).indexOf(2);
      return index < 0 ? accepted(message) : refused(message, 'log-full', `observations[${index}].account`);
    });
    await fill(outbox, 5);
    await outbox.flush();
    const queue = await readQueue();
    assert.deepEqual([queue.waiting.length, queue.problems.length, queue.error], [0, 1, null]);
    assert.deepEqual(recordsOf(browser).at(-1), [0, 1, 3, 4]);
  });
});

describe('documents that the host refuses, one after the other', () => {
  const many = (message) =>
    message.op === 'document' ? refused(message, 'too-often', 'document') : refused(message, 'keyring-locked');
  const texts = async () =>
    Object.entries(await chrome.storage.local.get(null)).flatMap(([key, text]) =>
      key.startsWith('body:') ? [text.length] : [],
    );

  it('keep their texts up to a bound, are counted above it, and leave room for readings', async () => {
    const { outbox } = anOutbox(many);
    for (let n = 0; n < 9; n += 1) {
      await outbox.addDocument({ reading: `d${n}`, text: 'x'.repeat(1 << 20) });
      await outbox.flush();
    }
    let queue = await readQueue();
    assert.deepEqual([queue.problems.length, queue.lost, (await texts()).length], [4, 5, 4]);
    await outbox.add(anObservation(1));
    queue = await readQueue();
    assert.deepEqual([ids(queue.waiting), queue.lost], [[1], 5]);
    await outbox.discardProblems();
    await outbox.addDocument({ reading: 'later', text: 'x' });
    assert.deepEqual([(await readQueue()).waiting.length, await texts()], [2, [1]]);
  });

  it('are measured in bytes, as the browser does', async () => {
    const { outbox } = anOutbox(many);
    for (let n = 0; n < 3; n += 1) await outbox.addDocument({ reading: `d${n}`, text: '文'.repeat(600_000) });
    assert.deepEqual([(await readQueue()).waiting.length, (await readQueue()).lost], [2, 1]);
  });

  for (const [name, char, bytes] of [
    ['<', '<', 6],
    ['a line’s end', '\n', 2],
    ['a quotation mark', '"', 2],
    ['a backslash', '\\', 2],
    ['U+2028', '\u2028', 6],
    ['U+2029', '\u2029', 6],
  ])
    it(`are measured as Chromium writes them: ${name} takes ${bytes} bytes`, async () => {
      const { outbox } = anOutbox(many);
      const text = char.repeat(TEXTS_MAX / 4 / bytes);
      for (let n = 0; n < 5; n += 1) await outbox.addDocument({ reading: `d${n}`, text });
      assert.deepEqual([(await readQueue()).waiting.length, (await readQueue()).lost], [4, 1]);
    });

  it('are not said to be kept above it', async () => {
    const { outbox } = anOutbox(many);
    const entered = [];
    for (let n = 0; n < 5; n += 1)
      entered.push(await outbox.addDocument({ reading: `d${n}`, text: 'x'.repeat(1 << 20) }));
    assert.deepEqual(entered, [true, true, true, true, false]);
  });
});

describe('pace', () => {
  const START = Date.UTC(2026, 10, 28);
  /** @param {number} count @param {number} step milliseconds */
  function run(count, step) {
    let pace = NO_PACE;
    return Array.from({ length: count }, (_, n) => {
      const next = paced(pace, START + n * step);
      pace = next.pace;
      return next.verdict;
    });
  }
  const count = (verdicts, one) => verdicts.filter((verdict) => verdict === one).length;

  for (const [name, many, step, expected] of [
    ['a member at their own pace', 500, 60_000, { take: 500, tell: 0, leave: 0 }],
    ['a page that says something new all the time', 700, 1_000, { take: 600, tell: 1, leave: 99 }],
    ['the same for two hours: it is said once in each', 7_200, 1_000, { take: 1_200, tell: 2, leave: 5_998 }],
  ]) {
    it(`${name}: ${JSON.stringify(expected)}`, () => {
      const verdicts = run(many, step);
      assert.deepEqual(
        { take: count(verdicts, 'take'), tell: count(verdicts, 'tell'), leave: count(verdicts, 'leave') },
        expected,
      );
    });
  }

  it('begins anew when the time is over, and a clock set back silences nobody', () => {
    const full = { ...NO_PACE, readings: Array(READINGS_AN_HOUR).fill(START) };
    assert.equal(paced(full, START + 1).verdict, 'tell');
    assert.equal(paced(full, START + 3_600_001).verdict, 'take');
    assert.equal(paced(full, START - 1).verdict, 'take');
  });

  it('what says that it is too much says nothing that the page chose, and the host takes it', async () => {
    installFakeBrowser();
    const pace = createPace({ now: () => START });
    await chrome.storage.session.set({ pace: { ...NO_PACE, readings: Array(READINGS_AN_HOUR).fill(START - 1) } });
    const told = await pace.take(
      anObservation(1, { page: { url: 'https://www.linkedin.com/x', title: 'chosen', language: 'en' } }),
    );
    const { state, reason, account, control, page } = told;
    assert.deepEqual([state, reason, account.id, control, page.title], ['unknown', 'too-many', null, null, null]);
    assert.equal(contradiction(told), null);
    assert.equal(await pace.take(anObservation(2)), null);
    const asked = anObservation(3, { asked: true, picture: 'x' });
    assert.equal(await pace.take(asked), asked, 'what the member asks for is kept whole');
  });
});

describe('queue', () => {
  const full = (make) => ({ ...emptyQueue(), waiting: Array.from({ length: QUEUE_MAX }, (_, n) => make(n)) });

  it('takes a reading once', () => {
    const once = enqueue(emptyQueue(), anItem(1));
    assert.equal(enqueue(once, anItem(1)), once);
  });

  it('leaves out the middle of a run of repeats only when full, and counts them', () => {
    const almost = { ...emptyQueue(), waiting: full(anItem).waiting.slice(1) };
    assert.equal(enqueue(almost, anItem(0x1000)).thinned, 0);
    const after = enqueue(full(anItem), anItem(0x1000));
    assert.deepEqual(ids(after.waiting), [0, QUEUE_MAX - 1, 0x1000]);
    assert.equal(after.thinned, QUEUE_MAX - 2);
    assert.equal(after.lost, 0);
  });

  for (const [name, more] of [
    ['state', { state: 'off' }],
    ['account', { account: { id: 'ben', premium: null } }],
    ['flip', { pending: true, trusted: true }],
    ['wording', { control: { kind: 'checkbox', label: 'another' } }],
    ['member’s asking', { asked: true }],
  ]) {
    it(`never leaves out a change of ${name}, nor what borders on it`, () => {
      const run = [anItem(1), anItem(2), anItem(3, more), anItem(4), anItem(5)];
      assert.deepEqual(ids(thin(run)), name.endsWith('asking') ? [1, 3, 5] : [1, 2, 3, 4, 5]);
    });
  }

  it('says what is lost when nothing can be left out', () => {
    const queue = full((n) => anItem(n, { state: n % 2 ? 'on' : 'off' }));
    const after = enqueue(queue, anItem(0x1000));
    assert.deepEqual([after.waiting.length, after.lost, after.thinned], [QUEUE_MAX, 1, 0]);
  });

  it('waits 1, 2, 4 … 60 minutes', () => {
    let queue = emptyQueue();
    const waits = [];
    for (let turn = 0; turn < 9; turn += 1) {
      queue = postpone(queue, 'io', NOW);
      waits.push((queue.retryAt - NOW) / 60_000);
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('keeps refused ones up to a bound and counts beyond it', () => {
    let queue = emptyQueue();
    for (let n = 0; n <= PROBLEMS_MAX; n += 1)
      queue = setAside(queue, anItem(n), { code: 'bad-value', field: '' }, NOW);
    assert.deepEqual([queue.problems.length, queue.lost], [PROBLEMS_MAX, 1]);
    assert.equal(takeBack(queue).waiting.length, PROBLEMS_MAX);
  });

  for (const [code, field, length, expected] of [
    ['contradiction', 'observations[2].control', 5, 2],
    ['contradiction', 'observations[7].control', 5, null],
    ['contradiction', 'size', 5, null],
    ['contradiction', '', 1, 0],
    ['too-long', 'observations[0].page.url', 2, 0],
    ['keyring-locked', 'observations[0]', 2, null],
    ['disk-full', '', 1, null],
  ]) {
    it(`blames ${expected} for ${code} at "${field}" of ${length}`, () => {
      assert.equal(blamed({ code, field }, length), expected);
    });
  }
});
