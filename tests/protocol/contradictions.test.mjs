// The cases that hold the extension to the table of contradictions hold the host to it too: the same answer to each.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { contradiction } from '../../extension/background/setting/observation.js';
import { Session } from '../e2e/host.mjs';

/** @type {{name: string, code: string | null, field: string, observation: any}[]} */
const CASES = JSON.parse(readFileSync(new URL('../vectors/contradictions.json', import.meta.url), 'utf8'));
const FIRST = 'observations[0].';

/** @type {Session} */
let session;
/** @type {import('../e2e/host.mjs').Host} */
let host;
before(async () => {
  session = await Session.start();
  host = session.host();
});
after(async () => {
  await host.close();
  await session.stop();
});

const record = (/** @type {any[]} */ ...observations) => host.send('record', { observations });
const size = async () => (await host.send('status')).result.size;

describe('each case, by the host', () => {
  for (const { name, code, field, observation } of CASES) {
    test(`${name}: ${code ?? 'recorded'}`, async () => {
      const answer = await record(observation);
      if (code === null) {
        assert.equal(answer.ok, true, JSON.stringify(answer));
        assert.equal(answer.result.recorded[0].reading, observation.reading);
        return;
      }
      const before_ = await size();
      assert.deepEqual([answer.ok, answer.error?.code, answer.error?.field], [false, code, FIRST + field]);
      assert.equal(await size(), before_, 'nothing was written');
    });
  }
});

test('each case, by the extension: what it would send, the host takes; what the host refuses, it does not send', () => {
  for (const { name, code, field, observation } of CASES) {
    assert.equal(contradiction(observation), code === null ? null : field, name);
  }
});

test('one that contradicts itself takes the good ones of its batch with it', async () => {
  const good = CASES.filter(({ code }) => code === null).map(({ observation }, i) => ({
    ...observation,
    asked: true,
    reading: i.toString(16).padStart(32, 'f'),
  }));
  const bad = CASES.find(({ code }) => code === 'contradiction');
  const was = await size();
  const answer = await record(...good, bad?.observation);
  assert.deepEqual(
    [answer.error?.code, answer.error?.field],
    ['contradiction', `observations[${good.length}].${bad?.field}`],
  );
  assert.equal(await size(), was);
  assert.equal((await record(...good)).ok, true, 'without it they are taken');
});
