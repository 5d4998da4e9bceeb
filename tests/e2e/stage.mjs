// The main job, told in one log: the member turns it off, the server turns it on again, the host goes, the keyring locks,
// the browser restarts. Run with each browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startProxy } from '../replica/proxy.mjs';
import { SETTING, startReplica } from '../replica/server.mjs';
import { Session } from './host.mjs';
import {
  assertWhole,
  gist,
  nextObservation,
  observations,
  picture,
  registerHost,
  unregisterHost,
  until,
} from './support.mjs';

const URL_OF_SETTING = `https://www.linkedin.com${SETTING}`;
const SWITCH = 'input[role="switch"]';

/** Everything such chapters need; `browser` and `page` change when the browser restarts. */
export async function stage(name, start) {
  const session = await Session.start();
  const replica = await startReplica();
  const proxy = await startProxy(replica.port);
  const world = { session, replica, name, browser: null, page: null };
  world.start = async () => {
    world.browser = await start(session, { ...replica, proxyPort: proxy.port });
    world.page = await world.browser.newPage();
  };
  /** From now on nothing more is said to the host. */
  world.close = async () => {
    await world.browser?.close();
    world.browser = null;
  };
  world.stop = async () => {
    await world.close();
    await replica.close();
    await proxy.close();
    await session.stop();
  };
  return world;
}

/** Tests that continue one another: after the first failure the rest fail at once, and say why. */
export function chapters() {
  let broken = null;
  return (title, run) =>
    test(title, async () => {
      assert.equal(broken, null, 'a chapter before this one has failed');
      broken = title;
      await run();
      broken = null;
    });
}

const waiting = (world) =>
  until('a reading in the outbox', async () => {
    const { outbox } = await world.browser.stored();
    return outbox?.waiting.length > 0 && outbox.error ? outbox : null;
  });

const emptied = (world) =>
  until('an empty outbox', async () => {
    const { outbox } = await world.browser.stored();
    return (outbox?.waiting.length ?? 0) === 0;
  });

/** What the server has for the member, without the member: LinkedIn's own doing. */
const serverSets = (world, training) => {
  world.replica.accounts.get('ada').training = training;
};

export function coreChapters(name, start) {
  const chapter = chapters();
  let world;
  let badgeWhenOff;
  before(async () => {
    world = await stage(name, start);
    registerHost(world.session, name);
    await world.start();
  });
  after(async () => world.stop());
  const expectNext = async (count, told) => assert.deepEqual(gist(await nextObservation(world.session, count)), told);

  chapter(`${name}: the setting is on: an entry, and the toolbar says so`, async () => {
    await world.page.goto(URL_OF_SETTING);
    await expectNext(1, { state: 'on', change: 'first', cause: null, phase: 'seen' });
    const badge = await until('a badge', async () => {
      const shown = await world.browser.badge();
      return shown.text && shown;
    });
    const popup = await world.browser.openPopup();
    await picture(popup, `${name}-popup-on`);
    await popup.close();
    assert.match(badge.title, /on/i);
  });

  chapter(`${name}: the same again is not recorded again`, async () => {
    const { last: earlier } = await world.browser.stored();
    await world.page.reload();
    await until('another reading, sent', async () => {
      const { last, outbox } = await world.browser.stored();
      return last.reading !== earlier.reading && outbox.waiting.length === 0;
    });
    assert.equal((await observations(world.session)).length, 1);
  });

  chapter(`${name}: the member flips the switch: pending, by the user`, async () => {
    await world.page.click(SWITCH);
    await expectNext(2, { state: 'off', change: 'changed', cause: 'user', phase: 'pending' });
    assert.equal(world.replica.accounts.get('ada').training, false, 'the replica has saved it');
  });

  chapter(`${name}: a fresh load shows it: confirmed off, by the user`, async () => {
    await world.page.reload();
    await expectNext(3, { state: 'off', change: 'changed', cause: 'user', phase: 'confirmed' });
    badgeWhenOff = await until('the badge to say off', async () => {
      const shown = await world.browser.badge();
      return /off/i.test(shown.title) && shown;
    });
    const popup = await world.browser.openPopup();
    await picture(popup, `${name}-popup-off`);
    await popup.close();
  });

  chapter(`${name}: the server turns it on again: unexplained, and the toolbar changes`, async () => {
    serverSets(world, true);
    await world.page.reload();
    await expectNext(4, { state: 'on', change: 'changed', cause: 'unexplained', phase: 'seen' });
    await until('another badge', async () => {
      const shown = await world.browser.badge();
      return shown.text !== badgeWhenOff.text && shown.title !== badgeWhenOff.title;
    });
    const popup = await world.browser.openPopup();
    await picture(popup, `${name}-popup-undone`);
    await popup.close();
  });

  chapter(`${name}: the host is missing, the browser restarts: the reading waits and arrives once`, async () => {
    unregisterHost(world.session, name);
    serverSets(world, false);
    await world.page.reload();
    const outbox = await waiting(world);
    assert.deepEqual([outbox.waiting.length, outbox.error, outbox.lost], [1, 'host-missing', 0]);
    assert.equal((await observations(world.session)).length, 4);
    const popup = await world.browser.openPopup();
    await picture(popup, `${name}-popup-host-missing`);
    await popup.close();

    await world.browser.close();
    registerHost(world.session, name);
    await world.start();
    await expectNext(5, { state: 'off', change: 'changed', cause: 'unexplained', phase: 'seen' });
    await emptied(world);
  });

  chapter(`${name}: the keyring is locked, the browser restarts: the reading waits and arrives once`, async () => {
    world.session.lock();
    serverSets(world, true);
    await world.page.goto(URL_OF_SETTING);
    const outbox = await waiting(world);
    assert.deepEqual([outbox.waiting.length, outbox.error, outbox.lost], [1, 'keyring-locked', 0]);
    const popup = await world.browser.openPopup();
    await picture(popup, `${name}-popup-locked`);
    await popup.close();

    await world.browser.close();
    await world.session.restartDaemon('unlock');
    await world.start();
    await expectNext(6, { state: 'on', change: 'changed', cause: 'unexplained', phase: 'seen' });
    await emptied(world);
  });

  chapter(`${name}: nothing lost, nothing doubled, and the log is whole`, async () => {
    const all = await observations(world.session);
    assert.deepEqual(
      all.map(({ state }) => state),
      ['on', 'off', 'off', 'on', 'off', 'on'],
    );
    assert.equal(new Set(all.map(({ account }) => account.pseudonym)).size, 1);
    await assertWhole(world.session);
  });
}
