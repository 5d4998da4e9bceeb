import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { changePrefs } from '../../extension/background/prefs.js';
import {
  createTimestamps,
  failed,
  lastOf,
  stampAt,
  STAMPS_A_DAY,
  TIMESTAMPS_ALARM,
} from '../../extension/background/timestamps.js';
import { CodedError } from '../../extension/shared/errors.js';
import { originPattern, readStamping } from '../../extension/shared/stamping.js';
import { installFakeBrowser } from './fake-browser.mjs';

const overTheNetwork = globalThis.fetch;
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const NOW = Date.UTC(2026, 10, 21, 12);
const AUTHORITY = 'https://time.example/tsr';
const calm = { wanted: false, failures: 0, retryAt: 0, error: null };
const stamped = (size, ago) => ({ last_size: size, last_time: new Date(NOW - ago).toISOString() });
const never = { last_size: null, last_time: null };

describe('when a timestamp is asked for', () => {
  for (const [name, known, expected] of [
    ['off: never', { on: false, size: 9, last: never, stamping: { ...calm, wanted: true } }, null],
    ['no log: never', { on: true, size: 0, last: never, stamping: calm }, null],
    ['the log begins: now', { on: true, size: 1, last: never, stamping: calm }, NOW],
    [
      'a page has made the state change all day: when the day of the first is over',
      {
        on: true,
        size: 90,
        last: stamped(80, MINUTE),
        stamping: { ...calm, wanted: true, recent: Array.from({ length: STAMPS_A_DAY }, (_, n) => NOW - DAY / 2 + n) },
      },
      NOW + DAY / 2,
    ],
    [
      'one less than a day may have: now',
      {
        on: true,
        size: 90,
        last: stamped(80, MINUTE),
        stamping: { ...calm, wanted: true, recent: Array(STAMPS_A_DAY - 1).fill(NOW - DAY / 2) },
      },
      NOW,
    ],
    [
      'those of yesterday do not count: now',
      {
        on: true,
        size: 90,
        last: stamped(80, MINUTE),
        stamping: { ...calm, wanted: true, recent: Array(STAMPS_A_DAY).fill(NOW - DAY - 1) },
      },
      NOW,
    ],
    ['nothing but the token is new: not', { on: true, size: 6, last: stamped(5, DAY * 9), stamping: calm }, null],
    [
      'repeats only: a day after the last',
      { on: true, size: 8, last: stamped(5, DAY / 2), stamping: calm },
      NOW + DAY / 2,
    ],
    ['a change: now', { on: true, size: 7, last: stamped(5, MINUTE), stamping: { ...calm, wanted: true } }, NOW],
    [
      'a change, but it failed: when the time has come',
      {
        on: true,
        size: 7,
        last: never,
        stamping: { wanted: true, failures: 1, retryAt: NOW + 5 * MINUTE, error: 'x' },
      },
      NOW + 5 * MINUTE,
    ],
    [
      'a clock that was set back does not wait for years',
      { on: true, size: 7, last: never, stamping: { ...calm, retryAt: NOW + 900 * DAY } },
      NOW + DAY,
    ],
  ]) {
    it(name, () => assert.equal(stampAt(known, NOW), expected));
  }

  it('after failures, later and later, at most a day', () => {
    let stamping = calm;
    const waits = Array.from({ length: 12 }, () => (stamping = failed(stamping, 'tsa-unreachable', NOW)).retryAt - NOW);
    assert.deepEqual(
      waits.slice(0, 4),
      [5, 10, 20, 40].map((minutes) => minutes * MINUTE),
    );
    assert.equal(waits.at(-1), DAY);
  });

  it('the permission is for one host', () => {
    assert.equal(originPattern('http://timestamp.example:8080/a?b'), 'http://timestamp.example/*');
  });
});

describe('asking', () => {
  let browser;
  let host;
  let sent;
  let reply;
  let query;
  const b64 = (text) => Buffer.from(text).toString('base64');
  const make = () =>
    createTimestamps({
      now: () => NOW,
      refresh: async () => void host.push('status'),
      askPatiently: async (op, params) => {
        host.push(op, ...(op === 'timestamp.store' ? [params] : []));
        return op === 'timestamp.request' ? { size: 3, checkpoint: 'note', query } : { seq: 3 };
      },
    });
  const log = (more = {}) => ({
    status: { keyring: 'ok', log: 'ok', size: 3, accounts: [], timestamps: { count: 0, ...never }, ...more },
    error: null,
    covers: null,
  });

  beforeEach(async () => {
    browser = installFakeBrowser();
    host = [];
    sent = [];
    query = b64('query');
    reply = () => new Response(Buffer.from('reply'), { status: 200 });
    globalThis.fetch = async (url, options) => (sent.push([url, options]), reply());
    browser.permissions.granted.add('https://time.example/*');
    await changePrefs({ timestamps: { on: true, authority: AUTHORITY } });
    await browser.storage.local.set({ log: log() });
  });

  it('sends the query alone, bare, to the one address, and hands the reply to the host', async () => {
    await make().look();
    const [[url, options]] = sent;
    assert.equal(url, AUTHORITY);
    assert.equal(Buffer.from(options.body).toString(), 'query');
    assert.deepEqual(
      [options.method, options.credentials, options.redirect, options.referrerPolicy, options.cache],
      ['POST', 'omit', 'error', 'no-referrer', 'no-store'],
    );
    assert.deepEqual(host, [
      'timestamp.request',
      'timestamp.store',
      { size: 3, checkpoint: 'note', query: b64('query'), reply: b64('reply'), authority: AUTHORITY },
      'status',
    ]);
    assert.deepEqual(await readStamping(), calm);
  });

  it('does not blame the authority for a query of the host that is none', async () => {
    for (query of ['ä', 7]) {
      await make().look();
      assert.equal((await readStamping()).error, 'host-answer');
      await browser.storage.local.set({ timestamps: {} });
    }
    assert.deepEqual(sent, []);
  });

  it('asks nobody when it is off, without a log, or when the host cannot be asked', async () => {
    await changePrefs({ timestamps: { on: false, authority: AUTHORITY } });
    await make().look();
    await changePrefs({ timestamps: { on: true, authority: AUTHORITY } });
    for (const bad of [
      log({ log: 'log-absent' }),
      { ...log(), error: 'host-missing' },
      { status: null, error: null, covers: null },
    ]) {
      await browser.storage.local.set({ log: bad });
      await make().look();
    }
    assert.deepEqual([host, sent], [[], []]);
  });

  it('nothing is fetched without the browser’s leave', async () => {
    browser.permissions.granted.clear();
    await make().look();
    assert.deepEqual(sent, []);
    assert.equal((await readStamping()).error, 'tsa-permission');
  });

  it('an answer without an end is left as soon as it is too long', async () => {
    let pieces = 0;
    let left = false;
    const pull = (/** @type {ReadableStreamDefaultController} */ to) => {
      pieces += 1;
      to.enqueue(new Uint8Array(16_384));
    };
    reply = () => new Response(new ReadableStream({ pull, cancel: () => void (left = true) }));
    await make().look();
    assert.equal((await readStamping()).error, 'tsa-unreachable');
    assert.deepEqual([left, pieces < 10, host.includes('timestamp.store')], [true, true, false]);
  });

  it('an answer in many pieces is one', async () => {
    const bytes = Buffer.from('a reply that comes in pieces');
    reply = () =>
      new Response(
        new ReadableStream({
          start(to) {
            for (const byte of bytes) to.enqueue(Uint8Array.of(byte));
            to.close();
          },
        }),
      );
    await make().look();
    assert.equal(host[2].reply, b64(bytes.toString()));
  });

  for (const [name, answer] of [
    [
      'an error of the network',
      () => {
        throw new TypeError('Failed to fetch');
      },
    ],
    ['a status that is no success', () => new Response('gone', { status: 503 })],
    ['nothing', () => new Response('')],
    ['far too much', () => new Response(Buffer.alloc(65_537))],
  ]) {
    it(`${name} is put off, with an alarm`, async () => {
      reply = answer;
      await make().look();
      const { error, failures, retryAt } = await readStamping();
      assert.deepEqual([error, failures, retryAt], ['tsa-unreachable', 1, NOW + 5 * MINUTE]);
      assert.equal(browser.alarms.set.get(TIMESTAMPS_ALARM).when, NOW + 5 * MINUTE);
      assert.ok(!host.includes('timestamp.store'));
    });
  }

  describe('over the network', () => {
    /** @type {import('node:http').Server} */
    let server;
    let asked;
    let answer;
    beforeEach(async () => {
      asked = [];
      server = createServer((request, response) => {
        asked.push(`${request.method} ${request.url}`);
        response.on('error', () => {});
        request.resume().on('end', () => answer(response));
      });
      await new Promise((done) => server.listen(0, '127.0.0.1', done));
      const authority = `http://127.0.0.1:${/** @type {any} */ (server.address()).port}/tsr`;
      browser.permissions.granted.add('http://127.0.0.1/*');
      await changePrefs({ timestamps: { on: true, authority } });
      globalThis.fetch = overTheNetwork;
    });
    afterEach(() => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    });

    const bomb = gzipSync(Buffer.alloc(16 << 20));
    for (const [name, give] of [
      ['a redirect', (to) => to.writeHead(307, { location: '/elsewhere' }).end('reply')],
      ['a redirect to itself', (to) => to.writeHead(302, { location: '/tsr' }).end()],
      ['not modified', (to) => to.writeHead(304).end()],
      ['no content', (to) => to.writeHead(204).end()],
      ['a demand for a password', (to) => to.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end('reply')],
      [
        'a length that is not reached',
        (to) => to.writeHead(200, { 'content-length': 100 }).write('reply', () => to.destroy()),
      ],
      ['pieces that break off', (to) => to.writeHead(200).write('reply', () => to.destroy())],
      ['what is not compressed as it says', (to) => to.writeHead(200, { 'content-encoding': 'gzip' }).end('reply')],
      ['little that unpacks to much', (to) => to.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)],
      [
        'a length of more than is taken',
        (to) => to.writeHead(200, { 'content-length': 1 << 30 }).write(Buffer.alloc(1 << 20)),
      ],
      ['the end of the connection', (to) => to.destroy()],
    ]) {
      it(`${name}: put off, and nothing reaches the log`, { timeout: 60_000 }, async () => {
        answer = give;
        await make().look();
        assert.equal((await readStamping()).error, 'tsa-unreachable');
        assert.deepEqual([asked, host.includes('timestamp.store')], [['POST /tsr'], false]);
      });
    }

    for (const [name, give] of [
      ['of another type', (to) => to.writeHead(200, { 'content-type': 'text/html' }).end('reply')],
      ['without a type', (to) => to.writeHead(200).end('reply')],
      ['that says to be a part', (to) => to.writeHead(206, { 'content-range': 'bytes 0-4/5' }).end('reply')],
      ['behind hints', (to) => (to.writeEarlyHints({ link: '</x>; rel=preload' }), to.end('reply'))],
      ['compressed', (to) => to.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('reply'))],
    ]) {
      it(`an answer ${name}: the host judges its bytes`, async () => {
        answer = give;
        await make().look();
        assert.equal(host[2]?.reply, b64('reply'));
        assert.equal((await readStamping()).error, null);
      });
    }
  });

  for (const [name, slow] of [
    ['no answer', (over) => over],
    ['headers without a body', () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) }))],
    [
      'a byte now and then',
      () => new Response(new ReadableStream({ pull: (to) => sleep(20).then(() => to.enqueue(new Uint8Array(1))) })),
    ],
  ])
    it(`${name}, for ever: left when half a minute is over`, { timeout: 60_000 }, async (t) => {
      let asked;
      const end = new AbortController();
      t.mock.method(AbortSignal, 'timeout', (ms) => {
        asked = ms;
        setTimeout(() => end.abort(new Error('over')), 200);
        return end.signal;
      });
      // As a browser does: what its signal ends fails, the body that is being read too.
      globalThis.fetch = async (_url, { signal }) => {
        const over = new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason)));
        over.catch(() => {});
        const answer = await slow(over);
        const read = answer.body.getReader();
        return {
          ok: true,
          status: 200,
          body: { getReader: () => ({ read: () => Promise.race([read.read(), over]), cancel: async () => {} }) },
        };
      };
      await make().look();
      assert.equal(asked, 30_000);
      assert.equal((await readStamping()).error, 'tsa-unreachable');
      assert.ok(!host.includes('timestamp.store'));
    });

  it('the host’s refusal is told to a member who asked, and is put off', async () => {
    const timestamps = createTimestamps({
      now: () => NOW,
      refresh: async () => {},
      askPatiently: async () => {
        throw new CodedError('tsa-replayed');
      },
    });
    await assert.rejects(timestamps.now(), { code: 'tsa-replayed' });
    assert.equal((await readStamping()).failures, 1);
  });

  it('whoever records does not wait for an authority, and what is recorded meanwhile is wanted after', async () => {
    let answer;
    globalThis.fetch = () => new Promise((resolve) => (answer = () => resolve(reply())));
    const timestamps = make();
    const looking = timestamps.look();
    while (!answer) await sleep(1);
    const noted = timestamps.noteRecorded([{ written: true, change: 'changed' }]).then(() => 'noted');
    assert.equal(await Promise.race([noted, sleep(100)]), 'noted');
    answer();
    await looking;
    assert.deepEqual([(await readStamping()).wanted, (await readStamping()).error], [true, null]);
  });

  it('nothing is sent to one that the member has taken back while the host was asked', async () => {
    for (const timestamps of [
      { on: false, authority: AUTHORITY },
      { on: true, authority: 'https://time.example/other' },
    ]) {
      await changePrefs({ timestamps: { on: true, authority: AUTHORITY } });
      const askPatiently = async (op) => {
        assert.equal(op, 'timestamp.request');
        await changePrefs({ timestamps });
        return { size: 3, checkpoint: 'note', query };
      };
      await createTimestamps({ now: () => NOW, refresh: async () => {}, askPatiently }).look();
      assert.deepEqual([sent, (await readStamping()).error], [[], null]);
    }
  });

  it('that one failed is not said of another, nor after it was turned off and on, and puts neither off', async () => {
    const works = reply;
    const trouble = async () => {
      reply = () => new Response('gone', { status: 503 });
      await make().look();
      assert.equal((await readStamping()).error, 'tsa-unreachable');
      reply = works;
      sent = [];
    };
    await trouble();
    await changePrefs({ timestamps: { on: true, authority: 'https://time.example/other' } });
    assert.deepEqual(await readStamping(), calm);
    await make().look();
    assert.deepEqual([sent.length, (await readStamping()).error], [1, null]);
    await trouble();
    await changePrefs({ timestamps: { on: false, authority: AUTHORITY } });
    await make().look();
    await changePrefs({ timestamps: { on: true, authority: AUTHORITY } });
    assert.deepEqual(await readStamping(), calm);
    await make().look();
    assert.equal(sent.length, 1);
  });

  it('a written change is wanted, a repeat is not', async () => {
    await make().noteRecorded([
      { written: true, change: 'unchanged' },
      { written: false, change: 'changed' },
    ]);
    assert.equal((await readStamping()).wanted, false);
    await make().noteRecorded([{ written: true, change: 'changed' }]);
    assert.equal((await readStamping()).wanted, true);
  });
});

describe('two authorities', () => {
  const [FIRST, SECOND] = ['https://one.example/tsr', 'http://two.example/'];
  let browser;
  let now;
  let size;
  let asked;
  let dead;

  /** A host with a log that grows by a token each time, and authorities that may be dead. */
  function make() {
    const status = () => ({ keyring: 'ok', log: 'ok', size, accounts: [], timestamps: last });
    let last = never;
    const refresh = async () => browser.storage.local.set({ log: { status: status(), error: null, covers: null } });
    const askPatiently = async (op, { size: stampedSize } = {}) => {
      if (op === 'timestamp.request')
        return { size, checkpoint: 'note', query: Buffer.from('query').toString('base64') };
      last = { last_size: stampedSize, last_time: new Date(now).toISOString() };
      return { seq: size++ };
    };
    return { timestamps: createTimestamps({ now: () => now, refresh, askPatiently }), refresh };
  }

  /** More in the log: of what kind is told. */
  async function grow(world, by, change) {
    size += by;
    await world.timestamps.noteRecorded([{ written: true, change }]);
    await world.refresh();
    await world.timestamps.look();
  }

  beforeEach(async () => {
    browser = installFakeBrowser();
    [now, size, asked, dead] = [NOW, 3, [], new Set()];
    globalThis.fetch = async (url) => {
      asked.push(url);
      if (dead.has(url)) throw new TypeError('Failed to fetch');
      return new Response(Buffer.from('reply'));
    };
    for (const origin of ['https://one.example/*', 'http://two.example/*']) browser.permissions.granted.add(origin);
    await changePrefs({ timestamps: { on: true, authority: FIRST, second: SECOND } });
  });

  it('each is asked once, and the token of the one is no reason to ask the other', async () => {
    const world = make();
    await world.refresh();
    for (let look = 0; look < 5; look += 1) await world.timestamps.look();
    assert.deepEqual([asked, size], [[FIRST, SECOND], 5]);
    await grow(world, 1, 'changed');
    await world.timestamps.look();
    assert.deepEqual([asked.slice(2), size], [[FIRST, SECOND], 8]);
    now += 2 * DAY;
    await world.timestamps.look();
    assert.equal(asked.length, 4, 'nothing is new');
    await grow(world, 1, 'unchanged');
    await world.timestamps.look();
    assert.deepEqual(asked.slice(4), [FIRST, SECOND], 'a day later a repeat is a reason');
  });

  it('one that fails is put off by itself', async () => {
    const world = make();
    dead.add(FIRST);
    await world.refresh();
    await world.timestamps.look();
    assert.deepEqual(asked.splice(0), [FIRST, SECOND]);
    assert.equal((await readStamping()).error, 'tsa-unreachable', 'what is wrong is told');
    assert.equal(browser.alarms.set.get(TIMESTAMPS_ALARM).when, NOW + 5 * MINUTE);
    now += MINUTE;
    await grow(world, 1, 'changed');
    assert.deepEqual(asked.splice(0), [SECOND]);
    now += 4 * MINUTE;
    dead.clear();
    await world.timestamps.look();
    assert.deepEqual(asked.splice(0), [FIRST]);
    await world.timestamps.look();
    assert.deepEqual([asked, (await readStamping()).error], [[], null]);
  });

  it('a second that is added is asked for the first time, and one that is left out no more', async () => {
    await changePrefs({ timestamps: { on: true, authority: FIRST, second: null } });
    const world = make();
    await world.refresh();
    await world.timestamps.look();
    assert.deepEqual(asked.splice(0), [FIRST]);
    await changePrefs({ timestamps: { on: true, authority: FIRST, second: SECOND } });
    await world.timestamps.look();
    await world.timestamps.look();
    assert.deepEqual(asked.splice(0), [SECOND]);
    await changePrefs({ timestamps: { on: true, authority: FIRST } });
    await grow(world, 1, 'changed');
    assert.deepEqual(asked, [FIRST]);
  });

  it('nothing is fetched from the one that the browser does not allow', async () => {
    browser.permissions.granted.delete('https://one.example/*');
    const world = make();
    await world.refresh();
    await assert.rejects(world.timestamps.now(), { code: 'tsa-permission' });
    assert.deepEqual(asked, [SECOND]);
  });

  it('what was got from another, or in another log, is not what this one has got', () => {
    const known = { authority: SECOND, size: 9, alone: false };
    const got = { authority: SECOND, covers: 7, at: NOW };
    assert.equal(lastOf(never, got, known).last_size, 6);
    for (const other of [undefined, { ...got, authority: FIRST }, { ...got, covers: 10 }]) {
      assert.deepEqual(lastOf(stamped(5, 0), other, known), never);
    }
    assert.deepEqual(lastOf(stamped(5, 0), got, { ...known, alone: true }), stamped(5, 0));
  });
});
