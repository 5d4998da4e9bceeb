// The table of pages: each file in pages/ is one page of the setting and says what is right to answer about it.
//
// A file is a complete HTML document whose first line opens a comment of `key: value` lines:
//   shows    what it shows                        known, guessed  which facts it follows, what is invented
//   expect   what the last observation must say: JSON of paths and values ({"state":"on","control.kind":"artdeco"}),
//            or null: nothing may be reported
//   also     states that may be reported on the way, besides those expected (JSON list)
//   address  path it is served at                 status   HTTP status (200)
//   steps    JSON list, in order: {"wait":ms} {"click":"css"} {"key":"css"} {"expect":{…}} by the member's own hand
//   after    seconds the answer may take (30)     hold     true: watch for all of them, the answer may not change
//   hidden   true: the tab never becomes visible  world    isolated: only a real browser keeps page and reader apart
//   cause    what the log should give as cause, where it can be told from one page
// Adding a page is dropping in a file.
import { readdirSync, readFileSync } from 'node:fs';
import { clobberedAtOnce } from './clobber.mjs';

const FOLDER = new URL('pages/', import.meta.url);
const ADDRESS = '/mypreferences/d/settings/data-for-ai-improvement';
const KEYS = new Set([
  'shows',
  'known',
  'guessed',
  'expect',
  'also',
  'address',
  'status',
  'steps',
  'after',
  'hold',
  'hidden',
  'world',
  'cause',
]);
const JSON_KEYS = new Set(['expect', 'also', 'status', 'steps', 'after', 'hold', 'hidden']);
const REQUIRED = ['shows', 'expect'];

/**
 * @typedef {{wait: number} | {click: string} | {key: string} | {expect: Record<string, unknown>}} Step
 * @typedef {object} Page
 * @property {string} name
 * @property {string} html
 * @property {string} shows
 * @property {Record<string, unknown> | null} expect
 * @property {string[]} also
 * @property {string} address
 * @property {number} status
 * @property {Step[]} steps
 * @property {number} after
 * @property {boolean} hold
 * @property {boolean} hidden
 * @property {string | null} world
 * @property {string | null} cause
 * @property {(request: object, response: any, url: URL) => boolean} answer  as a server: did it answer?
 */

/** @param {string} name @param {string} head */
function fields(name, head) {
  const entries = head
    .trim()
    .split('\n')
    .map((line) => {
      const [, key, value] = /^([a-z]+): (.*)$/.exec(line.trim()) ?? [];
      if (!KEYS.has(key)) throw new Error(`${name}: unknown line in its head: ${line}`);
      return [key, JSON_KEYS.has(key) ? JSON.parse(value) : value];
    });
  return Object.fromEntries(entries);
}

/** @param {string} name @param {string} html @returns {Page} */
export function parsePage(name, html) {
  const head = /^<!--\n([\s\S]*?)-->/.exec(html);
  if (!head) throw new Error(`${name}: its first line is no comment`);
  const given = fields(name, head[1]);
  for (const key of REQUIRED) if (given[key] === undefined) throw new Error(`${name}: no "${key}"`);
  if (given.known === undefined && given.guessed === undefined)
    throw new Error(`${name}: neither "known" nor "guessed"`);
  const page = {
    also: [],
    address: ADDRESS,
    status: 200,
    steps: [],
    after: 30,
    hold: false,
    hidden: false,
    world: null,
    cause: null,
    ...given,
    name,
    html,
  };
  return { ...page, answer: (request, response, url) => answer(page, response, url) };
}

function answer(page, response, url) {
  if (url.pathname + url.search !== page.address) return false;
  response.writeHead(page.status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(page.html);
  return true;
}

/** @returns {Page[]} by name */
export function loadPages() {
  const files = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.html'))
    .sort()
    .map((file) => [file.slice(0, -5), readFileSync(new URL(file, FOLDER), 'utf8')]);
  return [...files, ...clobberedAtOnce()].map(([name, html]) => parsePage(name, html));
}

const at = (value, path) => path.split('.').reduce((object, key) => object?.[key] ?? null, value);

/** What differs between an observation and what was expected, in words; '' when nothing does. */
export function difference(observation, expected) {
  if (!observation) return expected === null ? '' : 'nothing was reported';
  if (expected === null) return `reported ${observation.state} (${observation.reason})`;
  return Object.entries(expected)
    .filter(([path, value]) => at(observation, path) !== value)
    .map(([path, value]) => `${path} is ${JSON.stringify(at(observation, path))}, not ${JSON.stringify(value)}`)
    .join('; ');
}

/** States that may be reported about this page at any moment; `unknown` always may, a wrong state never. */
export function allowedStates(page) {
  const steps = page.steps.flatMap((step) => ('expect' in step ? [step.expect.state] : []));
  return new Set(['unknown', ...page.also, ...steps, ...(page.expect ? [page.expect.state] : [])]);
}
