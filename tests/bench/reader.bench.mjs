/**
 * What the reader costs in a real Chromium: its looks at a page of 10,000 nodes against one walk of the same page, the longest
 * task under a flood of mutations, and the background's memory after 1,000 readings.
 */
import { readFileSync } from 'node:fs';
import { SETTING } from '../replica/server.mjs';
import { EXTENSION_ID, startPlainChromium } from '../e2e/chromium.mjs';
import { sleep } from '../e2e/host.mjs';
import { stage } from '../e2e/story.mjs';
import { registerHost, until } from '../e2e/support.mjs';
import { gate, median } from './table.mjs';

const NODES = 10_000;
const READINGS = 1_000;
const AT = 'https://www.linkedin.com';
const reader = readFileSync(new URL('../../extension/page/read-setting.js', import.meta.url), 'utf8');

const html = (script = '') => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Data for Generative AI Improvement | LinkedIn</title></head><body><main><h1>Data for Generative AI Improvement</h1>
<span id="allowGenAiTraining">Use my data for training content creation AI models</span>
<input type="checkbox" role="switch" aria-labelledby="allowGenAiTraining" checked></main>
<div id="rest">${'<div class="x"><p>A <b>post</b></p></div>'.repeat(Math.ceil(NODES / 3))}</div><script>${script}</script></body></html>`;

const FLOOD = `const f=document.getElementById("rest");let n=0;const t=setInterval(()=>{for(let i=0;i<1000;i++){
f.children[i].setAttribute("aria-disabled",String(n+=1))}if(n>=10000)clearInterval(t)},100)`;

const asPage = (text) => ({ answer: (request, response, url) => {
  if (url.pathname !== SETTING) return false;
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(text);
  return true;
} });

/** Median of one look of the reader, and of one walk over every node with one question to each, taken in turns in one page. */
async function lookAgainstWalk(world) {
  const page = await world.browser.newPage();
  await page.setExtraHTTPHeaders({ 'x-replica-page': 'big' });
  await page.goto(`${AT}${SETTING}`);
  const samples = await page.evaluate(async (source) => {
    window.chrome ??= {};
    chrome.runtime = { id: 'x', sendMessage: async () => ({ enough: true }) };
    (0, eval)(source);
    const { describe } = globalThis[Symbol.for('consentlog.reader')];
    const timed = (run) => { const from = performance.now(); run(); return performance.now() - from; };
    const walk = () => { let n = 0; for (const e of document.querySelectorAll('*')) n += e.hasAttribute('role') ? 1 : 0; return n; };
    const change = () => document.getElementById('allowGenAiTraining').setAttribute('lang', String(performance.now()));
    const looks = [];
    const walks = [];
    for (let round = 0; round < 60; round += 1) {
      change();
      await new Promise((resolve) => { setTimeout(resolve, 5); });
      looks.push(timed(describe));
      walks.push(timed(walk));
    }
    return { looks, walks, nodes: document.querySelectorAll('*').length };
  }, reader);
  await page.close();
  return { look: median(samples.looks.slice(10)), walk: median(samples.walks.slice(10)), nodes: samples.nodes };
}

/** The longest task of the page while 10,000 attributes change and the reader looks on; 0 where none took 50 ms. */
async function longestTask(world) {
  const page = await world.browser.newPage();
  await page.setExtraHTTPHeaders({ 'x-replica-page': 'flood' });
  await page.evaluateOnNewDocument(() => {
    window.longest = 0;
    new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) if (duration > window.longest) window.longest = duration; })
      .observe({ type: 'longtask' });
  });
  await page.goto(`${AT}${SETTING}`, { waitUntil: 'load' });
  await page.evaluate(() => { window.longest = 0; }); // building the page is not ours
  await sleep(3_000);
  const longest = await page.evaluate(() => window.longest);
  await page.close();
  return longest;
}

/** The background's used heap after a collection. */
async function heap(cdp) {
  await cdp.send('HeapProfiler.collectGarbage');
  return (await cdp.send('Runtime.getHeapUsage')).usedSize / 1024;
}

/** Readings as a page sends them, one after another. */
async function sendReadings(world, from, count) {
  const page = await world.browser.newPage();
  await page.goto(`chrome-extension://${EXTENSION_ID}/pages/popup.html`);
  const target = await world.browser.browser.waitForTarget((t) => t.type() === 'service_worker' && t.url().includes(EXTENSION_ID));
  const worker = await target.worker();
  await worker.evaluate(async (first, many, address) => {
    for (let n = first; n < first + many; n += 1) {
      const reading = { v: 1, id: n.toString(16).padStart(32, '0'), observedAt: Date.now(), quiet: 5000, final: true, uncounted: 0, data: [],
        page: { url: address, language: 'en', headings: ['Data for Generative AI Improvement'], navigation: 'load', loadedAt: Date.now(), status: 200,
          mains: 1, closedFrames: 0, complete: true, busy: false, signIn: false, challenge: false, lines: [] },
        account: { ids: ['1001'], premium: [false] },
        controls: [{ tag: 'input', type: 'checkbox', role: 'switch', keys: ['allowGenAiTraining'], label: 'Use my data for training content creation AI models',
          heading: null, checked: true, indeterminate: false, ariaChecked: null, ariaPressed: null, innerAriaChecked: null, disabled: false, busy: false,
          shown: true, region: 'main', place: 'document', flip: null }] };
      const sender = { id: chrome.runtime.id, tab: { id: 1 }, frameId: 0, url: address };
      await new Promise((resolve) => { chrome.runtime.onMessage.dispatch({ type: 'reading', reading }, sender, resolve); });
    }
  }, from, count, `${AT}${SETTING}`);
  await until('an empty outbox', () => page.evaluate(async () => !(await chrome.storage.local.get('outbox')).outbox?.waiting.length), 120_000);
  await page.close();
  return target.createCDPSession();
}

async function measure(world) {
  const { look, walk, nodes } = await lookAgainstWalk(world);
  const flood = await longestTask(world);
  const warm = await heap(await sendReadings(world, world.sent += READINGS, 100));
  const full = await heap(await sendReadings(world, world.sent += READINGS, READINGS));
  const rows = [
    { what: `one look, ${nodes} nodes`, ours: look, against: 'querySelectorAll("*") and a walk', theirs: walk, unit: 'ms', atMost: 3 },
    { what: 'longest task, 10,000 mutations', ours: Math.max(flood, 1), against: 'a long task', theirs: 50, unit: 'ms', atMost: 1 },
    { what: `heap after ${READINGS} readings`, ours: full, against: 'after 100', theirs: warm, unit: 'KB', atMost: 1.15 },
  ];
  return { title: 'the reader in Chromium', rows };
}

const world = await stage('chromium', startPlainChromium);
try {
  world.sent = 0;
  registerHost(world.session, 'chromium');
  world.replica.pages.set('big', asPage(html()));
  world.replica.pages.set('flood', asPage(html(FLOOD)));
  await world.start();
  await gate(() => measure(world));
} finally {
  await world.stop();
}
