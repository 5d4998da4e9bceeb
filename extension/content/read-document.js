/*
 * Looks at one of LinkedIn's documents (shared/documents.js) and describes it: title, language and the text of its main
 * part, normalised as docs/documents.md has it. It decides nothing: background/documents/judge-document.js does.
 *
 * Injected as a classic script into the isolated world of the top frame, only after the member has turned "Keep today's
 * terms" on; where the main part is looked for comes with it, under Symbol.for('consentlog.mains'). Each injection makes
 * one description, sent as `{type: "document", seen}` when the text has stood still, or when the bound is reached.
 * It adds nothing to the page, fetches nothing, follows no link, reads no cookie.
 */
'use strict';

{
  const QUIET = 1_500;
  const BOUND = 20_000;
  const TICK = 300;

  const ours = globalThis[Symbol.for('consentlog.content')];
  const { newId, one, all, attr, src, text, contains, title, documentElement, readyState } = ours.natives;
  const { isShown, textOf } = ours.documentText;

  const plain = (element) => (element ? text(element) : '').replace(/\s+/gu, ' ').trim().slice(0, 512);

  /* ---- what else is there ---- */

  const mains = globalThis[Symbol.for('consentlog.mains')] ?? [];
  const mainOf = () =>
    mains.map((selector) => one(document, selector)).find((found) => found && isShown(found)) ?? null;

  function pathOf(url) {
    try {
      return new URL(url, location.href).pathname;
    } catch {
      return '';
    }
  }

  const shown = (selector) => all(document, selector).filter(isShown);

  /** A form that signs in anywhere on the page is no sign: the masthead of every legal page may have one. */
  function signs(main) {
    const inMain = (element) => contains(main ?? document, element);
    const actions = shown('form[action]').map((form) => pathOf(attr(form, 'action')));
    const frames = shown('iframe[src]').map(src);
    return {
      signIn:
        shown('input[type="password"]').some(inMain) ||
        /^\/(?:uas\/login|login|authwall|signup)\b/.test(location.pathname),
      challenge:
        actions.some((path) => /^\/checkpoint\/(?:challenge|rp|rm)\b/.test(path)) ||
        frames.some((from) => /captcha|\/checkpoint\/challenge|arkoselabs/i.test(from)),
      wall: shown('dialog,[role~="dialog" i],[role~="alertdialog" i],[aria-modal="true" i]').some((e) =>
        /cookie|consent|zustimm|einwillig|consentement/i.test(plain(e)),
      ),
    };
  }

  function headingOf(main) {
    const heading = all(main ?? document, 'h1').find(isShown) ?? shown('h1')[0];
    return plain(heading);
  }

  /** The text last: if that fails, for the page is made to make it fail, there is none, and nothing is kept. */
  function describe() {
    const main = mainOf();
    const entry = performance.getEntriesByType?.('navigation')[0];
    return {
      v: 1,
      id: newId(),
      observedAt: Date.now(),
      url: location.href.slice(0, 2_048),
      title: title().slice(0, 512),
      heading: headingOf(main),
      language: (attr(documentElement(), 'lang') ?? '').slice(0, 64),
      status: entry?.responseStatus || null,
      ...signs(main),
      text: main ? textOr(main) : '',
    };
  }

  function textOr(main) {
    try {
      return textOf(main);
    } catch {
      return '';
    }
  }

  /* ---- when ---- */

  const address = location.href;
  const began = performance.now();
  let last = '';
  let still = began;

  /** Asked anew each time, by a timer: a hidden tab draws nothing and would never say that it has drawn. */
  function tick() {
    if (location.href !== address) {
      clearInterval(timer);
      return;
    }
    const now = performance.now();
    const main = mainOf();
    const length = main ? text(main).length : -1;
    const size = `${length} ${readyState()}`;
    if (size !== last) still = now;
    last = size;
    const ready = readyState() === 'complete' && main && now - still >= QUIET && text(main).trim() !== '';
    if (!ready && now - began < BOUND) return;
    clearInterval(timer);
    chrome.runtime.sendMessage({ type: 'document', seen: describe() }).catch(() => {});
  }

  const timer = setInterval(tick, TICK);
}
