// One at a time, and one for many.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGathered } from '../../extension/shared/serial.js';

/** A run that goes on until it is let go. */
function held() {
  const ends = [];
  const run = () =>
    new Promise((resolve, reject) => {
      ends.push({ resolve, reject });
    });
  return { ends, run };
}
const turn = () =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('whoever asks during a run gets the next one, and all of them the same', async () => {
  const { ends, run } = held();
  const ask = createGathered(run);
  const first = ask();
  await turn();
  const [second, third] = [ask(), ask()];
  await turn();
  assert.equal(ends.length, 1, 'never two at a time');
  ends[0].resolve();
  await first;
  await turn();
  assert.equal(ends.length, 2, 'a run after their asking');
  ends[1].resolve();
  await Promise.all([second, third]);
  await turn();
  assert.equal(ends.length, 2, 'one for both');
});

test('asked before the first has begun, it runs once', async () => {
  const { ends, run } = held();
  const ask = createGathered(run);
  const both = [ask(), ask()];
  await turn();
  ends[0].resolve();
  await Promise.all(both);
  assert.equal(ends.length, 1);
});

test('a failure is told to those who asked for that run, and stops nobody else', async () => {
  const { ends, run } = held();
  const ask = createGathered(run);
  const first = ask();
  await turn();
  const second = ask();
  ends[0].reject(new Error('no'));
  await assert.rejects(first, /no/);
  await turn();
  ends[1].resolve();
  await second;
});
