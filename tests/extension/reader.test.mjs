// The reader's own manners: when it starts and stops, how often it speaks, what it leaves behind. What it sees is in
// pages.test.mjs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadPages } from '../replica/pages.mjs';
import { dispatchTrusted, openPage } from './page-window.mjs';

const pages = new Map(loadPages().map((page) => [page.name, page]));
const SETTING = '/mypreferences/d/settings/data-for-ai-improvement';

async function opened(name, options, check) {
  const page = openPage(pages.get(name), options);
  try {
    await check(page);
  } finally {
    page.close();
  }
}

test('with an answer it speaks once, and then only of what is new', () =>
  opened('role-switch-on', {}, async (page) => {
    await page.clock.advance(120_000);
    assert.equal(page.readings.length, 1);
    page.click('#sw');
    await page.clock.advance(120_000);
    assert.equal(page.readings.length, 2);
    assert.deepEqual(
      [page.observations[1].state, page.observations[1].pending, page.observations[1].trusted],
      ['off', true, true],
    );
  }));

test('without an answer it goes on to its bound and says nothing different', () =>
  opened('role-switch-on', { answers: false }, async (page) => {
    await page.clock.advance(120_000);
    assert.deepEqual(
      page.readings.map((r) => r.final),
      [false, false, true],
    );
    assert.deepEqual(
      page.observations.map((o) => o.state),
      ['on', 'on', 'on'],
    );
    assert.equal(new Set(page.readings.map((r) => r.id)).size, 3, 'each reading has an id of its own');
  }));

/* The page moves the focus when a key is pressed in its field; how long after, and by what key, the next one comes. */
for (const [name, first, pause, trusted] of [
  ['a letter, and at once', 'a', 0, false],
  ['a letter, and as fast as a slow hand types', 'a', 400, false],
  ['a letter, and when the member has had time to see it', 'a', 600, true],
  ['Tab, which moves it by itself', 'Tab', 50, true],
  ['Enter', 'Enter', 50, false],
])
  test(`a space key where a script has put the focus after ${name}: ${trusted ? 'the member’s' : 'not the member’s'}`, () =>
    opened('role-switch-on', {}, async ({ window, clock, observations, type }) => {
      const { document } = window;
      const field = document.querySelector('input[type=search]');
      const control = document.querySelector('#sw');
      await clock.advance(10_000);
      field.addEventListener('keydown', () => control.focus());
      field.focus();
      await clock.advance(2_000);
      type(first);
      await clock.advance(pause);
      type(' ');
      await clock.advance(10_000);
      assert.deepEqual([observations.at(-1).state, observations.at(-1).trusted], ['off', trusted]);
    }));

test('an event of the page’s own does not stand for the focus', () =>
  opened('role-switch-on', {}, async ({ window, clock, observations, type }) => {
    const field = window.document.querySelector('input[type=search]');
    const control = window.document.querySelector('#sw');
    await clock.advance(10_000);
    field.focus();
    control.dispatchEvent(new window.FocusEvent('focusin', { bubbles: true, composed: true }));
    await clock.advance(2_000);
    field.addEventListener('keydown', () => control.focus());
    type('a');
    type(' ');
    await clock.advance(10_000);
    assert.deepEqual([observations.at(-1).state, observations.at(-1).trusted], ['off', false]);
  }));

test('a space key where the focus has been since before the reader came is the member’s, as is the next one', () =>
  opened('role-switch-on', {}, async ({ window, clock, observations, type }) => {
    window.document.querySelector('#sw').focus();
    for (const state of ['off', 'on']) {
      await clock.advance(10_000);
      type(' ');
      await clock.advance(10_000);
      assert.deepEqual([observations.at(-1).state, observations.at(-1).trusted], [state, true]);
    }
  }));

/* A focus that moves inside a shadow root is told to nobody outside (DOM, "retarget"). */
for (const [name, first, trusted] of [
  ['Tab', 'Tab', true],
  ['a letter', 'a', false],
])
  test(`a space key on a switch in a shadow root, at once after ${name} in there: ${trusted ? 'the member’s' : 'not the member’s'}`, () =>
    opened('shadow-root', {}, async ({ window, clock, observations, typeAt }) => {
      const root = window.document.querySelector('#host').shadowRoot;
      const field = root.appendChild(window.document.createElement('input'));
      const control = root.querySelector('input,[role=switch]');
      const { checked } = control;
      await clock.advance(30_000);
      field.addEventListener('keydown', () => control.focus());
      field.focus();
      await clock.advance(2_000);
      typeAt(field, first);
      await clock.advance(50);
      typeAt(control, ' ');
      await clock.advance(10_000);
      assert.deepEqual([observations.at(-1).state, observations.at(-1).trusted], [checked ? 'off' : 'on', trusted]);
    }));

test('Tab, pressed long before a script moves the focus, does not stand for it', () =>
  opened('role-switch-on', {}, async ({ window, clock, observations, type }) => {
    window.document.querySelector('input[type=search]').focus();
    await clock.advance(10_000);
    type('Tab');
    await clock.advance(2_000);
    window.document.querySelector('#sw').focus();
    type(' ');
    await clock.advance(10_000);
    assert.deepEqual([observations.at(-1).state, observations.at(-1).trusted], ['off', false]);
  }));

/* ---- what browsers put back into a box that the server sends anew ---- */

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const says = ({ observations }) => observations.map(({ state, reason }) => [state, reason]);

/** Before the reader comes: was the box given another state than was sent? */
function putBack({ window }, { firefox = false } = {}) {
  if (firefox) Object.defineProperty(window.navigator, 'userAgent', { value: FIREFOX });
  window.document.querySelector('#sw').checked = false;
}

for (const [arrival, firefox, expected] of [
  ['back_forward', false, ['unknown', 'inconsistent']],
  ['back_forward', true, ['unknown', 'inconsistent']],
  ['reload', true, ['unknown', 'inconsistent']],
  ['reload', false, ['off', null]],
  ['navigate', true, ['off', null]],
])
  test(`a box that is not as it was sent, after ${arrival}${firefox ? ' in Firefox' : ''}: ${expected[0]}`, () =>
    opened('role-switch-on', { arrival }, async (page) => {
      putBack(page, { firefox });
      await page.clock.advance(60_000);
      assert.deepEqual(says(page), [expected]);
    }));

for (const late of [300, 800])
  test(`what is put back ${late} ms after the reader has come is no state either`, () =>
    opened('role-switch-on', { arrival: 'back_forward' }, async (page) => {
      await page.clock.advance(late);
      putBack(page);
      await page.clock.advance(60_000);
      assert.deepEqual(says(page), [['unknown', 'inconsistent']]);
    }));

test('after a reload in Firefox the member’s flip is one, soon as it comes', () =>
  opened('role-switch-on', { arrival: 'reload' }, async (page) => {
    Object.defineProperty(page.window.navigator, 'userAgent', { value: FIREFOX });
    await page.clock.advance(4_000);
    page.click('#sw');
    await page.clock.advance(60_000);
    assert.deepEqual(says(page).at(-1), ['off', null]);
    assert.deepEqual([page.observations.at(-1).pending, page.observations.at(-1).trusted], [true, true]);
  }));

test('a box that is as it was sent, after Back, says its state, and the member’s flip is one', () =>
  opened('role-switch-on', { arrival: 'back_forward' }, async (page) => {
    await page.clock.advance(60_000);
    page.click('#sw');
    await page.clock.advance(60_000);
    assert.deepEqual(says(page), [
      ['on', null],
      ['off', null],
    ]);
    assert.equal(page.observations[1].trusted, true);
  }));

const readyStates = new WeakMap();

/** The reader keeps the getter that is there when it comes; and jsdom's own document is whole sooner. */
function setReadyState({ window }, state) {
  if (!readyStates.has(window)) {
    Object.defineProperty(window.Document.prototype, 'readyState', { get: () => readyStates.get(window) });
    window.addEventListener('load', (event) => {
      if (readyStates.get(window) !== 'complete') event.stopImmediatePropagation();
    });
  }
  readyStates.set(window, state);
  if (state === 'complete') dispatchTrusted(window, new window.Event('load'));
}

/* A restored tab of Firefox's: at the document's end into every box, whoever made it. */
for (const [what, attribute] of [
  ['with the attribute', true],
  ['without it', false],
])
  test(`into a box ${what} that a script made, Firefox puts back where it restores a tab: no state`, () =>
    opened('role-switch-on', { arrival: 'back_forward' }, async (page) => {
      const { document } = page.window;
      const made = document.querySelector('#sw').cloneNode();
      if (!attribute) made.removeAttribute('checked');
      document.querySelector('#sw').replaceWith('');
      Object.defineProperty(page.window.navigator, 'userAgent', { value: FIREFOX });
      setReadyState(page, 'interactive');
      await page.clock.advance(500);
      made.checked = attribute;
      document.querySelector('#allowGenAiTraining').after(made);
      await page.clock.advance(500);
      setReadyState(page, 'complete');
      made.checked = !attribute;
      await page.clock.advance(60_000);
      assert.deepEqual(says(page), [['unknown', 'inconsistent']]);
    }));

test('what is put back when the document is whole at last is no state either', () =>
  opened('role-switch-on', { arrival: 'back_forward' }, async (page) => {
    setReadyState(page, 'interactive');
    Object.defineProperty(page.window.navigator, 'userAgent', { value: FIREFOX });
    await page.clock.advance(8_000);
    setReadyState(page, 'complete');
    putBack(page);
    await page.clock.advance(60_000);
    assert.deepEqual(says(page), [['unknown', 'inconsistent']]);
  }));

test('what was put back is over once the box has been as it was sent', () =>
  opened('role-switch-on', { arrival: 'back_forward' }, async (page) => {
    putBack(page);
    for (let press = 0; press < 2; press += 1) {
      await page.clock.advance(60_000);
      page.click('#sw');
    }
    await page.clock.advance(60_000);
    assert.deepEqual(says(page), [
      ['unknown', 'inconsistent'],
      ['on', null],
      ['off', null],
    ]);
    assert.deepEqual([page.observations[2].pending, page.observations[2].trusted], [true, true]);
  }));

for (const arrival of ['back_forward', 'reload'])
  test(`into a box that a script makes later nothing is put back: after ${arrival} it says its state`, () =>
    opened('role-switch-on', { arrival }, async (page) => {
      const control = page.window.document.querySelector('#sw');
      const made = page.window.document.createElement('input');
      for (const { name, value } of control.attributes) if (name !== 'checked') made.setAttribute(name, value);
      control.replaceWith('');
      Object.defineProperty(page.window.navigator, 'userAgent', { value: FIREFOX });
      await page.clock.advance(2_000);
      made.checked = true;
      page.window.document.querySelector('#allowGenAiTraining').after(made);
      await page.clock.advance(60_000);
      assert.deepEqual(says(page), [['on', null]]);
    }));

test('injected twice it is there once', () =>
  opened('role-switch-on', {}, async (page) => {
    await page.clock.advance(500);
    page.inject();
    page.inject();
    await page.clock.advance(60_000);
    assert.equal(page.readings.length, 1);
  }));

test('it stops when the address is left, and starts again when it is reached', () =>
  opened('role-switch-on', {}, async (page) => {
    await page.clock.advance(10_000);
    page.window.history.pushState(null, '', '/feed/');
    await page.clock.advance(1_000);
    page.window.document.querySelector('#sw').checked = false;
    await page.clock.advance(60_000);
    assert.equal(page.readings.length, 1, 'nothing is said of another address');
    page.window.history.pushState(null, '', SETTING);
    await page.clock.advance(60_000);
    const last = page.observations.at(-1);
    assert.deepEqual([last.state, last.page.navigation, last.pending, last.trusted], ['off', 'in-page', true, false]);
  }));

test('reached again in the same document, by a link or by going back, it says when that document was loaded', () =>
  opened('role-switch-on', {}, async ({ window, clock, readings }) => {
    await clock.advance(10_000);
    for (const flip of [1, 2]) {
      await clock.advance(3_600_000);
      window.history.pushState(null, '', '/feed/');
      await clock.advance(1_000);
      window.history.pushState(null, '', SETTING);
      window.document.querySelector('#sw').checked = flip === 2;
      await clock.advance(10_000);
    }
    const [first, ...later] = readings.map(({ page, observedAt }) => ({
      loadedAt: page.loadedAt,
      age: observedAt - page.loadedAt,
    }));
    assert.ok(first.age < 60_000 && later.length >= 2);
    assert.deepEqual(new Set(later.map(({ loadedAt }) => loadedAt)), new Set([first.loadedAt]));
    assert.ok(later.at(-1).age > 2 * 3_600_000);
  }));

test('what appears just before the bound gets the time it needs; what comes later is told after the silence', async () => {
  const late = pages.get('late-20s');
  for (const [appears, ...told] of [
    [20_000, 'off'],
    [24_500, 'off'],
    [27_500, 'timed-out', 'off'],
  ]) {
    const page = openPage({ ...late, html: late.html.replace(',20000)', `,${appears})`) });
    await page.clock.advance(35_000);
    page.close();
    assert.deepEqual(
      page.observations.map(({ state, reason }) => reason ?? state),
      told,
      `after ${appears} ms`,
    );
  }
});

for (const [what, happens] of [
  ['comes into sight', ({ document, Event }) => document.dispatchEvent(new Event('visibilitychange'))],
  ['was frozen', ({ document, Event }) => document.dispatchEvent(new Event('resume'))],
  [
    'comes out of the back-forward cache',
    (window) => window.dispatchEvent(Object.assign(new window.Event('pageshow'), { persisted: true })),
  ],
]) {
  test(`a page that ${what} has to stand still from then on`, () =>
    opened('role-switch-off', {}, async (page) => {
      await page.clock.advance(3_900);
      await page.clock.jump(50);
      happens(page.window);
      await page.clock.advance(3_900);
      assert.deepEqual(page.observations, []);
      await page.clock.advance(1_000);
      assert.deepEqual(
        page.observations.map(({ state, pending }) => [state, pending]),
        [['off', false]],
      );
    }));
}

/* The page flips its switch half a second after each of these. */
for (const [what, press, trusted] of [
  ['the button for a menu is pressed on it', (page) => page.press('#sw', { button: 2 }), false],
  [
    'a finger begins to scroll on it',
    (page) => {
      page.press('#sw');
      page.press('#sw', {}, 'pointercancel');
    },
    false,
  ],
  ['a pointer is pressed on it', (page) => page.press('#sw'), true],
  ['nothing is pressed', () => {}, false],
]) {
  test(`whose flip it is when ${what}`, () =>
    opened('role-switch-on', {}, async (page) => {
      await page.clock.advance(10_000);
      press(page);
      await page.clock.advance(500);
      page.window.document.querySelector('#sw').checked = false;
      await page.clock.advance(10_000);
      const { state, pending, trusted: said } = page.observations.at(-1);
      assert.deepEqual([state, pending, said], ['off', true, trusted]);
    }));
}

test("whose page it is may be told just after a flip, which is the member's all the same", async () => {
  const known = pages.get('role-switch-on');
  const [code] = /<code[\s\S]*<\/code>/.exec(known.html);
  const page = openPage({ ...known, html: known.html.replace(code, '') });
  await page.clock.advance(10_000);
  page.click('#sw');
  await page.clock.advance(300);
  page.window.document.body.insertAdjacentHTML('beforeend', code);
  await page.clock.advance(10_000);
  page.close();
  const { state, pending, trusted, account } = page.observations.at(-1);
  assert.deepEqual([state, pending, trusted, account.id], ['off', true, true, '1001']);
});

test('a state that the judge has not accepted is no state that was flipped', () =>
  opened('two-steps-off-8s', {}, async (page) => {
    await page.clock.advance(40_000);
    assert.deepEqual(
      page.observations.map(({ state, pending }) => [state, pending]),
      [['on', false]],
    );
    page.window.document.querySelector('#sw').checked = false;
    await page.clock.advance(10_000);
    assert.deepEqual(
      page.observations.slice(1).map(({ state, pending, trusted }) => [state, pending, trusted]),
      [['off', true, false]],
    );
  }));

test('injected elsewhere it does nothing', () =>
  opened('left-early', {}, async (page) => {
    page.window.history.replaceState(null, '', '/feed/');
    page.inject();
    await page.clock.advance(60_000);
    assert.equal(page.readings.length, 0);
  }));

test('a page cannot make it speak without end', () =>
  opened('control-flapping', {}, async (page) => {
    await page.clock.advance((3 * 3_600_000) / 20);
    assert.ok(page.readings.length <= 60, `${page.readings.length}`);
  }));

test('a worker that is not there yet is asked again; a reloaded extension is not', () =>
  opened('role-switch-on', {}, async (page) => {
    const { runtime } = page.window.chrome;
    const send = runtime.sendMessage;
    let failures = 0;
    runtime.sendMessage = async (message) => {
      failures += 1;
      if (failures < 3) throw new Error('Could not establish connection');
      return send(message);
    };
    await page.clock.advance(20_000);
    assert.equal(page.observations.at(-1).state, 'on');
    runtime.id = undefined;
    runtime.sendMessage = async () => {
      failures += 1;
      throw new Error('Extension context invalidated.');
    };
    const before = failures;
    page.click('#sw');
    await page.clock.advance(1_500);
    assert.equal(failures, before + 1);
  }));

test('what was seen first is told first, also when it has to be told again', () =>
  opened('role-switch-on', {}, async (page) => {
    const { runtime } = page.window.chrome;
    const send = runtime.sendMessage;
    let tries = 0;
    runtime.sendMessage = async (message) => {
      tries += 1;
      if (tries === 1) throw new Error('The message channel closed before a response was received');
      return send(message);
    };
    while (tries === 0) await page.clock.advance(10);
    page.click('#sw');
    await page.clock.advance(10_000);
    assert.deepEqual(
      page.observations.map(({ state }) => state),
      ['on', 'off'],
    );
  }));

test('what is never answered keeps nothing back that was seen since', () =>
  opened('role-switch-on', {}, async (page) => {
    const { runtime } = page.window.chrome;
    const send = runtime.sendMessage;
    let tries = 0;
    runtime.sendMessage = (message) => ((tries += 1) === 1 ? new Promise(() => {}) : send(message));
    while (tries === 0) await page.clock.advance(10);
    page.click('#sw');
    await page.clock.advance(15_000);
    assert.ok(page.observations.length > 0);
    assert.ok(page.observations.every(({ state }) => state === 'off'));
  }));

test('it leaves nothing in the page', () =>
  opened('role-switch-on', {}, async (page) => {
    const html = page.window.document.documentElement.outerHTML;
    await page.clock.advance(60_000);
    assert.equal(page.window.document.documentElement.outerHTML, html);
  }));

test('its text asks for no network, no cookie, no storage, and writes no markup', () => {
  const source = readFileSync(new URL('../../extension/content/read-setting.js', import.meta.url), 'utf8').replace(
    /\/\*[\s\S]*?\*\//g,
    '',
  );
  for (const word of [
    /\bfetch\s*\(/,
    /XMLHttpRequest/,
    /\.\s*cookie\b/,
    /localStorage|sessionStorage|indexedDB/,
    /innerHTML|insertAdjacent/,
    /createElement\b/,
    /\.append\(|appendChild|setAttribute/,
    /sendBeacon|WebSocket/,
    /\.className|classList/,
  ]) {
    assert.doesNotMatch(source, word);
  }
});

for (const [what, age, aside, said] of [
  ['a young document of a process that has slept since it began', 0, -8 * 3_600_000, 0],
  ['an old document, after a sleep of the machine', 3_600_000, -8 * 3_600_000, -8 * 3_600_000],
  ['an old document, whose beginning the browser tells too late', 3_600_000, 60_000, 0],
])
  test(`when it was loaded: ${what}`, () =>
    opened('role-switch-on', {}, async ({ window, clock, readings }) => {
      const began = window.Date.now() - window.performance.now();
      Object.defineProperty(window.performance, 'timeOrigin', { value: began + aside });
      clock.now = age;
      await clock.advance(30_000);
      assert.ok(Math.abs(readings[0].page.loadedAt - began - said) <= 2, String(readings[0].page.loadedAt - began));
    }));
