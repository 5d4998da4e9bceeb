/**
 * What the reader costs. In Chromium and in Firefox: the dearest look at a page of 10,000 nodes, in the reader's own world, against a walk
 * that touches each node, in turns. In Chromium: the longest task of ours while 10,000 mutations happen, as the browser's own
 * trace has it, beside what the same page does without us.
 */
import { EXTENSION_ID, startPlainChromium } from '../e2e/chromium.mjs';
import { startFirefox } from '../e2e/firefox.mjs';
import { sleep } from '../e2e/host.mjs';
import { until } from '../e2e/support.mjs';
import { SETTING } from '../replica/server.mjs';
import { ELSEWHERE, html, inReadersWorld, openRead, ownInChromium, SWITCH, withReader } from './reader-world.mjs';
import { gate, median } from './table.mjs';

const NODES = 10_000;
const LONG_TASK_MS = 50;

/* Where the switch is in no light tree, each look walks every element. */
const SHADOW = `<div id="host"></div><script>document.getElementById("host").attachShadow({mode:"open"}).append(
...new DOMParser().parseFromString(${JSON.stringify(SWITCH)},"text/html").body.childNodes)</script>`;

/* Attributes that the reader watches, and nodes that move, by turns. */
const FLOOD = `addEventListener("load",()=>{const f=document.getElementById("rest");let n=0;const t=setInterval(()=>{
for(let i=0;i<50;i++,n+=2){f.children[i].setAttribute("aria-disabled",String(n));f.append(f.firstElementChild)}
if(n>=10000){clearInterval(t);window.flooded=true}},10)})`;

/** What is run in the reader's world. */
function giveMeasures() {
  globalThis.measures = {
    isThere: () => globalThis[Symbol.for('consentlog.reader')] !== undefined,
    looks: async () => {
      const { describe } = globalThis[Symbol.for('consentlog.reader')];
      const rest = document.getElementById('rest');
      const timed = (run) => {
        const from = performance.now();
        run();
        return performance.now() - from;
      };
      const walk = () => {
        let n = 0;
        for (const e of document.querySelectorAll('*')) n += e.hasAttribute('role') ? 1 : 0;
        return n;
      };
      const bare = () => {
        for (let n = 0; n < 10; n += 1) document.querySelectorAll('*');
      };
      const samples = { look: [], walk: [], bare: [], nodes: document.querySelectorAll('*').length };
      for (let round = 0; round < 50; round += 1) {
        rest.append(rest.firstElementChild);
        rest.getBoundingClientRect(); // laying it out is the page's own work
        for (let turn = 0; turn < 3; turn += 1) await null; // the observer has its turn
        samples.look.push(timed(describe));
        samples.walk.push(timed(walk));
        samples.bare.push(timed(bare) / 10);
      }
      return samples;
    },
  };
}

/** Medians of one look, of a walk that touches each node, and of a bare `querySelectorAll`, in one page. */
async function looksAt(world, name) {
  const page = await openRead(world, name);
  const { nodes, ...samples } = await inReadersWorld(world, 'looks');
  await page.close();
  return { nodes, ...Object.fromEntries(Object.entries(samples).map(([what, all]) => [what, median(all.slice(10))])) };
}

async function lookRows(world) {
  const [light, shadow] = [await looksAt(world, 'light'), await looksAt(world, 'shadow')];
  const against = 'a walk that touches each';
  const unit = 'ms';
  return [
    { what: `a look everywhere, ${light.nodes} nodes`, ours: light.look, against, theirs: light.walk, unit, atMost: 3 },
    { what: 'the same', ours: light.look, against: 'a bare querySelectorAll("*")', theirs: light.bare, unit },
    { what: 'the switch in a shadow root', ours: shadow.look, against, theirs: shadow.walk, unit, atMost: 3 },
  ];
}

/** Of a trace: the longest run of a script of ours, and the longest task of the page; milliseconds of the processor where it says so. */
function longestIn(trace) {
  const { traceEvents } = JSON.parse(trace);
  const took = ({ dur, tdur }) => (tdur ?? dur ?? 0) / 1000;
  const longest = (events) => Math.max(0, ...events.map(took));
  const isOurs = ({ args }) => args?.data?.url?.startsWith(`chrome-extension://${EXTENSION_ID}/content/`);
  const calls = traceEvents.filter(({ name }) => name === 'FunctionCall' || name === 'EvaluateScript');
  const tabs = new Set(calls.map(({ pid }) => pid));
  const tasks = traceEvents.filter(({ name, pid }) => tabs.has(pid) && name.endsWith('RunTask'));
  const ours = calls.filter(isOurs);
  const all = ours.reduce((sum, run) => sum + took(run), 0);
  return { ours: longest(ours), calls: ours.length, all, task: longest(tasks) };
}

/** 10,000 mutations, and the reader's looks after them. */
async function flood(world, path) {
  const page = await world.browser.newPage();
  await page.setExtraHTTPHeaders({ 'x-replica-page': 'flood' });
  await page.tracing.start({
    categories: ['-*', 'toplevel', 'disabled-by-default-devtools.timeline', 'devtools.timeline'],
  });
  await page.goto(`https://www.linkedin.com${path}`, { waitUntil: 'load' });
  await page.bringToFront(); // a hidden tab's timers would take a second each
  await until('the end of the flood', () => page.evaluate(() => window.flooded === true), 60_000);
  await sleep(3_000);
  const longest = longestIn(Buffer.from(await page.tracing.stop()).toString('utf8'));
  await page.close();
  return longest;
}

async function floodRows(world) {
  const without = await flood(world, ELSEWHERE);
  const beside = await flood(world, SETTING);
  if (without.calls !== 0 || beside.calls < 3)
    throw new Error(`ours ran ${beside.calls} times, and ${without.calls} times elsewhere`);
  return [
    {
      what: 'our longest run, 10,000 mutations',
      ours: beside.ours,
      against: 'a long task',
      theirs: LONG_TASK_MS,
      unit: 'ms',
      atMost: 1,
    },
    {
      what: `all ${beside.calls} runs of ours meanwhile`,
      ours: beside.all,
      against: 'a long task',
      theirs: LONG_TASK_MS,
      unit: 'ms',
    },
    {
      what: 'longest task of that page',
      ours: beside.task,
      against: 'the same page without us',
      theirs: without.task,
      unit: 'ms',
    },
  ];
}

const PAGES = { light: html(SWITCH, NODES), shadow: html(SHADOW, NODES), flood: html(SWITCH, NODES, FLOOD) };

/** @param {string} name @param {any} start @param {(world: any) => Promise<any>} openOwn @param {((world: any) => Promise<any[]>)[]} parts */
const bench = (name, start, openOwn, parts) =>
  withReader({ name, start, openOwn, giveMeasures, pages: PAGES }, async (world) => {
    for (const part of parts) await gate(async () => ({ title: `the reader in ${name}`, rows: await part(world) }));
  });

await bench('chromium', startPlainChromium, ownInChromium, [lookRows, floodRows]);
/* Its clocks are blurred on purpose, unless asked not to. */
const startSharp = (session, replica) => startFirefox(session, replica, { 'privacy.reduceTimerPrecision': false });
await bench('firefox', startSharp, (world) => world.browser.openOwn('ui/options.html'), [lookRows]);
