// Every page of tests/replica/pages in a real browser, with the real host: what the extension reports on the way is never
// wrong, and what it reports at last is what the page's file expects. Several browsers side by side, each with one tab,
// because most of the time is waiting for a page to stand still.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, freemem, loadavg } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { allowedStates, difference, loadPages } from '../replica/pages.mjs';
import { HOST, sleep } from './host.mjs';
import { stage } from './stage.mjs';
import { registerHost } from './support.mjs';

const ORIGIN = 'https://www.linkedin.com';
const TEE = fileURLToPath(new URL('tee-host.mjs', import.meta.url));
const POLL_MS = 200;

/** One browser with its own session; `notes` are the observations sent so far, each with the host's answer. */
async function startLane(name, start, pages) {
  const world = await stage(name, start);
  const file = join(world.session.dir, 'notes.jsonl');
  Object.assign(world.session.env, { CL_TEE_FILE: file, CL_TEE_HOST: HOST });
  registerHost(world.session, name, TEE);
  for (const page of pages) world.replica.pages.set(page.name, page);
  await world.start();
  world.notes = () =>
    (existsSync(file) ? readFileSync(file, 'utf8') : '')
      .split('\n')
      .slice(0, -1) /* the last may not be whole yet */
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .filter(({ question }) => question.op === 'record')
      .flatMap(({ question, answer }) =>
        question.params.observations.map((observation, index) => ({
          observation,
          recorded: answer.result?.recorded[index] ?? null,
          error: answer.error ?? null,
        })),
      );
  return world;
}

/** Waits until the last report is as expected; answers what differs at the end of the time. */
async function awaitReport(notes, expected, seconds, hold) {
  const limit = Date.now() + seconds * 1000;
  for (;;) {
    const wrong = difference(notes().at(-1)?.observation, expected);
    if (Date.now() > limit || (wrong === '' && !hold && expected !== null)) return wrong;
    await sleep(POLL_MS);
  }
}

const doers = {
  wait: async (_tab, ms) => sleep(ms),
  /* Not by the driver's own click, which waits for ever where a crowded machine draws nothing. */
  click: async (tab, selector) => {
    const { x, y } = await tab.$eval(selector, (element) => {
      element.scrollIntoView({ block: 'center', behavior: 'instant' });
      const box = element.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    });
    await tab.mouse.click(x, y);
  },
  key: async (tab, selector) => {
    await tab.focus(selector);
    await tab.keyboard.press(' ');
  },
};

async function takeSteps(tab, page, notes) {
  for (const step of page.steps) {
    const [[what, argument]] = Object.entries(step);
    if (what !== 'expect') await doers[what](tab, argument);
    else assert.equal(await awaitReport(notes, argument, page.after, false), '');
  }
}

async function tryPage(lane, page) {
  const tab = await lane.browser.newPage();
  try {
    const began = Date.now();
    const notes = () => lane.notes().filter(({ observation }) => Date.parse(observation.observed_at) >= began);
    await tab.setExtraHTTPHeaders({ 'x-replica-page': page.name });
    if (page.hidden) await lane.page.bringToFront();
    await tab.goto(ORIGIN + page.address, { waitUntil: 'domcontentloaded' });
    if (page.hidden) assert.equal(await tab.evaluate(() => document.visibilityState), 'hidden');
    await takeSteps(tab, page, notes);
    const wrong = await awaitReport(notes, page.expect, page.after, page.hold);
    judge(page, notes(), wrong);
  } finally {
    await tab.close();
  }
}

function judge(page, notes, wrong) {
  const told = JSON.stringify(
    notes.map(({ observation }) => observation),
    null,
    1,
  );
  assert.equal(wrong, '', told);
  const states = allowedStates(page);
  for (const { observation, error } of notes) {
    assert.ok(states.has(observation.state), `${observation.state} was reported on the way: ${told}`);
    assert.equal(error, null, `the host refused it: ${told}`);
  }
  if (page.cause) assert.equal(notes.at(-1).recorded.cause, page.cause);
}

/**
 * How many browsers side by side. Two cores are not filled by eight: then the table takes what its pages wait, divided by their
 * number. Twelve of them take some 4 GB, and the other browser's twelve may begin at the same time.
 */
const LANES = freemem() > 15 * 2 ** 30 ? 12 : 8;

const LOAD_MAX = 8 * cpus().length;
const ROOM_WAIT = 180; /* seconds */

/** On a crowded machine a page is drawn so late that there is no time left to look at it. Bounded, for others may keep it crowded. */
async function untilThereIsRoom() {
  for (let waited = 0; waited < ROOM_WAIT && loadavg()[0] > LOAD_MAX; waited += 1) await sleep(1_000);
}

const LAST_LOOK = 26; /* seconds: what is unknown is said at the reader's bound */
const FIRST_LOOK = 6;

/** About how long a page takes, in seconds. */
function lengthOf({ expect, hold, after: limit, steps }) {
  const stepped = steps.reduce((sum, step) => sum + ('wait' in step ? step.wait / 1000 : FIRST_LOOK), 0);
  if (hold || expect === null) return stepped + limit;
  return stepped + (['on', 'off'].includes(expect.state) ? FIRST_LOOK : LAST_LOOK);
}

/**
 * @param {string} name
 * @param {Function} start
 * @param {Record<string, object>} [differs] by page: what this browser makes of it, where it is not what the file expects
 */
export function pageTable(name, start, differs = {}) {
  const pages = loadPages()
    .map((page) => ({ ...page, expect: differs[page.name] ?? page.expect }))
    .sort((a, b) => lengthOf(b) - lengthOf(a)); /* the long ones first, so that no lane is left with one at the end */
  describe(`${name}: every page of the replica`, { concurrency: LANES }, () => {
    /** @type {any[]} */
    const free = [];
    const all = [];
    before(async () => {
      for (let i = 0; i < LANES; i++) all.push(await startLane(name, start, pages));
      free.push(...all);
    });
    after(async () => {
      for (const lane of all) await lane.stop();
    });
    for (const page of pages) {
      it(`${page.name}: ${page.shows}`, async () => {
        const lane = free.pop();
        try {
          await untilThereIsRoom();
          await tryPage(lane, page);
        } finally {
          free.push(lane);
        }
      });
    }
  });
}
