// The one tab in the background, checking again, and its schedule.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createChecker } from '../../extension/background/checks/checker.js';
import { createCollectAll } from '../../extension/background/documents/collect-all.js';
import { createBackgroundTab, BACKGROUND_TAB_ALARM } from '../../extension/background/checks/background-tab.js';
import { createDocumentsRecord, createDocuments } from '../../extension/background/documents/documents.js';
import { createOutbox, readQueue } from '../../extension/background/host/outbox.js';
import { createPicture } from '../../extension/background/setting/picture.js';
import { createPlanner, SCHEDULE_ALARM } from '../../extension/background/checks/planner.js';
import {
  distance,
  planAfterFailure,
  planAfterSight,
  planFor,
  SOON_MS,
} from '../../extension/background/checks/schedule.js';
import { ask } from '../../extension/shared/host.js';
import { cutOf } from '../../extension/ui/picture.js';
import { taskNotices } from '../../extension/shared/notices.js';
import { tasksView } from '../../extension/shared/view.js';
import { DOCUMENTS, documentUrl } from '../../extension/shared/documents.js';
import { accepted, anObservation, installFakeBrowser, refused, SETTING } from './fake-browser.mjs';

/* A tab's bound is a minute long; no test waits for it. */
const { setTimeout: realTimeout } = globalThis;
globalThis.setTimeout = /** @type {any} */ (
  (...all) => {
    const timer = realTimeout(...all);
    timer.unref();
    return timer;
  }
);

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 21, 12);

/** Tabs that remember what was done to them, and a clock. */
function aWorld() {
  const browser = installFakeBrowser();
  const time = { now: NOW };
  const open = new Map();
  let last = 0;
  browser.tabs.create = async ({ url, active }) => {
    open.set((last += 1), { id: last, url, active });
    return { id: last };
  };
  browser.tabs.get = async (id) => open.get(id) ?? Promise.reject(new Error('No tab'));
  browser.tabs.remove = async (id) => void open.delete(id);
  browser.tabs.update = async (id, change) =>
    open.has(id) ? Object.assign(open.get(id), change) : Promise.reject(new Error('No tab'));
  browser.windows.getLastFocused = async () => ({
    focused: time.inUse ?? true,
    state: time.putAway ? 'minimized' : 'normal',
  });
  browser.permissions = { contains: async () => time.allowed ?? true };
  const now = () => time.now;
  const late = [];
  const backgroundTab = createBackgroundTab({
    onLate: async (one) => {
      for (const handle of late) await handle(one);
    },
    now,
  });
  const planner = createPlanner({ now, chance: () => 0.5 });
  const checker = createChecker({ backgroundTab, planner, settingUrl: SETTING });
  late.push(checker.onLate);
  return { browser, time, open, backgroundTab, planner, checker, late, now };
}

const stored = async (key) => (await chrome.storage.local.get(key))[key];
const off = (more) => anObservation(1, { state: 'off', ...more });
const unknown = (reason) => anObservation(2, { state: 'unknown', reason });

describe('the tab in the background', () => {
  it('is one, behind, bounded, and goes when it is done', async () => {
    const { browser, backgroundTab, open } = aWorld();
    assert.deepEqual(
      await Promise.all([
        backgroundTab.begin('a', SETTING, { forMs: 1000 }),
        backgroundTab.begin('b', SETTING, { forMs: 1000 }),
      ]),
      [true, false],
    );
    assert.deepEqual(
      [...open.values()].map(({ active }) => active),
      [false],
    );
    assert.ok(browser.alarms.set.has(BACKGROUND_TAB_ALARM));
    await backgroundTab.end();
    assert.deepEqual([open.size, browser.alarms.set.size, await backgroundTab.current()], [0, 0, null]);
  });

  it('stays when the member has come to look at it', async () => {
    const { backgroundTab, open } = aWorld();
    await backgroundTab.begin('a', SETTING, { forMs: 1000 });
    open.get(1).active = true;
    await backgroundTab.end();
    assert.equal(open.size, 1);
    assert.equal(await backgroundTab.current(), null);
  });

  it('is given up in its time, also when the clock was set back meanwhile', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { backgroundTab, checker, time } = aWorld();
    const rest = async () => {
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    };
    await checker.checkNow();
    time.now -= HOUR;
    t.mock.timers.tick(74_000);
    await rest();
    assert.equal((await backgroundTab.current())?.tabId, 1);
    t.mock.timers.tick(2_000);
    await rest();
    assert.equal(await backgroundTab.current(), null);
    assert.deepEqual(await stored('check'), { running: false, outcome: 'failed', reason: 'not-loaded' });
    await checker.checkNow();
    time.now -= HOUR;
    await backgroundTab.resume();
    t.mock.timers.tick(1);
    await rest();
    assert.equal(await backgroundTab.current(), null, 'nor by a worker that begins after it');
  });

  it('opens none where no tab can be opened', async () => {
    const { browser, backgroundTab } = aWorld();
    browser.tabs.create = async () => {
      throw new Error('No current window');
    };
    assert.equal(await backgroundTab.begin('a', SETTING, { forMs: 1000 }), false);
    assert.equal(await backgroundTab.current(), null);
  });
});

describe('check now', () => {
  it('records what the member asked for, in its own tab only', async () => {
    const { checker } = aWorld();
    assert.deepEqual(await checker.checkNow(), { started: true });
    assert.deepEqual(await checker.checkNow(), { started: false });
    assert.deepEqual(
      [await checker.wasAsked(1), await checker.wasAsked(2), await checker.wasAsked(undefined)],
      [true, false, false],
    );
    await checker.onObserved(off(), 2);
    assert.equal((await stored('check')).running, true, 'another tab is another matter');
    await checker.onObserved(off(), 1);
    assert.deepEqual(await stored('check'), { running: false, outcome: 'seen', reason: null });
  });

  for (const [name, end, reason] of [
    ['signed out', ({ checker }) => checker.onObserved(unknown('signed-out'), 1), 'signed-out'],
    [
      'an unknown layout',
      ({ checker }) => checker.onObserved(unknown('unrecognised-layout'), 1),
      'unrecognised-layout',
    ],
    [
      'a page that does not come',
      async ({ backgroundTab, time }) => {
        time.now += 75_001;
        await backgroundTab.onAlarm();
      },
      'not-loaded',
    ],
    [
      'its tab closed by the member',
      async ({ backgroundTab, open }) => {
        open.delete(1);
        await backgroundTab.onRemoved(1);
      },
      'closed',
    ],
  ]) {
    it(`ends with ${name}: said so, and no tab is left`, async () => {
      const world = aWorld();
      await world.checker.checkNow();
      await end(world);
      assert.deepEqual(await stored('check'), { running: false, outcome: 'failed', reason });
      assert.deepEqual([world.open.size, await world.backgroundTab.current()], [0, null]);
    });
  }

  it('is not late while there is time', async () => {
    const { checker, backgroundTab, open, time } = aWorld();
    await checker.checkNow();
    time.now += 30_000;
    await backgroundTab.onAlarm();
    assert.equal(open.size, 1);
  });

  it('that died with its browser runs no longer', async () => {
    const { browser, checker } = aWorld();
    await checker.checkNow();
    browser.storage.session.data.clear();
    await checker.resume();
    assert.equal((await stored('check')).running, false);
  });
});

describe('the schedule', () => {
  const given = { now: NOW, chance: 0.5 };

  it('spreads a tenth to each side and doubles up to four weeks', () => {
    assert.deepEqual(
      [0, 0.5, 1].map((chance) => distance('daily', 0, chance) / HOUR),
      [21.6, 24, 26.4],
    );
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 9].map((failures) => distance('daily', failures, 0.5) / DAY),
      [1, 2, 4, 8, 16, 28, 28],
    );
    assert.deepEqual(
      [0, 1, 2, 3].map((failures) => distance('weekly', failures, 0.5) / DAY),
      [7, 14, 28, 28],
    );
  });

  for (const [name, before, schedule, lastSeen, expected] of [
    ['off: none', null, 'off', NOW, null],
    ['counted from the last sight', null, 'daily', NOW - HOUR, NOW + 23 * HOUR],
    ['long overdue: soon, not at once', null, 'daily', NOW - 90 * DAY, NOW + SOON_MS],
    ['never seen: from now', null, 'weekly', null, NOW + 7 * DAY],
    [
      'an old plan holds',
      { schedule: 'daily', at: NOW + 5, failures: 2, why: 'signed-out', from: NOW - HOUR },
      'daily',
      NOW - 2 * HOUR,
      NOW + 5,
    ],
    [
      'another choice, another plan',
      { schedule: 'daily', at: NOW + 5, failures: 2, why: 'signed-out', from: NOW },
      'weekly',
      NOW,
      NOW + 7 * DAY,
    ],
    [
      'a plan of a clock that was a month ahead: as if there were none',
      { schedule: 'daily', at: NOW + 31 * DAY, failures: 0, why: null, from: NOW + 30 * DAY },
      'daily',
      NOW - HOUR,
      NOW + 23 * HOUR,
    ],
    ['seen by such a clock: from now', null, 'daily', NOW + 30 * DAY, NOW + DAY],
  ]) {
    it(name, () => assert.equal(planFor(before, schedule, { ...given, lastSeen })?.at ?? null, expected));
  }

  it('backs off after nothing was seen, and starts afresh after a sight', () => {
    const plan = planFor(null, 'daily', { ...given, lastSeen: NOW });
    const failed = planAfterFailure(planAfterFailure(plan, 'signed-out', given), 'signed-out', given);
    assert.deepEqual([failed.at, failed.failures, failed.why], [NOW + 4 * DAY, 2, 'signed-out']);
    assert.deepEqual([planAfterSight(failed, given).at, planAfterSight(failed, given).failures], [NOW + DAY, 0]);
  });

  async function scheduled() {
    const world = aWorld();
    await world.planner.choose('daily', NOW - 2 * DAY);
    world.time.now += SOON_MS + 1;
    return world;
  }

  it('looks when it is time and the browser is in use, without asking for a repeat', async () => {
    const { checker, open } = await scheduled();
    await checker.onScheduled();
    assert.equal(open.size, 1);
    assert.equal(await checker.wasAsked(1), false);
    await checker.onObserved(off(), 1);
    assert.equal((await stored('check')).outcome, null, 'the member is told nothing that they did not ask');
    assert.equal((await stored('plan')).plan.failures, 0);
  });

  it('waits while the browser is not in use, is busy, or it is not time', async () => {
    const { browser, checker, backgroundTab, open, time } = await scheduled();
    time.inUse = false;
    await checker.onScheduled();
    assert.equal(open.size, 0);
    assert.equal(browser.alarms.set.get(SCHEDULE_ALARM).when, time.now + SOON_MS);
    Object.assign(time, { inUse: true, putAway: true });
    await checker.onScheduled();
    assert.equal(open.size, 0, 'a window that has the focus and is put away');
    time.putAway = false;
    await backgroundTab.begin('documents', SETTING, { forMs: 1000 });
    await checker.onScheduled();
    assert.equal(open.size, 1);
    await backgroundTab.end();
    time.now = NOW;
    await checker.onScheduled();
    assert.equal(open.size, 0);
  });

  it('does not come back at once to a sign-in page, and says so', async () => {
    const { checker, open, time } = await scheduled();
    await checker.onScheduled();
    await checker.onObserved(unknown('signed-out'), 1);
    const { plan } = await stored('plan');
    assert.deepEqual([plan.at - time.now, plan.why], [2 * DAY, 'signed-out']);
    const view = tasksView({ check: await stored('check'), plan: { plan } });
    assert.deepEqual(
      taskNotices(view, null).map(({ id }) => id),
      ['schedule'],
    );
    await checker.onScheduled();
    assert.equal(open.size, 0);
    await checker.onObserved(off(), 99);
    assert.equal((await stored('plan')).plan.failures, 0, 'the member has looked: all is as before');
  });

  it('a check that saw nothing is no news once the setting was seen, wherever', async () => {
    const { checker } = await scheduled();
    await checker.checkNow();
    await checker.onObserved(unknown('timed-out'), 1);
    assert.deepEqual([(await stored('check')).outcome, (await stored('check')).reason], ['failed', 'timed-out']);
    await checker.onObserved(unknown('mixed'), 99);
    assert.equal((await stored('check')).outcome, 'failed', 'nothing was seen there either');
    await checker.onObserved(off(), 99);
    assert.deepEqual([(await stored('check')).outcome, (await stored('check')).reason], [null, null]);
  });

  it('goes with the choice', async () => {
    const { browser, planner, open, checker } = await scheduled();
    await planner.choose('off', null);
    assert.equal(browser.alarms.set.has(SCHEDULE_ALARM), false);
    await checker.onScheduled();
    assert.equal(open.size, 0);
  });
});

describe('all documents', () => {
  async function aCollection() {
    const world = aWorld();
    const record = createDocumentsRecord();
    const collectAll = createCollectAll({ backgroundTab: world.backgroundTab, record });
    world.late.push(collectAll.onLate);
    const kept = [];
    const documents = createDocuments({ record, keep: async (document) => void kept.push(document), collectAll });
    return { ...world, record, collectAll, documents, kept };
  }

  it('are asked for only when the member has turned it on and the browser allows it', async () => {
    const { collectAll, documents, time } = await aCollection();
    assert.deepEqual(await collectAll.collect(), { started: false });
    time.allowed = false;
    assert.deepEqual(await documents.turn({ on: true }), { on: false });
    time.allowed = true;
    for (const on of ['yes', 1, undefined]) assert.deepEqual(await documents.turn({ on }), { on: false });
    assert.deepEqual(await documents.turn({ on: true }), { on: true });
    assert.deepEqual(await collectAll.collect(), { started: true });
  });

  it('come one after another in one tab, whatever becomes of each', async () => {
    const { collectAll, documents, open, record, time, backgroundTab } = await aCollection();
    await documents.turn({ on: true });
    await collectAll.collect();
    const visited = [];
    for (let n = 0; n < DOCUMENTS.length; n += 1) {
      assert.equal(open.size, 1);
      visited.push(open.get(1).url);
      const { progress } = await record.read();
      assert.deepEqual([progress.done, progress.total, progress.current], [n, DOCUMENTS.length, DOCUMENTS[n].id]);
      if (n === 2) await documents.onUpdated(1, { status: 'complete' }, { url: 'https://www.linkedin.com/uas/login' });
      else if (n === 3) {
        time.now += 45_001;
        await backgroundTab.onAlarm();
      } else await documents.onDocument({ seen: null }, { tab: { id: 1 }, url: documentUrl(DOCUMENTS[n]) });
    }
    assert.deepEqual(visited, DOCUMENTS.map(documentUrl));
    const { progress, refused: reasons } = await record.read();
    assert.equal(progress, null);
    assert.deepEqual([open.size, await backgroundTab.current()], [0, null]);
    assert.deepEqual(
      [reasons['subscription-agreement'].reason, reasons['ai-faq'].reason, reasons['notice-eu'].reason],
      ['signed-out', 'not-loaded', 'other-page'],
    );
  });

  it('one that was reached by pushState is told by where the tab is now, not by where its page was loaded', async () => {
    const { documents, record } = await aCollection();
    await documents.turn({ on: true });
    const now = documentUrl(DOCUMENTS[1]);
    for (const loaded of ['https://www.linkedin.com/legal/', documentUrl(DOCUMENTS[0])]) {
      await record.update((all) => ({ ...all, refused: {} }));
      await documents.onDocument({ seen: null }, { tab: { id: 7, url: now }, url: loaded });
      assert.deepEqual(Object.keys((await record.read()).refused), [DOCUMENTS[1].id], loaded);
    }
  });

  it('stop when the member says so or closes the tab', async () => {
    const { collectAll, backgroundTab, documents, open, record } = await aCollection();
    await documents.turn({ on: true });
    await collectAll.collect();
    await collectAll.stop();
    assert.deepEqual([open.size, (await record.read()).progress], [0, null]);
    await collectAll.collect();
    open.clear();
    await backgroundTab.onRemoved(2);
    assert.deepEqual([await backgroundTab.current(), (await record.read()).progress], [null, null]);
  });

  it('stop when it is turned off, or the browser no longer allows it, and nobody goes on saying that they are kept', async () => {
    const { collectAll, documents, open, record, time } = await aCollection();
    await documents.turn({ on: true });
    await collectAll.collect();
    await documents.turn({ on: false });
    assert.deepEqual([open.size, (await record.read()).progress], [0, null]);
    await documents.turn({ on: true });
    await collectAll.collect();
    await documents.look();
    assert.deepEqual([open.size, (await record.read()).on], [1, true]);
    time.allowed = false;
    await documents.look();
    assert.deepEqual([open.size, (await record.read()).on, (await record.read()).progress], [0, false, null]);
  });

  it('have been seen when the member has been shown them, each for itself', async () => {
    const { documents, record } = await aCollection();
    const change = { seq: 5, previous: 4, at: '2026-11-21T12:00:00.000Z', seen: false };
    const seen = async () => Object.values((await record.read()).changes).map(({ seen: one }) => one);
    await record.update((all) => ({ ...all, changes: { 'ai-faq': change, 'notice-eu': change } }));
    await documents.changesSeen({ document: 'ai-faq' });
    assert.deepEqual(await seen(), [true, false]);
    await documents.changesSeen();
    assert.deepEqual(await seen(), [true, true]);
  });

  it('are not read while it is off', async () => {
    const { browser, documents } = await aCollection();
    await documents.onUpdated(5, { status: 'complete' }, { url: documentUrl(DOCUMENTS[0]) });
    assert.deepEqual(browser.injected, []);
    assert.deepEqual(await documents.onDocument({ seen: {} }, { tab: { id: 5 }, url: documentUrl(DOCUMENTS[0]) }), {
      kept: false,
    });
  });
});

describe('the outbox with bodies', () => {
  const document = (number, more) => ({
    reading: number.toString(16).padStart(32, '0'),
    document: 'ai-faq',
    asked: false,
    text: `text ${number}`,
    ...more,
  });
  const bodies = (browser) => [...browser.storage.local.data.keys()].filter((key) => key.startsWith('body:'));
  const host = (message) =>
    message.op === 'document'
      ? { id: message.id, ok: true, result: { written: true, seq: 4, change: 'first', sha256: 'x', previous: null } }
      : accepted(message);
  const anOutbox = (answer) => {
    const browser = installFakeBrowser({ host: answer });
    const kept = [];
    const onKept = async (...one) => void kept.push(one);
    return { browser, kept, outbox: createOutbox({ ask, onRecorded: async () => {}, onKept, now: () => NOW }) };
  };

  it('keeps what is large beside the queue, sends it whole and alone, in order', async () => {
    const { browser, kept, outbox } = anOutbox(host);
    const picture = { media_type: 'image/png', base64: 'iVBORw0KGgo=' };
    await outbox.add(anObservation(1));
    await outbox.addDocument(document(2));
    await outbox.add(anObservation(3, { picture }));
    await outbox.add(anObservation(4));
    assert.equal(JSON.stringify(await readQueue()).includes('text 2'), false);
    assert.equal(bodies(browser).length, 2);
    await outbox.flush();
    assert.deepEqual(
      browser.sent.map(({ op, params }) => [
        op,
        params.document?.text ?? params.observations.map((one) => one.picture),
      ]),
      [
        ['record', [null]],
        ['document', 'text 2'],
        ['record', [picture]],
        ['record', [null]],
      ],
    );
    assert.deepEqual(
      kept.map(([{ seq }, { document: id, text }]) => [seq, id, text]),
      [[4, 'ai-faq', undefined]],
    );
    assert.deepEqual([bodies(browser), (await readQueue()).waiting], [[], []]);
  });

  it('sets a refused document aside with its text, and discards both on the member’s word', async () => {
    const { browser, outbox } = anOutbox((message) => refused(message, 'bad-value', 'document.url'));
    await outbox.addDocument(document(2));
    await outbox.flush();
    assert.deepEqual([(await readQueue()).problems.length, bodies(browser).length], [1, 1]);
    await outbox.discardProblems();
    assert.deepEqual([(await readQueue()).problems.length, bodies(browser).length], [0, 0]);
  });

  it('leaves nothing behind when there is no room, and says so', async () => {
    const { browser, outbox } = anOutbox(host);
    const { set } = browser.storage.local;
    browser.storage.local.set = async (items) =>
      'outbox' in items ? Promise.reject(new Error('QUOTA_BYTES')) : set(items);
    await assert.rejects(outbox.addDocument(document(2)), /QUOTA/);
    assert.deepEqual(bodies(browser), []);
  });

  it('sweeps bodies that a killed worker has left, and only those', async () => {
    const { browser, outbox } = anOutbox(host);
    await outbox.addDocument(document(2));
    await browser.storage.local.set({ 'body:orphan': 'text' });
    await outbox.resume();
    assert.deepEqual(bodies(browser), [`body:${document(2).reading}`]);
  });

  it('an answer that is none keeps the document waiting', async () => {
    const { outbox } = anOutbox(({ id }) => ({ id, ok: true, result: { seq: 'x' } }));
    await outbox.addDocument(document(2));
    await outbox.flush();
    assert.deepEqual([(await readQueue()).waiting.length, (await readQueue()).error], [1, 'host-answer']);
  });
});

describe('a picture', () => {
  const box = { x: 100, y: 50, width: 300, height: 80, innerWidth: 1000, innerHeight: 700, whole: true };
  for (const [name, more, image, expected] of [
    ['as it is', {}, { width: 1000, height: 700 }, { left: 88, top: 38, width: 324, height: 104 }],
    ['on a dense screen', {}, { width: 2000, height: 1400 }, { left: 176, top: 76, width: 648, height: 208 }],
    ['at the edge', { x: 0, y: -40 }, { width: 1000, height: 700 }, { left: 0, top: 0, width: 312, height: 52 }],
    ['out of sight', { y: 900 }, { width: 1000, height: 700 }, null],
    ['above what is seen', { y: -400 }, { width: 1000, height: 700 }, null],
  ]) {
    it(`is cut ${name}`, () => assert.deepEqual(cutOf({ ...box, ...more }, image), expected));
  }

  const isSettingAddress = (url) => url === SETTING;
  async function aPicture(answers) {
    const world = aWorld();
    const observed = [];
    world.open.set(1, { id: 1, windowId: 3, active: true, url: SETTING });
    world.browser.scripting.executeScript = async ({ files }) =>
      files[0].includes('describe') ? [{ result: answers.length > 1 ? answers.shift() : answers[0] }] : [];
    world.browser.tabs.captureVisibleTab = async () => 'data:image/png;base64,AAAA';
    return {
      ...world,
      observed,
      picture: createPicture({ isSettingAddress, observe: async (one) => void observed.push(one) }),
    };
  }

  it('is refused of another tab, of one behind, and without one taken', async () => {
    const { open, picture } = await aPicture([null]);
    open.get(1).active = false;
    await assert.rejects(picture.take({ tabId: 1 }), /tab-gone/);
    Object.assign(open.get(1), { active: true, url: 'https://www.linkedin.com/feed/' });
    await assert.rejects(picture.take({ tabId: 1 }), /tab-gone/);
    await assert.rejects(picture.keep({ base64: 'iVBORw0KGgoA' }), /picture-lost/);
  });

  it('is kept only if it is one, with the reading that it shows, once', async () => {
    const { observed, picture } = await aPicture([null]);
    await chrome.storage.session.set({ picture: off() });
    const { reading } = off();
    for (const base64 of ['AAAA', 7, 'iVBORw0KGgo<', `iVBORw0KGgo${'A'.repeat(6 << 20)}`])
      await assert.rejects(picture.keep({ base64, reading }), /picture-lost/);
    await picture.keep({ base64: 'iVBORw0KGgoA', reading });
    assert.deepEqual([observed.length, observed[0].asked, observed[0].picture.base64], [1, true, 'iVBORw0KGgoA']);
    await assert.rejects(picture.keep({ base64: 'iVBORw0KGgoA', reading }), /picture-lost/);
  });

  const described = (id) => ({
    reading: { v: 1, id: id.repeat(32), failed: 'x', observedAt: NOW, page: { url: SETTING } },
    box,
  });

  it('that is shown is not kept with what another saw, which was still being taken when its popup was closed', async () => {
    const { browser, observed, picture } = await aPicture(['b', 'c', 'd', 'e'].map(described));
    const { captureVisibleTab } = browser.tabs;
    let goOn;
    const slow = new Promise((resolve) => (goOn = () => resolve('data:image/png;base64,BBBB')));
    browser.tabs.captureVisibleTab = () => slow;
    const abandoned = picture.take({ tabId: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    browser.tabs.captureVisibleTab = captureVisibleTab;
    const shown = await picture.take({ tabId: 1 });
    goOn();
    await abandoned;
    const { reading } = shown;
    await assert.rejects(picture.keep({ base64: 'iVBORw0KGgoA', reading }), /picture-lost/);
    assert.deepEqual(observed, []);
  });

  it('of a tab that goes elsewhere meanwhile is refused for that', async () => {
    const { browser, picture } = await aPicture([null]);
    browser.scripting.executeScript = async () => Promise.reject(new Error('Cannot access contents of the page'));
    await assert.rejects(picture.take({ tabId: 1 }), /tab-gone/);
    await assert.rejects(picture.take({ tabId: 2 }), /tab-gone/);
  });

  it('can be kept at a second try when the browser had no room at the first', async () => {
    await aPicture([null]);
    await chrome.storage.session.set({ picture: off() });
    const observed = [];
    const observe = async (one) => {
      if (observed.push(one) === 1) throw new Error('QUOTA_BYTES quota exceeded');
    };
    const picture = createPicture({ isSettingAddress, observe });
    const { reading } = off();
    await assert.rejects(picture.keep({ base64: 'iVBORw0KGgoA', reading }), /quota/);
    await picture.keep({ base64: 'iVBORw0KGgoA', reading });
    assert.deepEqual(
      observed.map(({ picture: { base64 } }) => base64),
      ['iVBORw0KGgoA', 'iVBORw0KGgoA'],
    );
    assert.equal(observed[0].reading, observed[1].reading, 'the host knows it by its id');
  });
});
