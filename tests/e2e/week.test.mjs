// A week: two accounts, two browsers, one log. The member flips the switch in one browser and another, LinkedIn flips it, it is
// flipped while the member is signed out, and on Tuesday the host is missing. The history tells it as it happened.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { startProxy } from '../replica/proxy.mjs';
import { SETTING, startReplica } from '../replica/server.mjs';
import { startChromium } from './chromium.mjs';
import { startFirefox } from './firefox.mjs';
import { CLI, Session, sleep } from './host.mjs';
import { chapters } from './stage.mjs';
import { assertWhole, nextObservation, observations, registerHost, unregisterHost, until } from './support.mjs';

const URL_OF_SETTING = `https://www.linkedin.com${SETTING}`;
const SWITCH = 'input[role="switch"]';
const BROWSERS = ['chromium', 'firefox'];
const chapter = chapters();
const week = { session: null, replica: null, proxy: null, browsers: {}, pages: {} };
/** What has to stand in the log, in order. */
const told = [];

const isOn = (name, training) => {
  week.replica.accounts.get(name).training = training;
};
const signIn = (name) => {
  week.replica.options.signedIn = name;
};

/** Open the setting there and wait for what the log then says. */
async function look(browser, expected) {
  await week.pages[browser].goto(URL_OF_SETTING);
  await thenTold(browser, expected);
}

async function thenTold(browser, [account, state, change, cause, phase]) {
  told.push([browser, account, state, change, cause, phase]);
  await nextObservation(week.session, told.length);
}

before(async () => {
  week.session = await Session.start();
  week.replica = await startReplica();
  week.proxy = await startProxy(week.replica.port);
  const place = { ...week.replica, proxyPort: week.proxy.port };
  for (const name of BROWSERS) registerHost(week.session, name);
  week.browsers.chromium = await startChromium(week.session, place);
  week.browsers.firefox = await startFirefox(week.session, place);
  for (const name of BROWSERS) week.pages[name] = await week.browsers[name].newPage();
});
after(async () => {
  for (const browser of Object.values(week.browsers)) await browser.close();
  await week.replica.close();
  await week.proxy.close();
  await week.session.stop();
});

chapter('Monday: Ada finds it on, and turns it off', async () => {
  await look('chromium', ['ada', 'on', 'first', null, 'seen']);
  await week.pages.chromium.click(SWITCH);
  await thenTold('chromium', ['ada', 'off', 'changed', 'user', 'pending']);
  await look('chromium', ['ada', 'off', 'changed', 'user', 'confirmed']);
});

chapter('Tuesday: LinkedIn turns it on again, and the host is missing: the reading waits', async () => {
  for (const name of BROWSERS) unregisterHost(week.session, name);
  isOn('ada', true);
  await week.pages.chromium.goto(URL_OF_SETTING);
  await until(
    'the reading in the outbox',
    async () => (await week.browsers.chromium.stored()).outbox?.waiting.length === 1,
  );
  await sleep(1_000);
  assert.equal((await observations(week.session)).length, told.length);
});

chapter('Wednesday: the host is back; so is Tuesday’s reading, with Tuesday’s time', async () => {
  const { outbox } = await week.browsers.chromium.stored();
  const [
    {
      value: { observed_at: tuesday },
    },
  ] = outbox.waiting;
  for (const name of BROWSERS) registerHost(week.session, name);
  const popup = await week.browsers.chromium.openPopup();
  await thenTold('chromium', ['ada', 'on', 'changed', 'unexplained', 'seen']);
  await popup.close();
  assert.equal((await observations(week.session)).at(-1).observed_at, tuesday);
});

chapter('Thursday: Ben, in the other browser, turns his off', async () => {
  signIn('ben');
  await look('firefox', ['ben', 'on', 'first', null, 'seen']);
  await week.pages.firefox.click(SWITCH);
  await thenTold('firefox', ['ben', 'off', 'changed', 'user', 'pending']);
  await look('firefox', ['ben', 'off', 'changed', 'user', 'confirmed']);
});

chapter('Friday: nobody is signed in, and Ben’s is turned on meanwhile', async () => {
  signIn(null);
  isOn('ben', true);
  await look('chromium', [null, 'unknown', 'first', null, 'seen']);
});

chapter('Saturday: Ada has turned hers off on her telephone, which nobody here has seen', async () => {
  signIn('ada');
  isOn('ada', false);
  await look('firefox', ['ada', 'off', 'changed', 'unexplained', 'seen']);
});

chapter('Sunday: Ben looks in the first browser, in the tab that was Ada’s: his opt-out was undone', async () => {
  signIn('ben');
  await look('chromium', ['ben', 'on', 'changed', 'unexplained', 'seen']);
  await until('the warning', async () => {
    const { warnings } = await week.browsers.chromium.stored();
    return Object.values(warnings ?? {}).some(({ undone, state }) => undone && state === 'on');
  });
});

chapter('the history tells it as it happened', async () => {
  const all = await observations(week.session);
  const names = new Map([[null, null]]);
  for (const [at, [, account]] of told.entries()) names.set(all[at].account.pseudonym, account);
  assert.equal(new Set(names.values()).size, names.size, 'one pseudonym each');
  assert.deepEqual(
    all.map(({ client, account, state, change, cause, phase }) => [
      client.browser,
      names.get(account.pseudonym),
      state,
      change,
      cause,
      phase,
    ]),
    told,
  );
  const {
    result: { accounts },
  } = await week.session.once('status');
  assert.deepEqual(
    new Map(accounts.map(({ pseudonym, state }) => [names.get(pseudonym), state])),
    new Map([
      ['ada', 'off'],
      ['ben', 'on'],
      [null, null],
    ]),
  );
  assert.equal(week.session.run(CLI, ['history', '--json']).status, 0);
  await assertWhole(week.session);
});
