// A page of the replica in jsdom with the reader in it, the judge behind it, and a member's hand in front of it.
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { JSDOM, ResourceLoader, VirtualConsole } from 'jsdom';
import { isSettingAddress, judge } from '../../extension/background/judge.js';
import { redirectObservation, redirectReason } from '../../extension/background/redirect.js';

const reader = new vm.Script(readFileSync(new URL('../../extension/page/read-setting.js', import.meta.url), 'utf8'),
  { filename: 'read-setting.js' });
const ORIGIN = 'https://www.linkedin.com';

/** Only frames are ever loaded, and every frame starts out as an empty page of the same site. */
class Frames extends ResourceLoader {
  fetch() {
    return Promise.resolve(Buffer.from('<!doctype html><title>frame</title>'));
  }
}

const implOf = (wrapper) => wrapper[Object.getOwnPropertySymbols(wrapper).find((s) => s.description === 'impl')];

/** As if a person had done it: dispatchEvent() would clear isTrusted. */
function dispatchTrusted(target, event) {
  const impl = implOf(event);
  impl.isTrusted = true;
  implOf(target)._dispatch(impl);
}

const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** The reader's clock and its one interval in the test's hand; what a page sets up later keeps its own time. */
function handClock(window) {
  let now = 0;
  const ticks = [];
  window.performance.now = () => now;
  window.setInterval = (tick) => ticks.push(tick);
  return async (milliseconds) => {
    now += milliseconds;
    for (const tick of ticks) tick();
    await new Promise((resolve) => { setImmediate(resolve); });
  };
}

/** @param {any} window @param {import('../replica/pages.mjs').Page} page */
function furnish(window, page, onReading) {
  const entries = [{ name: ORIGIN + page.address, responseStatus: page.status }];
  Object.defineProperty(window.performance, 'getEntriesByType', { value: (type) => (type === 'navigation' ? entries : []) });
  window.chrome = { runtime: { id: 'consentlog', sendMessage: async (message) => onReading(message) } };
  window.fetch = async (path) => ({ ok: path === '/replica/save', status: path === '/replica/save' ? 200 : 404 });
  if (!page.hidden) return;
  Object.defineProperty(window.document, 'hidden', { value: true });
  Object.defineProperty(window.document, 'visibilityState', { value: 'hidden' });
  window.requestAnimationFrame = () => 0;
}

/**
 * @param {import('../replica/pages.mjs').Page} page
 * @param {{answers?: boolean}} [options] answers: does the background tell the reader that it has enough?
 */
export function openPage(page, { answers = true } = {}) {
  const observations = [];
  const readings = [];
  const onReading = ({ type, reading }) => {
    const plain = JSON.parse(JSON.stringify(reading));
    readings.push(plain);
    const observation = type === 'reading' ? judge(plain) : null;
    if (observation) observations.push(observation);
    return answers ? { enough: observation !== null } : undefined;
  };
  const dom = new JSDOM(page.html, {
    url: ORIGIN + page.address, runScripts: 'dangerously', pretendToBeVisual: true, resources: new Frames(),
    virtualConsole: new VirtualConsole(), beforeParse: (window) => furnish(window, page, onReading),
  });
  const { window } = dom;
  const context = dom.getInternalVMContext();
  const inject = () => reader.runInContext(context);
  /* What the background does when a tab's address changes. */
  const reached = (url) => {
    if (isSettingAddress(url)) inject();
    const reason = redirectReason(url, { opened: false, isSettingAddress });
    if (reason) observations.push(redirectObservation(url, reason, { reading: '0'.repeat(32), at: new Date().toISOString() }));
  };
  let at = '';
  const watch = setInterval(() => {
    const url = window.location.href;
    if (url !== at && window.document.body) reached(url);
    at = url;
  }, 40);

  const one = (selector) => {
    const element = window.document.querySelector(selector);
    if (!element) throw new Error(`${page.name}: nothing at ${selector}`);
    return element;
  };
  const event = (Kind, type, init = {}) => new window[Kind](type, { bubbles: true, cancelable: true, composed: true, ...init });

  return {
    window, observations, readings, inject,
    click(selector) {
      const element = one(selector);
      for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup']) dispatchTrusted(element, event('MouseEvent', type));
      dispatchTrusted(element, event('MouseEvent', 'click', { detail: 1 }));
    },
    key(selector) {
      const element = one(selector);
      element.focus();
      dispatchTrusted(element, event('KeyboardEvent', 'keydown', { key: ' ', code: 'Space' }));
      dispatchTrusted(element, event('KeyboardEvent', 'keyup', { key: ' ', code: 'Space' }));
      if (element.matches('input,button')) dispatchTrusted(element, event('MouseEvent', 'click', { detail: 0 }));
    },
    close() {
      clearInterval(watch);
      window.close();
    },
  };
}

/**
 * What is said of a page that stands still, without waiting for it in real time.
 * @param {{html: string, address: string, status: number}} page
 * @param {(document: any) => void} [change] made before the reader looks
 */
export async function readStill(page, change = () => {}) {
  const observations = [];
  const onReading = ({ reading }) => {
    const observation = judge(JSON.parse(JSON.stringify(reading)));
    if (observation) observations.push(observation);
    return { enough: observation !== null };
  };
  const dom = new JSDOM(page.html, {
    url: ORIGIN + page.address, runScripts: 'outside-only', virtualConsole: new VirtualConsole(),
    beforeParse: (window) => furnish(window, page, onReading),
  });
  if (dom.window.document.readyState !== 'complete') {
    await new Promise((resolve) => { dom.window.addEventListener('load', resolve); });
  }
  change(dom.window.document);
  const advance = handClock(dom.window);
  reader.runInContext(dom.getInternalVMContext());
  for (const step of [4_100, 21_000]) if (observations.length === 0) await advance(step);
  dom.window.close();
  return observations.at(-1) ?? null;
}

/** Wait until `done` says so. @returns {Promise<boolean>} false: the time was over first */
export async function until(done, milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    if (done()) return true;
    await sleep(50);
  }
  return done();
}

export { sleep };
