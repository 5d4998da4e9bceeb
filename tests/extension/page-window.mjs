// A page of the replica in jsdom with the reader in it, the judge behind it, and a member's hand in front of it.
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { JSDOM, ResourceLoader, VirtualConsole } from 'jsdom';
import idlUtils from 'jsdom/lib/jsdom/living/generated/utils.js';
import { isSettingAddress } from '../../extension/background/setting/address.js';
import { judge } from '../../extension/background/setting/judge.js';
import { READER_FILES } from '../../extension/background/setting/reader-files.js';
import { blindObservation, redirectReason } from '../../extension/background/setting/redirect.js';

const scripts = READER_FILES.map(
  (file) =>
    new vm.Script(readFileSync(new URL(`../../extension/${file}`, import.meta.url), 'utf8'), { filename: file }),
);
const reader = { runInContext: (context) => scripts.forEach((script) => script.runInContext(context)) };
const ORIGIN = 'https://www.linkedin.com';

/** Only frames are ever loaded, and every frame starts out as an empty page of the same site. */
class Frames extends ResourceLoader {
  fetch() {
    return Promise.resolve(Buffer.from('<!doctype html><title>frame</title>'));
  }
}

const { implForWrapper: implOf, implSymbol, wrapperForImpl: wrapperOf } = idlUtils;

/** As if a person had done it: dispatchEvent() would clear isTrusted. */
export function dispatchTrusted(target, event) {
  const impl = implOf(event);
  impl.isTrusted = true;
  target[implSymbol]._dispatch(impl); // a window is its own wrapper
}

/** What is not a timer, such as an observer, an answer or a frame that loads, has its turn. */
const settle = () =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** The window's time, moved by hand: a busy machine then changes no answer, and nobody waits for 25 seconds. */
class Clock {
  now = 0;

  #timers = new Map();

  #last = 0;

  #add(run, delay, every) {
    this.#timers.set((this.#last += 1), { run, at: this.now + Math.max(1, Number(delay) || 0), every });
    return this.#last;
  }

  /** @param {any} window */
  install(window) {
    const start = Date.now();
    window.performance.now = () => this.now;
    window.Date.now = () => start + Math.round(this.now);
    window.setTimeout = (run, delay, ...more) => this.#add(() => run(...more), delay, null);
    window.setInterval = (run, delay) => this.#add(run, delay, Math.max(1, delay));
    window.clearTimeout = window.clearInterval = (id) => this.#timers.delete(id);
    window.requestAnimationFrame = (run) => this.#add(() => run(this.now), 16, null);
  }

  #fire(id, timer) {
    if (timer.every === null) this.#timers.delete(id);
    else timer.at = this.now + timer.every;
    timer.run();
  }

  /** Everything that is due on the way happens at its time. */
  async advance(milliseconds) {
    const end = this.now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].filter(([, t]) => t.at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      this.now = Math.max(this.now, next[1].at);
      this.#fire(...next);
      await settle();
    }
    this.now = end;
    await settle();
  }

  /** As a machine that had no time meanwhile: each timer once, late. */
  async jump(milliseconds) {
    this.now += milliseconds;
    for (const [id, timer] of [...this.#timers]) this.#fire(id, timer);
    await settle();
  }
}

/**
 * What jsdom takes long to say of a node is asked once, until the document changes. jsdom then forgets the styles it knows, and what was
 * said meanwhile is kept beside those. It does not forget them for what changes in a shadow tree: of that all is asked each time.
 * @param {(node: any, about?: string) => any} ask
 */
function onceUntilChanged(ask) {
  const known = new WeakMap();
  return (node, about = '') => {
    const impl = implOf(node);
    if (!impl?._attached) return ask(node, about);
    const styles = (impl._ownerDocument._styleCache ??= new WeakMap());
    if (!known.has(styles)) known.set(styles, new Map());
    const answers = known.get(styles);
    if (!answers.has(about)) answers.set(about, new Map());
    const answersAbout = answers.get(about);
    if (!answersAbout.has(node)) answersAbout.set(node, ask(node, about));
    return answersAbout.get(node);
  };
}

/** What has the focus or is checked changes without the document. */
const SAYS_MORE_THAN_THE_TREE = /:(?!not\()/;

/** @param {any} window */
function selectOnce({ Element, Document }) {
  for (const [prototype, name] of [
    [Element.prototype, 'matches'],
    [Element.prototype, 'closest'],
    [Element.prototype, 'querySelector'],
    [Element.prototype, 'querySelectorAll'],
    [Document.prototype, 'querySelector'],
    [Document.prototype, 'querySelectorAll'],
  ]) {
    const method = prototype[name];
    const selected = onceUntilChanged((node, selector) => method.call(node, selector));
    prototype[name] = function select(selector) {
      return SAYS_MORE_THAN_THE_TREE.test(selector) ? method.call(this, selector) : selected(this, selector);
    };
  }
}

/** jsdom lays nothing out: what HTML and a style say about being shown. @param {any} window */
export function giveVisibility(window) {
  const { Element, Node, Document } = window;
  const is = (element, selector) => Element.prototype.matches.call(element, selector);
  const parentOf = (element) => Object.getOwnPropertyDescriptor(Node.prototype, 'parentElement').get.call(element);
  const hasStyles = () => Document.prototype.querySelector.call(window.document, 'style') !== null;
  const styled = (element) => is(element, '[style]') || hasStyles();
  const isClosed = (element) => is(element, '[hidden],dialog:not([open]),details:not([open]) > :not(summary)');
  const hides = (element) =>
    isClosed(element) || (styled(element) && window.getComputedStyle(element).display === 'none');
  const isVisible = onceUntilChanged((element) => {
    for (let at = element; at; at = parentOf(at)) if (hides(at)) return false;
    const { visibility, display } = styled(element)
      ? window.getComputedStyle(element)
      : { visibility: '', display: '' };
    if (display === 'contents') return false; /* it has no box (CSSOM View) */
    return visibility === 'visible' || visibility === '';
  });
  Element.prototype.checkVisibility = function checkVisibility() {
    return isVisible(this);
  };
  const { get } = Object.getOwnPropertyDescriptor(window.HTMLIFrameElement.prototype, 'contentDocument');
  Object.defineProperty(window.HTMLIFrameElement.prototype, 'contentDocument', {
    get() {
      const inside = get.call(this);
      if (inside?.defaultView && !inside.defaultView.Element.prototype.checkVisibility)
        giveVisibility(inside.defaultView);
      return inside;
    },
  });
}

/** jsdom knows nothing of what a style draws before and after an element, and takes long to say so. @param {any} window */
function giveStyles(window) {
  const { getComputedStyle } = window;
  const computed = onceUntilChanged((element) => getComputedStyle(element));
  window.getComputedStyle = (element, pseudo) => (pseudo ? { content: 'none' } : computed(element));
}

/** @param {any} window @param {import('../replica/pages.mjs').Page} page */
function furnish(window, page, clock, onReading, arrival = 'navigate') {
  clock.install(window);
  selectOnce(window);
  giveStyles(window);
  giveVisibility(window);
  const entries = [{ name: ORIGIN + page.address, responseStatus: page.status, type: arrival }];
  Object.defineProperty(window.performance, 'getEntriesByType', {
    value: (type) => (type === 'navigation' ? entries : []),
  });
  window.chrome = {
    runtime: { id: 'consentlog', sendMessage: async (message) => onReading(message) },
    dom: { openOrClosedShadowRoot: (element) => wrapperOf(implOf(element)._shadowRoot) ?? null },
  };
  window.fetch = async (path) => ({ ok: path === '/replica/save', status: path === '/replica/save' ? 200 : 404 });
  if (!page.hidden) return;
  Object.defineProperty(window.Document.prototype, 'hidden', { get: () => true });
  Object.defineProperty(window.Document.prototype, 'visibilityState', { get: () => 'hidden' });
  window.requestAnimationFrame = () => 0;
}

/**
 * @param {import('../replica/pages.mjs').Page} page
 * @param {{answers?: boolean, arrival?: string}} [options] answers: does the background tell the reader that it has enough? arrival: how the
 *   browser came to the page (Navigation Timing, `type`)
 */
export function openPage(page, { answers = true, arrival } = {}) {
  const clock = new Clock();
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
    url: ORIGIN + page.address,
    runScripts: 'dangerously',
    pretendToBeVisual: true,
    resources: new Frames(),
    virtualConsole: new VirtualConsole(),
    beforeParse: (window) => furnish(window, page, clock, onReading, arrival),
  });
  const { window } = dom;
  const context = dom.getInternalVMContext();
  const inject = () => reader.runInContext(context);
  /* What the background does when a tab's address changes. */
  const reached = (url) => {
    if (isSettingAddress(url)) inject();
    const reason = redirectReason(url, { opened: false, isSettingAddress });
    if (reason)
      observations.push(blindObservation(url, reason, { reading: '0'.repeat(32), at: new Date().toISOString() }));
  };
  let at = '';
  window.setInterval(() => {
    const url = window.location.href;
    if (url !== at && window.document.body) reached(url);
    at = url;
  }, 50);

  const one = (selector) => {
    const element = window.document.querySelector(selector);
    if (!element) throw new Error(`${page.name}: nothing at ${selector}`);
    return element;
  };
  const event = (Kind, type, init = {}) =>
    new window[Kind](type, { bubbles: true, cancelable: true, composed: true, ...init });

  /** A key at the element which has the focus. */
  function typeAt(element, key) {
    for (const type of ['keydown', 'keyup']) dispatchTrusted(element, event('KeyboardEvent', type, { key }));
    if (key === ' ' && element.matches('input,button'))
      dispatchTrusted(element, event('MouseEvent', 'click', { detail: 0 }));
  }

  return {
    window,
    context,
    observations,
    readings,
    inject,
    clock,
    click(selector) {
      const element = one(selector);
      for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup'])
        dispatchTrusted(element, event('MouseEvent', type));
      dispatchTrusted(element, event('MouseEvent', 'click', { detail: 1 }));
    },
    /** The beginning of a press, or what becomes of it. */
    press(selector, init = {}, type = 'pointerdown') {
      dispatchTrusted(one(selector), event('MouseEvent', type, init));
    },
    /** The space key at a place that the member has seen to have the focus. */
    async key(selector) {
      one(selector).focus();
      await clock.advance(600);
      this.type(' ');
    },
    /** A key, wherever the focus is. */
    type: (key) => typeAt(window.document.activeElement, key),
    typeAt,
    close() {
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
  const clock = new Clock();
  const dom = new JSDOM(page.html, {
    url: ORIGIN + page.address,
    runScripts: 'outside-only',
    virtualConsole: new VirtualConsole(),
    beforeParse: (window) => furnish(window, page, clock, onReading),
  });
  if (dom.window.document.readyState !== 'complete') {
    await new Promise((resolve) => {
      dom.window.addEventListener('load', resolve);
    });
  }
  change(dom.window.document);
  reader.runInContext(dom.getInternalVMContext());
  for (const step of [4_100, 21_000]) if (observations.length === 0) await clock.jump(step);
  dom.window.close();
  return observations.at(-1) ?? null;
}

/** Let the page's time go by until `done` says so. @returns {Promise<boolean>} false: the time was over first */
export async function until(opened, done, milliseconds) {
  const end = opened.clock.now + milliseconds;
  while (!done() && opened.clock.now < end) await opened.clock.advance(100);
  return done();
}
