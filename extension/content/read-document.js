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
  const TEXT_MAX = 1_200_000; /* a little more than is ever kept, so that the judge can say "too long" */

  const LEFT_OUT =
    'script,style,template,noscript,svg,math,canvas,iframe,object,embed,video,audio,img,button,input,select,' +
    'textarea,nav,dialog,[role="navigation" i],[role="dialog" i],[role="alertdialog" i],[aria-modal="true" i],[aria-hidden="true" i]';
  const BLOCKS = new Set(
    (
      'address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption ' +
      'figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu ol p pre section summary table tbody td tfoot th ' +
      'thead tr ul'
    ).split(' '),
  );
  /* Help pages say how long ago they were changed, in words that change every day. */
  const AGES =
    /^(?:last updated|zuletzt aktualisiert|dernière mise à jour)\s*:?\s.*\b(?:ago|vor|il y a|today|yesterday|heute|gestern|aujourd.hui|hier)\b.*$/i;

  const isShown = (element) =>
    element.checkVisibility
      ? element.checkVisibility({ visibilityProperty: true })
      : !element.hidden &&
        getComputedStyle(element).display !== 'none' &&
        getComputedStyle(element).visibility !== 'hidden';

  /* ---- the text ---- */

  function collect(node, parts) {
    for (const child of node.childNodes) {
      if (child.nodeType === 3) parts.push(child.data);
      else if (child.nodeType === 1) collectElement(child, parts);
    }
  }

  function collectElement(element, parts) {
    if (element.localName === 'br') {
      parts.push('\n');
      return;
    }
    if (element.matches(LEFT_OUT) || !isShown(element)) return;
    const block = BLOCKS.has(element.localName);
    if (block) parts.push('\n');
    collect(element, parts);
    if (block) parts.push('\n');
  }

  function textOf(main) {
    const parts = [];
    collect(main, parts);
    /* A line break in the source is a space; one of ours is a line break. */
    const lines = parts
      .map((part) => (part === '\n' ? part : part.replace(/\s+/gu, ' ')))
      .join('')
      .normalize('NFC')
      .replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/gu, '')
      .split('\n');
    return lines
      .map((line) => line.replace(/\s+/gu, ' ').trim())
      .filter((line) => line !== '' && !AGES.test(line))
      .join('\n')
      .slice(0, TEXT_MAX);
  }

  const plain = (element) => (element?.textContent ?? '').replace(/\s+/gu, ' ').trim().slice(0, 512);

  /* ---- what else is there ---- */

  const mains = globalThis[Symbol.for('consentlog.mains')] ?? [];
  const mainOf = () =>
    mains.map((selector) => document.querySelector(selector)).find((found) => found && isShown(found)) ?? null;

  function pathOf(url) {
    try {
      return new URL(url, location.href).pathname;
    } catch {
      return '';
    }
  }

  const shown = (selector) => [...document.querySelectorAll(selector)].filter(isShown);

  /** A form that signs in anywhere on the page is no sign: the masthead of every legal page may have one. */
  function signs(main) {
    const inMain = (element) => (main ?? document).contains(element);
    const actions = shown('form[action]').map((form) => pathOf(form.getAttribute('action')));
    const frames = shown('iframe[src]').map((frame) => frame.src);
    return {
      signIn:
        shown('input[type="password"]').some(inMain) ||
        /^\/(?:uas\/login|login|authwall|signup)\b/.test(location.pathname),
      challenge:
        actions.some((path) => /^\/checkpoint\/(?:challenge|rp|rm)\b/.test(path)) ||
        frames.some((src) => /captcha|\/checkpoint\/challenge|arkoselabs/i.test(src)),
      wall: shown('dialog,[role="dialog"],[role="alertdialog"],[aria-modal="true"]').some((e) =>
        /cookie|consent|zustimm|einwillig|consentement/i.test(plain(e)),
      ),
    };
  }

  function headingOf(main) {
    const heading = [...(main ?? document).querySelectorAll('h1')].find(isShown) ?? shown('h1')[0];
    return plain(heading);
  }

  const newId = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');

  function describe() {
    const main = mainOf();
    const entry = performance.getEntriesByType?.('navigation')[0];
    return {
      v: 1,
      id: newId(),
      observedAt: Date.now(),
      url: location.href.slice(0, 2_048),
      title: document.title.slice(0, 512),
      heading: headingOf(main),
      language: (document.documentElement.lang || '').slice(0, 64),
      status: entry?.responseStatus || null,
      text: main ? textOf(main) : '',
      ...signs(main),
    };
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
    const size = `${main?.textContent.length ?? -1} ${document.readyState}`;
    if (size !== last) still = now;
    last = size;
    const ready = document.readyState === 'complete' && main && now - still >= QUIET && main.textContent.trim() !== '';
    if (!ready && now - began < BOUND) return;
    clearInterval(timer);
    chrome.runtime.sendMessage({ type: 'document', seen: describe() }).catch(() => {});
  }

  const timer = setInterval(tick, TICK);
}
