/** The background's memory after 1,000 readings, in Chromium. Memory alone is measured: others may be at work beside it. */
import { EXTENSION_ID, startPlainChromium } from '../e2e/chromium.mjs';
import { until } from '../e2e/support.mjs';
import { html, inReadersWorld, openRead, ownInChromium, SWITCH, withReader } from './reader-world.mjs';
import { gate } from './table.mjs';

const READINGS = 1_000;
/** Half of them first: what the engine learns about running code is learnt once. */
const WARM = 500;
const AT_ONCE = 50;
/** No two of this run are one. */
let sent = 0;

/** What is run in the reader's world. */
function giveMeasures() {
  globalThis.measures = {
    isThere: () => globalThis[Symbol.for('consentlog.reader')] !== undefined,
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
  for (const end = sent + count; sent < end; sent += AT_ONCE) {
    const taken = await inReadersWorld(world, 'send', [sent, AT_ONCE]);
    if (taken !== AT_ONCE) throw new Error(`${taken} of ${AT_ONCE} readings were taken`);
    await emptied(world);
  }
}

async function heapRows(world) {
  const page = await openRead(world, 'light');
  await sendReadings(world, WARM);
  const warm = await heap(world);
  await sendReadings(world, READINGS - WARM);
  const ours = await heap(world);
  await page.close();
  return [
    {
      what: `background, after ${READINGS} readings`,
      ours,
      against: `after ${WARM}`,
      theirs: warm,
      unit: 'KB',
      atMost: 1.06, // an eighth of a kilobyte a reading
    },
  ];
}

const how = { name: 'chromium', start: startPlainChromium, openOwn: ownInChromium, giveMeasures };
await withReader({ ...how, pages: { light: html(SWITCH, 0) } }, (world) =>
  gate(async () => ({ title: 'the background in Chromium', rows: await heapRows(world) })),
);
