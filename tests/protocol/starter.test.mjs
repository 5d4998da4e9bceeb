// Who may start a program: a host that began with what a page or a stranger's file says may not, as long as it lives.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { good, observation, Session } from '../e2e/host.mjs';
import { MAIL, parts } from '../e2e/exhibits.mjs';
import { document } from '../e2e/kept.mjs';

/** @type {Session} */
let session;
before(async () => {
  session = await Session.start();
  good(await session.once('record', { observations: [observation()] }));
});
after(() => session.stop());

/** @type {[string, () => object][]} */
const FOREIGN = [
  ['record', () => ({ observations: [observation({ asked: true })] })],
  ['document', () => ({ document: document() })],
  ['keep', () => parts(MAIL)[0]],
];
/** @type {[string, () => object][]} */
const OWN = [
  ['status', () => ({})],
  ['check', () => ({})],
  ['unlock', () => ({})],
  ['history', () => ({ from: 0, count: 3, damaged: false })],
];
const WITHHELD = { accounts: [], pictures: false, documents: false, exhibits: false, entries: [] };
/** @type {[string, () => object][]} */
const DELEGATED = [
  [
    'export',
    () => ({ since: null, until: null, withhold: WITHHELD, language: 'en', owner: null, folder: session.dir }),
  ],
  ['open', () => ({ what: 'folder', offset: 0 })],
  ['recovery.show', () => ({ language: 'en' })],
  ['timestamp.request', () => ({})],
  [
    'timestamp.store',
    () => ({ size: 1, checkpoint: 'x', query: 'MAA=', reply: 'MAA=', authority: 'https://time.example/' }),
  ],
];

/** Its processes, by number. @param {import('../e2e/host.mjs').Host} host */
const children = ({ child: { pid } }) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();

for (const first of [[], ['hello']])
  for (const [op, params] of FOREIGN)
    test(`begun with ${[...first, op].join(', ')}: no process beside it, and none of the five`, async () => {
      const host = session.host();
      try {
        for (const opening of first) good(await host.send(opening));
        good(await host.send(op, params()));
        assert.equal(children(host), '');
        good(await host.send('status'));
        for (const [delegated, of] of DELEGATED) {
          const { ok, error } = await host.send(delegated, of());
          assert.deepEqual([ok, error?.code, error?.field], [false, 'bad-value', 'op'], delegated);
        }
        assert.equal(children(host), '');
        good(await host.send(op, params())); // and goes on
      } finally {
        await host.close();
      }
    });

for (const [op, params] of OWN)
  test(`begun with ${op}: the starter is beside it, and works after a record too`, async () => {
    const host = session.host();
    try {
      good(await host.send(op, params()));
      assert.match(children(host), /^\d+$/);
      good(await host.send('record', { observations: [observation({ asked: true })] }));
      assert.ok(good(await host.send('timestamp.request')).size > 0);
    } finally {
      await host.close();
    }
  });
