// What a request may look like: strict JSON, exact members, no contradictions. Nothing refused here may write anything.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { limits, observation, observationOff, Session } from '../e2e/host.mjs';

const LIMITS = limits();

/** @type {Session} */
let session;
/** @type {import('../e2e/host.mjs').Host} */
let host;
before(async () => {
  session = await Session.start();
  host = session.host();
});
beforeEach(() => assert.ok(!existsSync(session.log), 'something was written'));
after(async () => {
  await host.close();
  await session.stop();
});

/** @param {string | Buffer} body @returns {Promise<any>} */
async function ask(body) {
  host.writeFrame(body);
  return host.read();
}

/** @param {any} answer @param {string} code @param {string} field */
function refused(answer, code, field) {
  assert.equal(answer?.ok, false, JSON.stringify(answer));
  assert.deepEqual({ code: answer.error.code, field: answer.error.field }, { code, field });
  assert.ok(answer.error.message.length > 10);
}

const hello = (params) => `{"id":1,"op":"hello","params":${params}}`;

/** A body that a lenient reader takes, and why it is refused. */
const LENIENT = {
  'a member twice': '{"id":1,"id":2,"op":"hello","params":{}}',
  'a member twice, spelled with an escape': '{"id":1,"op":"hello","\\u006fp":"status","params":{}}',
  'a member twice, deep inside': hello('{"a":[{"b":1,"b":1}]}'),
  'an escaped NUL': '{"id":1,"op":"hello\\u0000","params":{}}',
  'a raw NUL': '{"id":1,"op":"hel\0lo","params":{}}',
  'a NUL after the object': '{"id":1,"op":"hello","params":{}}\0',
  'a broken unicode escape': '{"id":1,"op":"\\uZZZZ","params":{}}',
  'a short unicode escape': '{"id":1,"op":"\\u12","params":{}}',
  'an unknown escape': '{"id":1,"op":"\\x41","params":{}}',
  'a lone high surrogate': '{"id":1,"op":"\\ud800","params":{}}',
  'a lone low surrogate': '{"id":1,"op":"\\udc00","params":{}}',
  'surrogates in the wrong order': '{"id":1,"op":"\\udc00\\ud800","params":{}}',
  'a raw line feed in a string': '{"id":1,"op":"hel\nlo","params":{}}',
  'a raw tab in a string': '{"id":1,"op":"hel\tlo","params":{}}',
  'a byte order mark': '\ufeff{"id":1,"op":"hello","params":{}}',
  'trailing garbage': '{"id":1,"op":"hello","params":{}}x',
  'space before the object': ' {"id":1,"op":"hello","params":{}}',
  'a line feed after the object': '{"id":1,"op":"hello","params":{}}\n',
  'a second object': '{"id":1,"op":"hello","params":{}}{}',
  'a leading zero': '{"id":01,"op":"hello","params":{}}',
  'a plus sign': '{"id":+1,"op":"hello","params":{}}',
  'a fraction': '{"id":1.0,"op":"hello","params":{}}',
  'an exponent': '{"id":1e0,"op":"hello","params":{}}',
  'a number beyond 2^53': '{"id":9007199254740993,"op":"hello","params":{}}',
  'a huge number': '{"id":1' + '0'.repeat(400) + ',"op":"hello","params":{}}',
  hexadecimal: '{"id":0x1,"op":"hello","params":{}}',
  NaN: '{"id":NaN,"op":"hello","params":{}}',
  Infinity: '{"id":Infinity,"op":"hello","params":{}}',
  'a trailing comma': '{"id":1,"op":"hello","params":{},}',
  'a trailing comma in an array': hello('{"a":[1,]}'),
  'single quotes': "{'id':1,'op':'hello','params':{}}",
  'bare names': '{id:1,op:"hello",params:{}}',
  'a comment': '{"id":1,/* x */"op":"hello","params":{}}',
  True: hello('{"a":True}'),
  'a vertical tab as space': '{"id":1,\v"op":"hello","params":{}}',
  'a no-break space': '{"id":1,\u00a0"op":"hello","params":{}}',
  'only spaces': '    ',
  'an object cut short': '{"id":1,"op":"hello","params":{}',
  'too deep': hello(`{"a":${'['.repeat(LIMITS.CL_JSON_DEPTH_MAX)}${']'.repeat(LIMITS.CL_JSON_DEPTH_MAX)}}`),
  'far too deep': '['.repeat(100_000),
  'too many members': hello(
    `{${Array.from({ length: LIMITS.CL_JSON_MEMBERS_MAX + 1 }, (_, i) => `"m${i}":1`).join()}}`,
  ),
};
for (const [name, body] of Object.entries(LENIENT)) {
  test(`not strict JSON: ${name}`, async () => {
    const answer = await ask(body);
    refused(answer, 'bad-json', '');
    assert.equal(answer.id, null);
  });
}

const BAD_UTF8 = {
  'a lone continuation byte': [0x80],
  'a cut sequence': [0xe2, 0x82],
  'an overlong slash': [0xc0, 0xaf],
  'an overlong in three bytes': [0xe0, 0x80, 0xaf],
  'a surrogate': [0xed, 0xa0, 0x80],
  'beyond U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
  'Latin-1': [0xe9],
  '0xff': [0xff],
};
for (const [name, bytes] of Object.entries(BAD_UTF8)) {
  test(`not UTF-8: ${name}`, async () => {
    const body = ['{"id":1,"op":"', '","params":{}}'].map((text) => Buffer.from(text));
    refused(await ask(Buffer.concat([body[0], Buffer.from(bytes), body[1]])), 'bad-json', '');
  });
}

test('strict JSON in other clothes is taken', async () => {
  const bodies = [
    '{ "params" : { } ,\t"op"\r\n: "hello" , "id" : 1 }',
    '{"id":1,"op":"\\u0068ello","params":{}}',
    '{"id":9007199254740991,"op":"hello","params":{}}',
    '{"id":0,"op":"hello","params":{}}',
  ];
  for (const body of bodies) assert.equal((await ask(body)).ok, true, body);
});

/** @type {[string, string, string, string, number | null][]} body, code, field, name, id in the answer */
const MEMBERS = [
  ['[]', 'wrong-type', '', 'an array for the object', null],
  ['"hello"', 'wrong-type', '', 'a string for the object', null],
  ['null', 'wrong-type', '', 'null for the object', null],
  ['{}', 'missing-member', 'id', 'nothing', null],
  ['{"op":"hello","params":{}}', 'missing-member', 'id', 'no id', null],
  ['{"id":"1","op":"hello","params":{}}', 'wrong-type', 'id', 'a string as id', null],
  ['{"id":null,"op":"hello","params":{}}', 'wrong-type', 'id', 'null as id', null],
  ['{"id":-1,"op":"hello","params":{}}', 'bad-value', 'id', 'a negative id', null],
  ['{"id":5,"params":{}}', 'missing-member', 'op', 'no op', 5],
  ['{"id":5,"op":7,"params":{}}', 'wrong-type', 'op', 'a number as op', 5],
  ['{"id":5,"op":"","params":{}}', 'bad-value', 'op', 'an empty op', 5],
  ['{"id":5,"op":"Hello","params":{}}', 'unknown-op', 'op', 'another case', 5],
  ['{"id":5,"op":"hello ","params":{}}', 'unknown-op', 'op', 'a space more', 5],
  ['{"id":5,"op":"sign","params":{}}', 'unknown-op', 'op', 'an op that is not there', 5],
  [`{"id":5,"op":"${'x'.repeat(65)}","params":{}}`, 'too-long', 'op', 'a long op', 5],
  ['{"id":5,"op":"hello"}', 'missing-member', 'params', 'no params', 5],
  ['{"id":5,"op":"hello","params":null}', 'wrong-type', 'params', 'null as params', 5],
  ['{"id":5,"op":"hello","params":[]}', 'wrong-type', 'params', 'an array as params', 5],
  ['{"id":5,"op":"hello","params":{},"x":1}', 'unknown-member', 'x', 'one more member', 5],
  ['{"id":5,"op":"hello","params":{},"ID":1}', 'unknown-member', 'ID', 'a member in another case', 5],
  ['{"id":5,"op":"hello","params":{"x":1}}', 'unknown-member', 'x', 'params for hello', 5],
  ['{"id":5,"op":"status","params":{"x":1}}', 'unknown-member', 'x', 'params for status', 5],
  ['{"id":5,"op":"check","params":{"x":1}}', 'unknown-member', 'x', 'params for check', 5],
  ['{"id":5,"op":"unlock","params":{"x":1}}', 'unknown-member', 'x', 'params for unlock', 5],
  ['{"id":5,"op":"history","params":{}}', 'missing-member', 'from', 'no from', 5],
  ['{"id":5,"op":"history","params":{"from":0}}', 'missing-member', 'count', 'no count', 5],
  ['{"id":5,"op":"history","params":{"from":-1,"count":1}}', 'bad-value', 'from', 'a negative from', 5],
  ['{"id":5,"op":"history","params":{"from":0,"count":0}}', 'bad-value', 'count', 'count 0', 5],
  ['{"id":5,"op":"history","params":{"from":0,"count":1001}}', 'bad-value', 'count', 'count 1001', 5],
  ['{"id":5,"op":"history","params":{"from":"0","count":1}}', 'wrong-type', 'from', 'a string as from', 5],
  ['{"id":5,"op":"history","params":{"from":0,"count":1,"to":2}}', 'unknown-member', 'to', 'history to', 5],
  ['{"id":5,"op":"record","params":{}}', 'missing-member', 'observations', 'no observations', 5],
  ['{"id":5,"op":"record","params":{"observations":{}}}', 'wrong-type', 'observations', 'an object of observations', 5],
  ['{"id":5,"op":"record","params":{"observations":[]}}', 'bad-value', 'observations', 'an empty batch', 5],
  [
    '{"id":5,"op":"record","params":{"observations":[1]}}',
    'wrong-type',
    'observations[0]',
    'a number as observation',
    5,
  ],
];
for (const [body, code, field, name, id] of MEMBERS) {
  test(`members: ${name}`, async () => {
    const answer = await ask(body);
    refused(answer, code, field);
    assert.equal(answer.id, id);
  });
}

/** @param {any[]} observations */
const record = (observations) => host.send('record', { observations });

/** Every member of an observation, as a path. @param {any} o @param {string} [path] @returns {string[]} */
function paths(o, path = '') {
  return Object.entries(o).flatMap(([name, value]) => {
    const here = path + name;
    return value && typeof value === 'object' ? [here, ...paths(value, `${here}.`)] : [here];
  });
}

/** @param {any} o @param {string} path @param {(holder: any, name: string) => void} change */
function at(o, path, change) {
  const names = path.split('.');
  const last = /** @type {string} */ (names.pop());
  change(
    names.reduce((holder, name) => holder[name], o),
    last,
  );
  return o;
}

for (const path of paths(observation())) {
  test(`observation without ${path}`, async () => {
    const o = at(observation(), path, (holder, name) => delete holder[name]);
    refused(await record([observation(), o]), 'missing-member', `observations[1].${path}`);
  });
  test(`observation with the wrong type of ${path}`, async () => {
    const o = at(observation(), path, (holder, name) => (holder[name] = [1]));
    refused(await record([o]), 'wrong-type', `observations[0].${path}`);
  });
}
for (const path of ['', 'account.', 'page.', 'control.', 'client.']) {
  test(`observation with an unknown member ${path}extra`, async () => {
    const o = at(observation(), `${path}extra`, (holder, name) => (holder[name] = null));
    refused(await record([o]), 'unknown-member', `observations[0].${path}extra`);
  });
}

/** @type {[string, any, string][]} path, value, code */
const VALUES = [
  ['reading', 'ABCDEF0123456789ABCDEF0123456789', 'bad-value'],
  ['reading', '0123', 'bad-value'],
  ['state', 'On', 'bad-value'],
  ['state', '', 'bad-value'],
  ['reason', 'because', 'bad-value'],
  ['observed_at', '2026-11-21T18:00:00Z', 'bad-value'],
  ['observed_at', '2026-11-21T18:00:00.000+00:00', 'bad-value'],
  ['observed_at', '2026-02-29T18:00:00.000Z', 'bad-value'],
  ['observed_at', '2026-11-21T24:00:00.000Z', 'bad-value'],
  ['account.id', '', 'bad-value'],
  ['account.id', 'x'.repeat(65), 'too-long'],
  ['page.url', `https://www.linkedin.com/${'x'.repeat(300)}`, 'too-long'],
  ['page.url', 'https://www.linkedin.com.evil.org/mypreferences/d/data-for-ai-improvement', 'bad-value'],
  ['page.url', 'https://www.linkedin.com@evil.org/mypreferences/d/data-for-ai-improvement', 'bad-value'],
  ['page.url', 'http://www.linkedin.com/mypreferences/d/data-for-ai-improvement', 'bad-value'],
  ['page.url', 'https://www.linkedin.com/mypreferences/d/data-for-ai-improvement?x', 'bad-value'],
  ['page.url', 'https://www.linkedin.com/mypreferences/d/data-for-ai-improvement#x', 'bad-value'],
  ['page.title', 'x'.repeat(513), 'too-long'],
  ['page.language', 'x'.repeat(36), 'too-long'],
  ['page.navigation', 'reload', 'bad-value'],
  ['page.corroboration', 'maybe', 'bad-value'],
  ['control.kind', 'switch', 'bad-value'],
  ['control.key', 'x'.repeat(129), 'too-long'],
  ['control.label', 'x'.repeat(1025), 'too-long'],
  ['control.aria_checked', 'yes', 'bad-value'],
  ['control.place', 'nowhere', 'bad-value'],
  ['candidates', -1, 'bad-value'],
  ['candidates', 1001, 'bad-value'],
  ['client.browser', 'netscape', 'bad-value'],
  ['client.version', 'x'.repeat(33), 'too-long'],
];
for (const [path, value, code] of VALUES) {
  test(`observation with ${path} = ${JSON.stringify(value).slice(0, 40)}`, async () => {
    const o = at(observation(), path, (holder, name) => (holder[name] = value));
    refused(await record([o]), code, `observations[0].${path}`);
  });
}

const SETTING = 'https://www.linkedin.com/mypreferences/d/data-for-ai-improvement';
const unknown = (change = {}) =>
  observation({ state: 'unknown', reason: 'signed-out', control: null, candidates: 0, ...change });

/** The table of docs/protocol.md. @type {[string, any, string][]} */
const CONTRADICTIONS = [
  ['on without a control', observation({ control: null }), 'control'],
  ['off without a control', observationOff({ control: null }), 'control'],
  ['not-offered with a control', observation({ state: 'not-offered' }), 'control'],
  ['unknown without a reason', unknown({ reason: null }), 'reason'],
  ['on with a reason', observation({ reason: 'mixed' }), 'reason'],
  ['off with a reason', observationOff({ reason: 'ambiguous' }), 'reason'],
  ['not-offered with a reason', observation({ state: 'not-offered', control: null, reason: 'ambiguous' }), 'reason'],
  ['on, natively unchecked', observation({ control: { checked: false } }), 'control.checked'],
  ['on, ARIA says false', observation({ control: { aria_checked: 'false' } }), 'control.aria_checked'],
  ['on, ARIA says mixed', observation({ control: { aria_checked: 'mixed' } }), 'control.aria_checked'],
  ['on, pressed false', observation({ control: { aria_pressed: 'false' } }), 'control.aria_pressed'],
  ['on, pressed mixed', observation({ control: { aria_pressed: 'mixed' } }), 'control.aria_pressed'],
  ['on, nothing says so', observation({ control: { checked: null, aria_checked: null } }), 'control.checked'],
  ['off, natively checked', observationOff({ control: { checked: true } }), 'control.checked'],
  ['off, ARIA says true', observationOff({ control: { aria_checked: 'true' } }), 'control.aria_checked'],
  ['off, ARIA says mixed', observationOff({ control: { aria_checked: 'mixed' } }), 'control.aria_checked'],
  ['off, pressed true', observationOff({ control: { aria_pressed: 'true' } }), 'control.aria_pressed'],
  ['off, pressed mixed', observationOff({ control: { aria_pressed: 'mixed' } }), 'control.aria_pressed'],
  ['off, nothing says so', observationOff({ control: { checked: null, aria_checked: null } }), 'control.checked'],
  ['pending unknown', unknown({ pending: true, trusted: true }), 'pending'],
  ['pending, trust unsaid', observation({ pending: true }), 'trusted'],
  ['not pending, trust said', observation({ trusted: false }), 'trusted'],
  ['on at the feed', observation({ page: { url: 'https://www.linkedin.com/feed/' } }), 'page.url'],
  ['off at a setting beside it', observationOff({ page: { url: `${SETTING}-2` } }), 'page.url'],
  [
    'not-offered below the setting',
    observation({ state: 'not-offered', control: null, page: { url: `${SETTING}/x` } }),
    'page.url',
  ],
  ['on without candidates', observation({ candidates: 0 }), 'candidates'],
  ['off without candidates', observationOff({ candidates: 0 }), 'candidates'],
];
for (const [name, o, field] of CONTRADICTIONS) {
  test(`contradiction: ${name}`, async () => {
    refused(await record([observation(), o]), 'contradiction', `observations[1].${field}`);
  });
}

test(`a batch of ${LIMITS.CL_BATCH_MAX + 1} is too long`, async () => {
  const many = Array.from({ length: LIMITS.CL_BATCH_MAX + 1 }, () => observation());
  refused(await record(many), 'too-long', 'observations');
});
