// Chromium stops the extension's worker whenever it likes. Stopped between two loads, before the member's own hand, and while a reading waits:
// nothing is lost, and nothing is recorded twice.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { SETTING } from '../replica/server.mjs';
import { EXTENSION_ID, startPlainChromium } from './chromium.mjs';
import { chapters, stage } from './stage.mjs';
import { assertWhole, gist, nextObservation, observations, registerHost, unregisterHost, until } from './support.mjs';

const AT = `https://www.linkedin.com${SETTING}`;
/** The first wait is a minute, and an alarm may be late. */
const AWAITED_MS = 120_000;
const chapter = chapters();
let world;

async function workers() {
  const { targetInfos } = await world.protocol.send('Target.getTargets');
  return targetInfos
    .filter(({ type, url }) => type === 'service_worker' && url.includes(EXTENSION_ID))
    .map(({ targetId }) => targetId);
}

/** The worker that is there is stopped. Another may be started at once: what a browser tells of a tab is enough to wake one. */
async function stopWorker() {
  const [targetId] = await until('a worker', async () => {
    const there = await workers();
    return there.length === 1 && there;
  });
  await until('this worker to be gone', async () => {
    if (!(await workers()).includes(targetId)) return true;
    await world.protocol.send('Target.closeTarget', { targetId }).catch(() => {}); // gone meanwhile: the next look tells
    return false;
  });
}

/** One of the extension's own pages, behind the member's: asking the worker what is stored would keep it alive. */
async function openOwn() {
  const page = await world.browser.newPage();
  await page.goto(`chrome-extension://${EXTENSION_ID}/ui/options.html`);
  await world.page.bringToFront();
  const outbox = async () => (await page.evaluate(() => chrome.storage.local.get('outbox'))).outbox;
  return { outbox, close: () => page.close() };
}

const expectNext = async (count, told) => assert.deepEqual(gist(await nextObservation(world.session, count)), told);

const load = async (training) => {
  world.replica.accounts.get('ada').training = training;
  await world.page.goto(AT);
};

before(async () => {
  world = await stage('chromium', startPlainChromium);
  registerHost(world.session, 'chromium');
  await world.start();
  world.protocol = await world.browser.browser.target().createCDPSession();
});
after(async () => world.stop());

chapter('it is on', async () => {
  await load(true);
  await expectNext(1, { state: 'on', change: 'first', cause: null, phase: 'seen' });
});

chapter('stopped between two loads: the second is recorded, and what has changed meanwhile', async () => {
  await stopWorker();
  await load(false);
  await expectNext(2, { state: 'off', change: 'changed', cause: 'unexplained', phase: 'seen' });
});

chapter("stopped before the member's own hand: the flip is recorded as the member's", async () => {
  await stopWorker();
  await world.page.bringToFront();
  await world.page.click('input[role="switch"]');
  await expectNext(3, { state: 'on', change: 'changed', cause: 'user', phase: 'pending' });
  await stopWorker();
  await world.page.reload();
  await expectNext(4, { state: 'on', change: 'changed', cause: 'user', phase: 'confirmed' });
});

chapter('stopped while a reading waits: it is sent when its time has come, once', async () => {
  unregisterHost(world.session, 'chromium');
  const own = await openOwn();
  await load(false);
  const waiting = await until('a reading that waits', async () => {
    const queue = await own.outbox();
    return queue?.waiting.length > 0 && queue.error && queue;
  });
  await own.close();
  assert.deepEqual([waiting.waiting.length, waiting.error, waiting.lost], [1, 'host-missing', 0]);
  await stopWorker();
  assert.equal((await observations(world.session)).length, 4);
  registerHost(world.session, 'chromium');
  await until('the reading', async () => (await observations(world.session)).length > 4, AWAITED_MS);
  await expectNext(5, { state: 'off', change: 'changed', cause: 'unexplained', phase: 'seen' });
  await stopWorker();
  await load(true);
  await expectNext(6, { state: 'on', change: 'changed', cause: 'unexplained', phase: 'seen' });
});

chapter('nothing is lost, nothing is doubled, and the log is whole', async () => {
  const own = await openOwn();
  const { waiting, lost, thinned, problems } = await until('an empty outbox', async () => {
    const queue = await own.outbox();
    return queue.waiting.length === 0 && queue;
  });
  assert.deepEqual([waiting, lost, thinned, problems], [[], 0, 0, []]);
  assert.deepEqual(
    (await observations(world.session)).map(({ state }) => state),
    ['on', 'off', 'on', 'on', 'off', 'on'],
  );
  await assertWhole(world.session);
});
