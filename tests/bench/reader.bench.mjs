/**
 * What the reader costs. In Chromium and in Firefox: the dearest look at a page of 10,000 nodes, in the reader's own world, against a walk
 * that touches each node, in turns. In Chromium: the longest task of ours while 10,000 mutations happen, as the browser's own
 * trace has it, beside what the same page does without us; and the background's memory after 1,000 readings.
 */
import { SETTING } from '../replica/server.mjs';
import { EXTENSION_ID, startPlainChromium } from '../e2e/chromium.mjs';
import { startFirefox } from '../e2e/firefox.mjs';
import { sleep } from '../e2e/host.mjs';
import { stage } from '../e2e/stage.mjs';
import { registerHost, until } from '../e2e/support.mjs';
import { gate, median } from './table.mjs';

const NODES = 10_000;
const READINGS = 1_000;
/** So many first: what the engine learns about running code is learnt once. */
const WARM = 300;
const AT_ONCE = 50;
const LONG_TASK_MS = 50;
const AT = 'https://www.linkedin.com';
/** The same page where the reader does not go. */
const ELSEWHERE = '/mypreferences/d/settings/something-else';

const SWITCH = `<span id="allowGenAiTraining">Use my data for training content creation AI models</span>
<input type="checkbox" role="switch" aria-labelledby="allowGenAiTraining" checked>`;
/* Where the switch is in no light tree, each look walks every element. */
const SHADOW = `<div id="host"></div><script>document.getElementById("host").attachShadow({mode:"open"}).append(
...new DOMParser().parseFromString(${JSON.stringify(SWITCH)},"text/html").body.childNodes)</script>`;

const html = (inside, script = '') => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Data for Generative AI Improvement | LinkedIn</title></head><body><main><h1>Data for Generative AI Improvement</h1>
${inside}</main>
<div id="rest">${'<div class="x"><p>A <b>post</b></p></div>'.repeat(Math.ceil(NODES / 3))}</div><script>${script}</script></body></html>`;

/* Attributes that the reader watches, and nodes that move, by turns. */
const FLOOD = `addEventListener("load",()=>{const f=document.getElementById("rest");let n=0;const t=setInterval(()=>{
for(let i=0;i<50;i++,n+=2){f.children[i].setAttribute("aria-disabled",String(n));f.append(f.firstElementChild)}
if(n>=10000){clearInterval(t);window.flooded=true}},10)})`;

const asPage = (text) => ({
  answer: (request, response, url) => {
    if (![SETTING, ELSEWHERE].includes(url.pathname)) return false;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(text);
    return true;
  },
});

async function openAs(world, name, path) {
  const page = await world.browser.newPage();
  await page.setExtraHTTPHeaders({ 'x-replica-page': name });
  await page.goto(`${AT}${path}`, { waitUntil: 'load' });
  return page;
}

/** Runs in the reader's world of the tab that shows the setting. */
const inReadersWorld = (ours, func, args = []) =>
  ours.evaluate(
    async (text, given) => {
      const [{ id }] = await chrome.tabs.query({
        url: 'https://www.linkedin.com/mypreferences/*data-for-ai-improvement*',
      });
      const [{ result, error }] = await chrome.scripting.executeScript({
        target: { tabId: id },
        func: globalThis.measures[text],
        args: given,
      });
      if (error) throw error;
      return result;
    },
    func,
    args,
  );

/** What is measured in the reader's world; functions, for the browser takes no text. */
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
    send: async (first, many) => {
      const readingOf = (n) => ({
        v: 1,
        id: n.toString(16).padStart(32, '0'),
        observedAt: Date.now(),
        quiet: 5_000,
        final: true,
        uncounted: 0,
        data: [],
        page: {
          url: location.href,
          language: 'en',
          headings: ['Data for Generative AI Improvement'],
          navigation: 'load',
          loadedAt: Date.now(),
          status: 200,
          mains: 1,
          closedFrames: 0,
          complete: true,
          busy: false,
          signIn: false,
          challenge: false,
          lines: [],
        },
        account: { ids: ['1001'], premium: [false] },
        controls: [
          {
            tag: 'input',
            type: 'checkbox',
            role: 'switch',
            keys: ['allowGenAiTraining'],
            heading: null,
            checked: true,
            label: 'Use my data for training content creation AI models',
            indeterminate: false,
            ariaChecked: null,
            ariaPressed: null,
            innerAriaChecked: null,
            disabled: false,
            busy: false,
            shown: true,
            region: 'main',
            place: 'document',
            flip: null,
          },
        ],
      });
      const send = (n) => chrome.runtime.sendMessage({ type: 'reading', reading: readingOf(n) });
      const answers = await Promise.all(Array.from({ length: many }, (_, more) => send(first + more)));
      return answers.filter(({ enough }) => enough === true).length;
    },
  };
}

/** Medians of one look, of a walk that touches each node, and of a bare `querySelectorAll`, in one page. */
async function looksAt(world, name) {
  const page = await openAs(world, name, SETTING);
  await until('the reader', () => inReadersWorld(world.ours, 'isThere').catch(() => false));
  const { nodes, ...samples } = await inReadersWorld(world.ours, 'looks');
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
  await page.goto(`${AT}${path}`, { waitUntil: 'load' });
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

/** The background's heap after a collection, KiB. */
async function heap(world) {
  const target = await world.browser.browser.waitForTarget(
    (t) => t.type() === 'service_worker' && t.url().includes(EXTENSION_ID),
  );
  const worker = await target.createCDPSession();
  for (let turn = 0; turn < 2; turn += 1) await worker.send('HeapProfiler.collectGarbage');
  const { usedSize } = await worker.send('Runtime.getHeapUsage');
  await worker.detach();
  return usedSize / 1024;
}

/** Resolves when the host has all. A crowded machine may make the outbox wait before it asks again; opening the popup asks at once. */
const emptied = (world) =>
  until(
    'an empty outbox',
    () =>
      world.ours.evaluate(async () => {
        const { waiting, error } = (await chrome.storage.local.get('outbox')).outbox;
        if (error) await chrome.runtime.sendMessage({ type: 'refresh' });
        return waiting.length === 0;
      }),
    60_000,
  );

/** Readings as a page sends them; no faster than the host takes them, or the outbox would be what is measured. */
async function sendReadings(world, count) {
  for (let sent = 0; sent < count; sent += AT_ONCE) {
    const taken = await inReadersWorld(world.ours, 'send', [(world.sent += AT_ONCE), AT_ONCE]);
    if (taken !== AT_ONCE) throw new Error(`${taken} of ${AT_ONCE} readings were taken`);
    await emptied(world);
  }
}

async function heapRows(world) {
  const page = await openAs(world, 'light', SETTING);
  await until('the reader', () => inReadersWorld(world.ours, 'isThere').catch(() => false));
  await sendReadings(world, WARM);
  const warm = await heap(world);
  await sendReadings(world, READINGS);
  const ours = await heap(world);
  await page.close();
  return [
    {
      what: `background, ${READINGS} readings more`,
      ours,
      against: `after ${WARM}`,
      theirs: warm,
      unit: 'KB',
      atMost: 1.1,
    },
  ];
}

const ownInChromium = async (world) => {
  const page = await world.browser.newPage();
  await page.goto(`chrome-extension://${EXTENSION_ID}/ui/options.html`);
  return page;
};

/** @param {string} name @param {any} start @param {(world: any) => Promise<any>} openOwn @param {((world: any) => Promise<any[]>)[]} parts */
async function bench(name, start, openOwn, parts) {
  const world = await stage(name, start);
  try {
    registerHost(world.session, name);
    world.replica.pages.set('light', asPage(html(SWITCH)));
    world.replica.pages.set('shadow', asPage(html(SHADOW)));
    world.replica.pages.set('flood', asPage(html(SWITCH, FLOOD)));
    await world.start();
    Object.assign(world, { ours: await openOwn(world), sent: 0 });
    await world.ours.evaluate(giveMeasures);
    for (const part of parts) await gate(async () => ({ title: `the reader in ${name}`, rows: await part(world) }));
  } finally {
    await world.stop();
  }
}

await bench('chromium', startPlainChromium, ownInChromium, [lookRows, floodRows, heapRows]);
/* Its clocks are blurred on purpose, unless asked not to. */
const startSharp = (session, replica) => startFirefox(session, replica, { 'privacy.reduceTimerPrecision': false });
await bench('firefox', startSharp, (world) => world.browser.openOwn('ui/options.html'), [lookRows]);
