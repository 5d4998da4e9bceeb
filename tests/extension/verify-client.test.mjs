// Whoever asks the checks hears how it ended, whatever becomes of the worker: one that never begins, one that dies at its work, and a new one
// after it. The worker is made up here; a real one dies in tests/e2e/verify-page.mjs.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Client } from '../../extension/ui/verify-client.js';

/** @type {Made[]} */
let made = [];
class Made extends EventTarget {
  asked = [];
  isEnded = false;

  constructor() {
    super();
    made.push(this);
  }

  postMessage(question) {
    this.asked.push(question);
  }

  terminate() {
    this.isEnded = true;
  }

  say(data) {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
}

/** Beside the page. */
let beside = [];
class Session {
  constructor(answer) {
    this.answer = answer;
  }

  async ask(question) {
    beside.push(question.type);
    if (question.type === 'read') this.answer({ type: 'bytes', id: question.id, bytes: Uint8Array.of(7) });
    else this.answer({ type: 'done', run: question.run, badPems: [] });
  }
}

let heard = [];
function client() {
  const one = new Client({ makeWorker: () => /** @type {any} */ (new Made()), here: async () => ({ Session }) });
  one.heard = ({ type }) => heard.push(type);
  return one;
}
const settled = () => new Promise((done) => setTimeout(done, 5));

beforeEach(() => {
  [made, beside, heard] = [[], [], []];
});

test('what is asked of a worker that cannot begin is asked beside the page, now and later', async () => {
  const one = client();
  one.verify([], []);
  const read = one.read(0, 'a');
  made[0].dispatchEvent(new Event('error'));
  assert.deepEqual(await read, Uint8Array.of(7));
  one.verify([], []);
  await settled();
  assert.deepEqual([beside, heard, made.length], [['verify', 'read', 'verify'], ['done', 'done'], 1]);
});

for (const name of ['error', 'messageerror'])
  test(`a worker that dies at its work (${name}): that is said, and the next is asked of another`, async () => {
    const one = client();
    one.verify([], []);
    const [first] = made;
    first.say({ type: 'progress', run: 1, index: 0, part: 0.4 });
    const read = one.read(0, 'a');
    first.dispatchEvent(new Event(name));
    assert.equal(await read, undefined, 'not that it is not in the package');
    assert.deepEqual([heard, first.isEnded, beside], [['progress', 'ended'], true, []]);
    one.verify([], []);
    first.say({ type: 'done', run: 2, badPems: [] });
    first.dispatchEvent(new Event('error'));
    assert.deepEqual([made.length, made[1].asked.map(({ run }) => run)], [2, [2]]);
    made[1].say({ type: 'done', run: 2, badPems: [] });
    assert.equal(heard.at(-1), 'done');
  });

test('one that dies when all is done says nothing, and what it knew is lost', async () => {
  const one = client();
  one.verify([], []);
  made[0].say({ type: 'done', run: 1, badPems: [] });
  made[0].dispatchEvent(new Event('error'));
  assert.deepEqual(heard, ['done']);
  const read = one.read(0, 'a');
  assert.equal(made[1].asked.length, 1);
  made[1].say({ type: 'bytes', id: 1, bytes: null, lost: true });
  assert.equal(await read, undefined);
});

test('a file that the package does not have is another thing than one that cannot be read', async () => {
  const one = client();
  const reads = [one.read(0, 'a'), one.read(0, 'b'), one.read(0, 'c')];
  made[0].say({ type: 'bytes', id: 2, bytes: null });
  made[0].say({ type: 'bytes', id: 1, bytes: Uint8Array.of(1) });
  made[0].say({ type: 'bytes', id: 3, bytes: null, lost: true });
  assert.deepEqual(await Promise.all(reads), [Uint8Array.of(1), null, undefined]);
});
