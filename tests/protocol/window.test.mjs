// recovery.show: the code comes to a window of the desktop's own, on a screen that nobody sees (Xvfb), by the real zenity; never into an
// answer, an argument or the environment. Where there is no screen, that is the answer.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { CLI, end, observation, Session } from '../e2e/host.mjs';
import { startScreen } from '../e2e/screen.mjs';
import { until } from '../e2e/support.mjs';

const NEEDED = ['/usr/bin/zenity', '/usr/bin/Xvfb', '/usr/bin/xdotool'];
const skip = NEEDED.every(existsSync) ? false : `this distribution lacks one of ${NEEDED.join(', ')}`;
const TITLES = {
  en: 'Recovery code of your consentlog log',
  de: 'Wiederherstellungscode Ihres consentlog-Protokolls',
  fr: 'Code de récupération de votre journal consentlog',
};
const PATIENCE_MS = 90_000;

let session;
before(async () => {
  session = await Session.start();
});
after(async () => session.stop());

const ask = (host, language) => host.send('recovery.show', { language }, PATIENCE_MS);

/** A conversation that ends, whatever comes of it. @param {Record<string, string>} env @param {(host: any) => Promise<void>} act */
async function withHost(env, act) {
  const host = session.host({ env });
  try {
    await act(host);
  } finally {
    await host.close();
  }
}

/** The code's groups of five, as the terminal shows them. */
const groups = () => session.run(CLI, ['recovery', 'show']).stdout.match(/\b[0-9A-Z]{5}(?=-|$)/gm) ?? [];

describe('without a screen', () => {
  test('before there is a log there is no code', () =>
    withHost({}, async (host) => {
      assert.equal((await ask(host, 'en')).error.code, 'log-absent');
    }));

  test('that is the answer, and what is not understood is refused', async () => {
    const { ok, error } = await session.once('record', { observations: [observation()] });
    assert.ok(ok, JSON.stringify(error));
    await withHost({}, async (host) => {
      assert.deepEqual((await ask(host, 'en')).result, { shown: false, noted: false });
      assert.equal((await ask(host, 'it')).error.code, 'bad-value');
      const more = await host.send('recovery.show', { language: 'en', title: 'x' });
      assert.equal(more.error.code, 'unknown-member');
    });
    await withHost({ DISPLAY: ':59999' }, async (host) => {
      assert.deepEqual((await ask(host, 'en')).result, { shown: false, noted: false }, 'a screen that is not there');
    });
  });

  test('a locked keyring is said, and nothing is asked', async () => {
    session.lock();
    await withHost({}, async (host) => assert.equal((await ask(host, 'en')).error.code, 'keyring-locked'));
    await session.restartDaemon('unlock');
  });
});

describe('on a screen', { skip }, () => {
  let screen;
  let env;
  before(async () => {
    const { screen: started, display } = await startScreen(session.env);
    screen = started;
    env = { DISPLAY: display, GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1' };
  });
  after(() => end(screen));

  const xdotool = (...args) => spawnSync('xdotool', args, { env: { ...session.env, ...env }, encoding: 'utf8' }).stdout;

  /** The window that is open, once it is: its number on the screen. @param {string} language @param {Promise<any>} [answer] not before */
  async function window(language, answer) {
    let told = null;
    void answer?.then((it) => (told = it));
    return until(`the window in ${language}`, async () => {
      assert.equal(told, null, 'an answer, and no window was seen');
      return xdotool('search', '--onlyvisible', '--name', TITLES[language]).trim().split('\n').at(-1);
    });
  }

  /** The zenity of this session. */
  function zenity() {
    const ours = readdirSync('/proc').filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
        return (
          /^\d+$/.test(pid) &&
          readFileSync(`/proc/${pid}/comm`, 'utf8') === 'zenity\n' &&
          environment.includes(session.dir)
        );
      } catch {
        return false;
      }
    });
    return ours[0] ?? null;
  }

  /** As the member would, until it is answered. @param {Promise<any>} answer @param {() => void} act */
  async function actUntil(answer, act) {
    let told = null;
    void answer.then((it) => (told = it));
    await until('an answer', async () => {
      act();
      return told;
    });
    return told;
  }

  for (const language of ['en', 'de', 'fr'])
    test(`${language}: it is shown, and noted by its button`, () =>
      withHost(env, async (host) => {
        const answer = ask(host, language);
        const id = await window(language, answer);
        const code = groups();
        assert.equal(code.length, 24);
        const [given, environment] = ['cmdline', 'environ'].map((what) =>
          readFileSync(`/proc/${zenity()}/${what}`, 'latin1'),
        );
        for (const group of code)
          assert.ok(!given.includes(group) && !environment.includes(group), 'the code is nobody else’s');
        assert.doesNotMatch(given, /\/tmp|\.txt/, 'nor in a file');
        const told = await actUntil(answer, () => {
          const [, width, height] = xdotool('getwindowgeometry', id).match(/Geometry: (\d+)x(\d+)/) ?? [];
          if (width) xdotool('mousemove', '--window', id, `${width - 60}`, `${height - 24}`, 'click', '1');
        });
        assert.deepEqual(told.result, { shown: true, noted: true });
        assert.equal(zenity(), null);
      }));

  // Its title and its buttons have letters that such a locale does not know.
  for (const [locale, more] of [
    ['none', { LANG: '', LC_ALL: '' }],
    ['C', { LC_ALL: 'C' }],
    ['one that is not installed', { LANG: 'xx_YY.UTF-8' }],
  ])
    test(`the locale is ${locale}: it is shown all the same`, () =>
      withHost({ ...env, ...more }, async (host) => {
        const answer = ask(host, 'fr');
        const id = await window('fr', answer);
        const told = await actUntil(answer, () => xdotool('windowfocus', id, 'key', 'Escape'));
        assert.deepEqual(told.result, { shown: true, noted: false });
      }));

  test('closed without a word: shown, but not noted', () =>
    withHost(env, async (host) => {
      const answer = ask(host, 'en');
      const id = await window('en', answer);
      const told = await actUntil(answer, () => xdotool('windowfocus', id, 'key', 'Escape'));
      assert.deepEqual(told.result, { shown: true, noted: false });
    }));

  test('the browser goes, and so does the window', async () => {
    const host = session.host({ env });
    host.writeFrame(JSON.stringify({ id: 1, op: 'recovery.show', params: { language: 'en' } }));
    await window('en');
    host.end();
    await until('the window to be gone', async () => zenity() === null);
    await host.exited;
  });
});
