// One list of errors, operations and limits in C, in JavaScript and in docs/protocol.md.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ERROR_CODES } from '../../extension/shared/errors.js';
import * as protocol from '../../extension/shared/protocol.js';
import { errorsOfHost, limits, ROOT } from '../e2e/host.mjs';

const read = (/** @type {string} */ path) => readFileSync(join(ROOT, path), 'utf8');
const doc = read('docs/protocol.md');

/** @returns {{code: string, sentence: string}[]} in the order of host/base/err.h */
const errorsOfC = () => errorsOfHost().map(({ code, parts }) => ({ code, sentence: parts.join('') }));

/** The rows of the table under "Error codes". */
function errorsOfDoc() {
  const table = doc.slice(doc.indexOf('## Error codes'));
  const found = [...table.matchAll(/^\| (\d+) \| `([a-z-]+)` \| (.+) \|$/gm)];
  return found.map(([, number, code, sentence]) => ({ number: Number(number), code, sentence }));
}

test('docs/protocol.md lists every error of err.h, in order, in the same words', () => {
  assert.ok(errorsOfC().length > 30);
  assert.deepEqual(
    errorsOfDoc(),
    errorsOfC().map((error, number) => ({ number, ...error })),
  );
});

test('the extension knows every error, in order', () => {
  assert.deepEqual(
    [...ERROR_CODES],
    errorsOfC().map(({ code }) => code),
  );
});

test('a code stands for one error and is spelled like the others', () => {
  const codes = errorsOfC().map(({ code }) => code);
  assert.equal(new Set(codes).size, codes.length);
  for (const code of codes) assert.match(code, /^[a-z]+(-[a-z]+)*$/);
});

test('a sentence ends, and says what became of the log', () => {
  for (const { sentence } of errorsOfC()) assert.match(sentence, /(\.|: consentlog [a-z]+)$/);
});

test('every operation of the host has its heading, and every heading its operation', () => {
  const table = read('host/browser/ops.c').match(/\} ops\[\] = \{([\s\S]*?)\n\};/)?.[1] ?? '';
  const inCode = [...table.matchAll(/\{"([a-z.]+)", op_\w+\b/g)].map((m) => m[1]);
  const inDoc = [...doc.matchAll(/^### `([a-z.]+)`/gm)].map((m) => m[1]);
  assert.ok(inCode.length >= 6);
  assert.deepEqual(inDoc, inCode);
});

test('the limits are those of limits.h', () => {
  const {
    CL_REQUEST_MAX,
    CL_REPLY_MAX,
    CL_BATCH_MAX,
    CL_ENTRY_MAX,
    CL_JSON_DEPTH_MAX,
    CL_JSON_MEMBERS_MAX,
    CL_PAGE_MAX,
  } = limits();
  const plain = (/** @type {number} */ n) => n.toLocaleString('en-US');
  assert.ok(doc.includes(`at most ${plain(CL_REQUEST_MAX)} bytes (8 MiB)`));
  assert.ok(doc.includes(`at most ${plain(CL_REPLY_MAX)} (1 MiB)`));
  assert.ok(
    doc.includes(
      `"limits":{"request":${CL_REQUEST_MAX},"reply":${CL_REPLY_MAX},"batch":${CL_BATCH_MAX},"entry":${CL_ENTRY_MAX}}`,
    ),
  );
  assert.ok(doc.includes(`{"observations":[o, …]}\`, 1 … ${CL_BATCH_MAX}`));
  assert.ok(doc.includes(`"count":1…${CL_PAGE_MAX}`));
  assert.match(doc, new RegExp(`at most ${CL_JSON_DEPTH_MAX} levels and ${CL_JSON_MEMBERS_MAX} members`));
  assert.equal(protocol.BATCH_MAX, CL_BATCH_MAX);
});

/** A list of names in the host's source. @param {string} name */
function namesOfC(name) {
  const source = ['observation', 'client', 'document'].map((module) => read(`host/entry/${module}.c`)).join('');
  const list = new RegExp(`cl_${name}_names\\[\\] = \\{([^}]*)\\}`).exec(source)?.[1] ?? '';
  return [...list.matchAll(/"([^"]+)"/g)].map((m) => m[1]);
}

test('states and reasons are the same list everywhere', () => {
  assert.deepEqual([...protocol.STATES], namesOfC('state'));
  assert.deepEqual([...protocol.REASONS], namesOfC('reason'));
  const quoted = (/** @type {string[]} */ names) => names.map((name) => `"${name}"`).join('|');
  for (const name of ['state', 'reason', 'control_kind', 'place', 'navigation', 'browser', 'phase', 'change', 'cause'])
    assert.ok(doc.replace(/\s+/g, ' ').includes(quoted(namesOfC(name))), `${name}: ${quoted(namesOfC(name))}`);
});
