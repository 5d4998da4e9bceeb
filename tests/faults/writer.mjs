/** Who records and is killed: hosts that end at any moment, and what must be in the log of what they were answered. */
import assert from 'node:assert/strict';
import { marked, markOf, randomSource } from './support.mjs';

export const { seed, next: random } = randomSource();
const now = () => performance.now();

/** The answer, or null from a host that died before it was complete. @param {import('../e2e/host.mjs').Host} host @param {any} reading */
export async function tell(host, reading) {
  try {
    return await host.send('record', { observations: [reading] });
  } catch (error) {
    assert.match(String(error), /ended inside a frame/);
    return null;
  }
}

/** One that writes as a browser does: what was not answered is sent again, as it was, before anything new. */
export class Writer {
  /** @param {Session} session @param {string} name @param {Record<string, string>} [env] */
  constructor(session, name, env = {}) {
    this.session = session;
    this.name = name;
    this.env = env;
    this.count = 0;
    /** What is not answered yet. @type {any} */
    this.unanswered = null;
    this.again = false;
    /** Number → seq. @type {Map<number, number>} */
    this.acknowledged = new Map();
    /** When the deaths came. @type {Record<string, number>} */
    this.deaths = {
      'before it could say hello': 0,
      'before the commit': 0,
      'between commit and answer': 0,
      'after the answer': 0,
    };
  }

  /** @param {any} answer */
  take(answer) {
    if (!answer.ok) {
      assert.ok(['log-busy', 'keyring-timeout'].includes(answer.error.code), JSON.stringify(answer));
      return;
    }
    const [{ written, seq }] = answer.result.recorded;
    if (this.again) this.deaths[written ? 'before the commit' : 'between commit and answer']++;
    else assert.ok(written, 'a new reading is written');
    this.acknowledged.set(this.count, seq);
    this.unanswered = null;
  }

  /** A host that is killed `delay` after its start. @param {number} delay @param {number} hello */
  async round(delay, hello) {
    const host = this.session.host({ env: this.env });
    const killer = setTimeout(() => host.child.kill('SIGKILL'), delay);
    let alive = true;
    while (alive) {
      this.again = this.unanswered !== null;
      this.unanswered ??= marked(this.name, ++this.count);
      const answer = await tell(host, this.unanswered);
      if (answer) this.take(answer);
      alive = answer !== null && random() < 0.5;
    }
    const { signal } = await host.exited;
    clearTimeout(killer);
    assert.equal(signal, 'SIGKILL', host.stderr);
    if (delay < hello) this.deaths['before it could say hello']++;
    if (this.unanswered === null) this.deaths['after the answer']++;
  }

  /** Everything that was acknowledged is there, once, where the answer said, in this writer's order. @param {any[]} entries */
  assertKept(entries) {
    const mine = entries.map(markOf).filter((mark) => mark?.writer === this.name);
    assert.deepEqual(
      mine.map(({ n }) => n),
      [...mine.keys()].map((i) => i + 1),
      'each once and in order',
    );
    for (const [n, seq] of this.acknowledged) assert.equal(mine[n - 1]?.seq, seq, `${this.name} #${n}`);
    assert.ok(mine.length - this.acknowledged.size <= 1, 'only the last one can lack its answer');
  }
}

/** How long a host takes to its hello, and to its first record; the slower of two. @param {Session} session */
export async function measure(session) {
  let [hello, record] = [0, 0];
  for (const name of ['warm', 'up']) {
    const start = now();
    const host = session.host();
    await host.send('hello');
    hello = Math.max(hello, now() - start);
    await host.send('record', { observations: [marked(name, 1)] });
    record = Math.max(record, now() - start);
    await host.close();
  }
  return { hello, record };
}
