// Every request that there is, with each of its parts replaced by everything that does not belong there, one at a time. Whatever
// comes is answered, by a word of the list; only what was answered as written is in the log; and of what was let in, the log and a
// package of it are sound for all who read it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CLI, good, observation, ROOT, Session } from '../e2e/host.mjs';
import { document, picture, png } from '../e2e/kept.mjs';

/** @type {Session} */
let session;
/** @type {import('../e2e/host.mjs').Host} */
let host;
/** @type {any} */
let question;
before(async () => {
  session = await Session.start();
  host = session.host();
  good(await host.send('status')); // one that begins with a record starts no programs, and five of these are theirs
  good(await host.send('record', { observations: [observation()] }));
  question = good(await host.send('timestamp.request'));
});
after(async () => {
  await host.close();
  await session.stop();
});

const CODES = new Set(
  [...readFileSync(join(ROOT, 'host/base/err.h'), 'utf8').matchAll(/^ {2}X\(\w+, "([\w-]+)"/gm)].map(
    ([, code]) => code,
  ),
);

/** @type {Record<string, () => any>} a good one of each */
const REQUESTS = {
  hello: () => ({}),
  status: () => ({}),
  check: () => ({}),
  unlock: () => ({}),
  history: () => ({ from: 0, count: 3, damaged: false }),
  attachment: () => ({ sha256: '0'.repeat(64), offset: 0 }),
  record: () => ({ observations: [observation({ asked: true, picture: picture(png(2, 2)) })] }),
  document: () => ({ document: document() }),
  keep: () => ({ file: 'a.txt', note: 'n', size: 3, offset: 0, base64: 'YWJj', client: observation().client }),
  export: () => ({
    since: null,
    until: null,
    withhold: { accounts: [], pictures: false, documents: false, exhibits: false, entries: [] },
    language: 'en',
    owner: null,
    folder: session.dir,
  }),
  'timestamp.request': () => ({}),
  'timestamp.store': () => ({ ...question, reply: 'MAA=', authority: 'https://time.example/tsr' }),
};

const GONE = '';
/** Of any kind, as text of JSON. */
const ANYTHING = [
  ...['null', 'true', '0', '1', '-1', '-0', '1.0', '1e2', '9007199254740991', '9007199254740992'],
  ...['', ' ', 'A'.repeat(300), 'A'.repeat(70_000), 'e\u0301\u{1f600}'].map((text) => JSON.stringify(text)),
  ...[
    '"\\u0000"',
    '"\\ud800"',
    '"\\u202e"',
    '[]',
    '[null]',
    '{}',
    '{"a":1}',
    `${'['.repeat(40)}${']'.repeat(40)}`,
    GONE,
  ],
];

/** What is nearly right. @param {any} value @returns {string[]} */
function neighbours(value) {
  if (typeof value === 'string')
    return [
      ...[`${value} `, `${value}\n`, value.toUpperCase(), value.slice(0, -1), value + value],
      ...[value.replace('https', 'http'), value.replace('.com', '.com.example'), value.replace(/^\d{4}-/, '9999-')],
      ...[value.replace(/^\d{4}-/, '1969-'), value.replace(/Z$/, '+00:00')],
    ].map((text) => JSON.stringify(text));
  if (Array.isArray(value))
    return [[...value, ...value], Array(2000).fill(value[0] ?? 1), [...value, null]].map((one) => JSON.stringify(one));
  if (value === null || typeof value !== 'object') return [];
  const text = JSON.stringify(value);
  return [
    { ...value, extra: 1 },
    { ...value, '\0': 1 },
  ]
    .map((one) => JSON.stringify(one))
    .concat(
      text.replace(/^\{("\w+":)/, '{$1null,$1'), // the first member twice
    );
}

/** @param {any} value @param {string[]} path @returns {Generator<string[]>} every part of it, the whole first */
function* parts(value, path = []) {
  yield path;
  if (value && typeof value === 'object')
    for (const key of Object.keys(value)) yield* parts(value[key], [...path, key]);
}

/** The text of it with that one part replaced. @param {any} value @param {string[]} path @param {string} text @returns {string} */
function replaced(value, [key, ...rest], text) {
  if (key === undefined) return text;
  const inner = Object.entries(value)
    .map(([name, part]) => [name, name === key ? replaced(part, rest, text) : JSON.stringify(part)])
    .filter(([, part]) => part !== GONE);
  if (Array.isArray(value)) return `[${inner.map(([, part]) => part).join()}]`;
  return `{${inner.map(([name, part]) => `${JSON.stringify(name)}:${part}`).join()}}`;
}

/** How many entries an answer says that it wrote, beside those that were there. @param {any} result @returns {number} */
const wrote = ({ recorded, written }) =>
  recorded
    ? new Set(recorded.filter((/** @type {any} */ r) => r.written).map((/** @type {any} */ r) => r.seq)).size
    : Number(!!written);

let id = 100;
for (const [op, make] of Object.entries(REQUESTS))
  test(`${op}: each part of it replaced`, async () => {
    let { size } = good(await host.send('status'));
    for (const path of parts(make())) {
      const value = path.reduce((inner, key) => inner[key], make());
      for (const text of new Set([...ANYTHING, ...neighbours(value)])) {
        if (text === JSON.stringify(value) || (text === GONE && path.length === 0)) continue;
        id += 1;
        const body = `{"id":${id},"op":"${op}","params":${replaced(make(), path, text)}}`;
        host.writeFrame(body);
        const answer = await host.read();
        const what = `${body.slice(0, 600)}\n${JSON.stringify(answer)?.slice(0, 600)}`;
        assert.equal(answer?.id, answer?.ok === false && answer.error.code === 'bad-json' ? null : id, what);
        if (answer.ok) size += wrote(answer.result);
        else assert.ok(CODES.has(answer.error.code) && !/^(ok|crypto|no-memory)$/.test(answer.error.code), what);
      }
    }
    assert.equal(good(await host.send('status')).size, size);
  });

test('of all that was let in, the log and a package of it are sound for all who read it', async () => {
  const { entries, faults } = good(await host.send('check'));
  assert.ok(entries > 50);
  assert.equal(faults, 0);
  const zip = join(session.dir, 'all.zip');
  const made = session.run(CLI, ['export', '-o', zip]);
  assert.equal(made.status, 0, made.stderr);
  const said = session.run(CLI, ['verify', '--json', '--report', join(session.dir, 'all.html'), zip]);
  assert.equal(said.status, 0, said.stdout + said.stderr);
  const second = spawnSync('python3', [join(ROOT, 'tests/evidence/verify.py'), zip], { encoding: 'utf8' });
  assert.equal(second.status, 0, second.stdout + second.stderr);
});
