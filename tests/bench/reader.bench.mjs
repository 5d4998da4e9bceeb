/**
 * What the reader costs in a real Chromium: one look at a page of 10,000 nodes against one walk of the same page, in turns, and the
 * longest task of a page that changes 10,000 attributes meanwhile (its own tasks included, so that row only informs).
 */
import { readFileSync } from 'node:fs';
import { SETTING } from '../replica/server.mjs';
import { startPlainChromium } from '../e2e/chromium.mjs';
import { sleep } from '../e2e/host.mjs';
import { stage } from '../e2e/story.mjs';
import { registerHost } from '../e2e/support.mjs';
import { gate, median } from './table.mjs';

const NODES = 10_000;
const AT = 'https://www.linkedin.com';
const reader = readFileSync(new URL('../../extension/page/read-setting.js', import.meta.url), 'utf8');

const html = (script = '') => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Data for Generative AI Improvement | LinkedIn</title></head><body><main><h1>Data for Generative AI Improvement</h1>
<span id="allowGenAiTraining">Use my data for training content creation AI models</span>
<input type="checkbox" role="switch" aria-labelledby="allowGenAiTraining" checked></main>
<div id="rest">${'<div class="x"><p>A <b>post</b></p></div>'.repeat(Math.ceil(NODES / 3))}</div><script>${script}</script></body></html>`;

const FLOOD = `const f=document.getElementById("rest");let n=0;const t=setInterval(()=>{for(let i=0;i<100;i++){
f.children[i].setAttribute("aria-disabled",String(n+=1))}if(n>=10000)clearInterval(t)},10)`;

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
    (0, eval)(source); // eslint-disable-line no-eval -- as the browser injects it
    const { describe } = globalThis[Symbol.for('consentlog.reader')];
    const timed = (run) => { const from = performance.now(); run(); return performance.now() - from; };
    const walk = () => { let n = 0; for (const e of document.querySelectorAll('*')) n += e.hasAttribute('role') ? 1 : 0; return n; };
    const change = () => document.getElementById('allowGenAiTraining').setAttribute('lang', String(performance.now()));
    const looks = [];
    const walks = [];
    for (let round = 0; round < 60; round += 1) {
      change();
      for (let turn = 0; turn < 3; turn += 1) await null; // the observer has its turn; a hidden tab's timers would take a second
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

async function measure(world) {
  const { look, walk, nodes } = await lookAgainstWalk(world);
  const flood = await longestTask(world);
  const rows = [
    { what: `one look, ${nodes} nodes`, ours: look, against: 'querySelectorAll("*") and a walk', theirs: walk, unit: 'ms', atMost: 3 },
    { what: 'longest task, 10,000 mutations', ours: Math.max(flood, 1), against: 'a long task', theirs: 50, unit: 'ms' },
  ];
  return { title: 'the reader in Chromium', rows };
}

const world = await stage('chromium', startPlainChromium);
try {
  registerHost(world.session, 'chromium');
  world.replica.pages.set('big', asPage(html()));
  world.replica.pages.set('flood', asPage(html(FLOOD)));
  await world.start();
  await gate(() => measure(world));
} finally {
  await world.stop();
}
