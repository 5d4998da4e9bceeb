// WebKitGTK, which has Safari's engine, by its WebDriver (https://www.w3.org/TR/webdriver2/): HTTP and JSON. A page here answers to those of
// puppeteer's names that the tests of the page that checks packages ask for.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end } from './host.mjs';
import { startScreen } from './screen.mjs';
import { until } from './support.mjs';

const DRIVER = '/usr/bin/WebKitWebDriver';
/** As WebDriver writes keys that have no sign, and under which name it hands out an element. */
const KEYS = { Tab: '\uE004', Enter: '\uE007', ArrowDown: '\uE015' };
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
/** Its window has buttons, and would not be as narrow as a telephone. */
const NARROW = '* { min-width: 0; padding: 0; border-width: 0; font-size: 1px; }';
/** What turns on the page would be drawn by the processor, which takes longer than the checks. */
const STILL = '[Settings]\ngtk-enable-animations=0\n';

/** Why a test of it leaves itself out, or false. */
export const lacksWebKit = () =>
  [DRIVER, '/usr/bin/Xvfb'].every(existsSync) ? false : 'WebKitWebDriver or Xvfb is not in this distribution';

/** @param {string} root @param {string} method @param {string} path @param {object} [body] */
async function command(root, method, path, body) {
  const answer = await fetch(root + path, { method, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
  return value;
}

/** @param {(method: string, path: string, body?: object) => Promise<any>} ask */
function pageOf(ask) {
  const run = (script, args) => ask('POST', '/execute/sync', { script, args });
  const evaluate = (what, ...args) =>
    typeof what === 'string' ? run(what, []) : run(`return (${what})(...arguments)`, args);
  const all = (selector) => ask('POST', '/elements', { using: 'css selector', value: selector });
  const post = (element, what, body) => ask('POST', `/element/${element[ELEMENT]}/${what}`, body);
  const handle = (element) => ({ uploadFile: (...files) => post(element, 'value', { text: files.join('\n') }) });
  const one = async (selector) => {
    const [found] = await all(selector);
    if (!found) throw new Error(`no ${selector}`);
    return found;
  };
  const press = (key) => {
    const value = KEYS[key] ?? key;
    const actions = ['keyDown', 'keyUp'].map((type) => ({ type, value }));
    return ask('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  };
  const page = {
    evaluate,
    goto: (url) => ask('POST', '/url', { url }),
    $$: async (selector) => (await all(selector)).map(handle),
    $: async (selector) => (await page.$$(selector))[0] ?? null,
    $eval: (selector, look) => run(`return (${look})(document.querySelector(arguments[0]))`, [selector]),
    $$eval: (selector, look) => run(`return (${look})([...document.querySelectorAll(arguments[0])])`, [selector]),
    waitForFunction: (probe, { timeout }) => until('a state of the page', () => evaluate(probe), timeout),
    waitForSelector: (selector, { timeout }) => until(selector, () => page.$(selector), timeout),
    click: async (selector) => post(await one(selector), 'click', {}),
    focus: (selector) => page.$eval(selector, (element) => element.focus()),
    type: async (selector, text) => post(await one(selector), 'value', { text }),
    select: (selector, value) => page.click(`${selector} option[value="${value}"]`),
    keyboard: {
      press,
      async type(text) {
        for (const key of text) await press(key);
      },
    },
    /** No chooser opens for a driver: the page asks for one and is told that nobody chose. Then the input is given the files. */
    async waitForFileChooser({ timeout }) {
      await evaluate(() => addEventListener('cancel', ({ target }) => target.setAttribute('data-asked', ''), true));
      await page.waitForSelector('[data-asked]', { timeout });
      const [input] = await page.$$('[data-asked]');
      await page.$eval('[data-asked]', (element) => element.removeAttribute('data-asked'));
      return { accept: (files) => input.uploadFile(...files) };
    },
    async setViewport({ width, height }) {
      const frame = await ask('GET', '/window/rect');
      const [wide, high] = await evaluate(() => [innerWidth, innerHeight]);
      await ask('POST', '/window/rect', { width: frame.width - wide + width, height: frame.height - high + height });
      const fits = (w, h) => innerWidth === w && innerHeight === h;
      await until(`a page of ${width} x ${height}`, () => evaluate(fits, width, height));
    },
  };
  return page;
}

/** @returns {Promise<{server: import('node:net').Server, port: number}>} */
async function listen() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { server, port };
}

/** For the driver, which wants to be told one. */
async function freePort() {
  const { server, port } = await listen();
  await new Promise((done) => server.close(done));
  return port;
}

/**
 * @param {{dark?: boolean}} [how]
 * @returns {Promise<{page: any, asked: () => number, close: () => Promise<void>}>} `asked`: how often something wanted to be fetched from a network
 */
export async function startWebKit({ dark = false } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'consentlog-webkit-'));
  mkdirSync(join(home, '.config/gtk-3.0'), { recursive: true });
  writeFileSync(join(home, '.config/gtk-3.0/gtk.css'), NARROW);
  writeFileSync(join(home, '.config/gtk-3.0/settings.ini'), STILL);
  const { screen, display } = await startScreen(process.env);
  // Whatever is asked of a network goes to this proxy, which counts it and answers nothing.
  const proxy = await listen();
  let asked = 0;
  proxy.server.on('connection', (socket) => {
    asked += 1;
    socket.destroy();
  });
  const port = await freePort();
  const { PATH } = process.env;
  const env = {
    PATH,
    HOME: home,
    XDG_RUNTIME_DIR: home,
    DISPLAY: display,
    GTK_THEME: dark ? 'Adwaita:dark' : 'Adwaita',
    WEBKIT_DISABLE_COMPOSITING_MODE: '1', // spares a fourth of the processor's time; to take a picture, leave it out
  };
  const driver = spawn(DRIVER, [`--port=${port}`], { env, stdio: 'ignore' });
  const root = `http://127.0.0.1:${port}`;
  let session = '';
  const close = async () => {
    if (session) await command(session, 'DELETE', '');
    await end(driver);
    await end(screen);
    proxy.server.close();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await until('the driver', () => command(root, 'GET', '/status').catch(() => null));
    const place = `127.0.0.1:${proxy.port}`;
    const alwaysMatch = { proxy: { proxyType: 'manual', httpProxy: place, sslProxy: place } };
    const { sessionId } = await command(root, 'POST', '/session', { capabilities: { alwaysMatch } });
    session = `${root}/session/${sessionId}`;
  } catch (why) {
    await close();
    throw why;
  }
  /** One after the other, as a person does. */
  let last = Promise.resolve();
  const ask = (method, path, body) => {
    const answer = last.then(() => command(session, method, path, body));
    last = answer.catch(() => {});
    return answer;
  };
  return { page: pageOf(ask), asked: () => asked, close };
}
