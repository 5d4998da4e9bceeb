// Every page of tests/replica/pages in a real browser, with the real host: what the extension reports on the way is never
// wrong, and what it reports at last is what the page's file expects. Several browsers side by side, each with one tab,
// because most of the time is waiting for a page to stand still.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { cpus, endianness } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { allowedStates, difference, loadPages } from '../replica/pages.mjs';
import { BUILD, HOST, sleep } from './host.mjs';
import { stage } from './stage.mjs';
import { registerHost, until } from './support.mjs';

const ORIGIN = 'https://www.linkedin.com';
const NOTHING = `${ORIGIN}/replica/nothing`; /* of the same site, so that the page after it needs no process of its own */
const TEE = join(BUILD, 'tests/tee_host');
const POLL_MS = 200;

/** The messages of a file of frames; the last may not be whole yet. */
function messages(file) {
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  const found = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + (endianness() === 'LE' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
    if (end > bytes.length) break;
    found.push(JSON.parse(bytes.toString('utf8', at + 4, end)));
    at = end;
  }
  return found;
}

/** What was asked to record since then, with the answers that are there, in the order of time. */
function recorded(directory, since) {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.questions'))
    .flatMap((name) => {
      const answers = messages(join(directory, name.replace('.questions', '.answers')));
      return messages(join(directory, name))
        .slice(0, answers.length)
        .map((question, index) => ({ question, answer: answers[index] }));
    })
    .filter(({ question }) => question.op === 'record')
    .flatMap(({ question, answer }) =>
      question.params.observations.map((observation, index) => ({
        observation,
        recorded: answer.result?.recorded[index] ?? null,
        error: answer.error ?? null,
      })),
    )
    .filter(({ observation }) => Date.parse(observation.observed_at) >= since)
    .sort((a, b) => Date.parse(a.observation.observed_at) - Date.parse(b.observation.observed_at));
}

/** As a member does it: open behind the others, it would be drawn anew with each report. */
async function closeWelcome({ browser }) {
  await until('the welcome page', async () => {
    for (const page of await browser.pages()) {
      if (!(await page.evaluate(() => location.pathname).catch(() => '')).endsWith('/ui/welcome.html')) continue;
      await page.close();
      return true;
    }
    return false;
  });
}

/** One browser with its own session; `notes` are the observations made since a time, each with the host's answer. */
async function startLane(name, start, pages) {
  assert.ok(existsSync(TEE), `${TEE} is not built`);
  const world = await stage(name, start);
  const directory = join(world.session.dir, 'notes');
  mkdirSync(directory);
  Object.assign(world.session.env, { CL_TEE_DIR: directory, CL_TEE_HOST: HOST });
  registerHost(world.session, name, TEE);
  for (const page of pages) world.replica.pages.set(page.name, page);
  await world.start();
  await closeWelcome(world.browser);
  world.notes = (since) => recorded(directory, since);
  world.forgetNotes = () => readdirSync(directory).forEach((file) => unlinkSync(join(directory, file)));
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
    await sleep(600); // a member sees first where the focus is
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

/**
 * The lane's one tab, empty and looked at: a tab of its own for each page costs a browser more than the page. After a page that failed
 * there is another.
 */
async function emptyTab(lane) {
  lane.tab ??= await lane.browser.newPage();
  await lane.tab.goto(NOTHING);
  await lane.tab.bringToFront();
  return lane.tab;
}

/** Answers since when it is to be watched, and for how long: what a busy machine takes to open it is counted beside that. */
async function opened(lane, page) {
  const asked = Date.now();
  const tab = await emptyTab(lane);
  lane.forgetNotes(); // so that each look reads this page's alone
  const began = Date.now();
  lane.replica.shown = page.name;
  if (page.hidden) await lane.page.bringToFront();
  await tab.goto(ORIGIN + page.address, { waitUntil: 'domcontentloaded' });
  return { tab, began, after: page.after + (Date.now() - asked) / 1000 };
}

async function tryPage(lane, page) {
  try {
    const { tab, began, after: limit } = await inTurn(() => opened(lane, page));
    const notes = () => lane.notes(began);
    if (page.hidden) assert.equal(await tab.evaluate(() => document.visibilityState), 'hidden');
    await takeSteps(tab, { ...page, after: limit }, notes);
    const wrong = await awaitReport(notes, page.expect, limit, page.hold);
    judge(page, notes(), wrong);
  } catch (error) {
    const { tab } = lane;
    delete lane.tab;
    await tab?.close();
    throw error;
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

/** How many browsers side by side: so many fill two cores; more, each dear to start, would wait for their turn to open a page. */
const LANES = { chromium: 10, firefox: 6 };

const IDLE_ENOUGH = 0.3; /* of all processors */
const IDLE_WINDOW_MS = 500;
const ROOM_WAIT_MS = 2_000; /* where others never leave any idle, each waits for its own */

/** Processor time since the start of the machine, in ms: what was idle or lent to processes of low priority, and all. */
function processorTime() {
  const times = cpus().map(({ times }) => times);
  const sum = (/** @type {(keyof typeof times[0])[]} */ ...names) =>
    times.reduce((total, time) => total + names.reduce((of, name) => of + time[name], 0), 0);
  return { idle: sum('idle', 'nice'), all: sum('idle', 'nice', 'user', 'sys', 'irq') };
}

/** Waits until the processors have time to spare; bounded, for others may keep them busy. */
async function untilIdle() {
  for (const limit = Date.now() + ROOM_WAIT_MS; Date.now() < limit;) {
    const since = processorTime();
    await sleep(IDLE_WINDOW_MS);
    const now = processorTime();
    if (now.idle - since.idle >= IDLE_ENOUGH * (now.all - since.all)) return;
  }
}

/**
 * One page after the other is opened, each when the one before it is there and the processors have room, or it has waited for it: a dozen
 * that begin at once are drawn so late that there is no time left to look at them, while the processors idle between two such crowds.
 * (The load average tells nothing of this: it is an average of minutes.)
 */
let lastOpened = Promise.resolve();
function inTurn(open) {
  const opening = lastOpened.then(untilIdle).then(open);
  lastOpened = opening.catch(() => {});
  return opening;
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
  describe(`${name}: every page of the replica`, { concurrency: LANES[name] }, () => {
    /** @type {any[]} */
    const free = [];
    const all = [];
    before(async () => {
      for (let i = 0; i < LANES[name]; i++) all.push(await startLane(name, start, pages));
      free.push(...all);
    });
    after(async () => {
      for (const lane of all) await lane.stop();
    });
    for (const page of pages) {
      it(`${page.name}: ${page.shows}`, async () => {
        const lane = free.pop();
        try {
          await tryPage(lane, page);
        } finally {
          free.push(lane);
        }
      });
    }
  });
}
