/*
 * Looks at LinkedIn's setting page and describes what is there. It decides nothing: background/setting/judge.js does.
 *
 * Injected as a classic script into the isolated world of the top frame when the tab's URL reaches the setting, by a load
 * or by pushState; injecting it again into the same document only wakes it up. It stops by itself when the location leaves
 * the setting. It sends `{type: "reading", reading}` and takes the answer `{enough: true}` to mean that the judge needs no
 * longer look; without an answer it goes on until its bound, which costs a repeat that the log recognises.
 *
 * When it looks. A page that is still being built looks like a page whose switch is off. So a reading carries how long the
 * description has stood still (`quiet`), is offered at rising quiets, and once more, `final`, at the bound. While the
 * page says that it is busy, nothing stands still. Whether a quiet is long enough for what is seen is the judge's matter.
 *
 * Where it looks. In the document's own tree, as long as that has a switch; before anything is said, everywhere: in shadow roots
 * and in the site's own frames too, for a copy there may say something else.
 *
 * Who flipped it. Only a trusted pointer press or key press on the control or on its label counts as the member's hand.
 * `change` and forwarded `click` events do not: browsers mark them trusted even when a script called click(). One press
 * explains one flip, so a page that takes an answer back is not taken for the member.
 *
 * It adds nothing to the page, fetches nothing, reads no cookie.
 */
'use strict';

if (globalThis[Symbol.for('consentlog.reader')]) {
  globalThis[Symbol.for('consentlog.reader')].start();
} else {
  const ADDRESS = /^\/mypreferences\/[dm]\/(?:settings\/)?data-for-ai-improvement\/?$/;
  const BOUND = 25_000; /* pages have been seen to render after 20 s; an unset switch then needs 4 s of quiet */
  const GRACE = 6_000; /* what appeared just before the bound may still stand still for long enough */
  const QUIETS = [2_000, 4_000];
  const QUIET_AFTER_PRESS = 600; /* the member's own flip needs no wait for a page that finishes rendering */
  const TICK = 250;
  const FULL_LOOK_EVERY = 1_000; /* when nothing is awaited, however busy the page is with itself */
  const PRESS_LASTS = 5_000; /* a page may flip the switch only when its server has answered */
  const DIALOG_LASTS = 60_000; /* a person reads a question before answering it */
  const READINGS_MAX = 60; /* a document; a page cannot make us flood the log */
  const CONTROLS_MAX = 50;
  const NEAR_MAX = 16; /* elements in a control that have a state of their own */
  const LIST_MAX = 1_000; /* putting ten thousand in order takes as long as a page may stand still */
  const CLOSED_MAX = 500; /* empty elements that are asked for a closed root: asking is slow */
  const TEXT_MAX = 2_048;
  const LINES_MAX = 300;
  const NOTHING_ELSE = Object.freeze({ lines: [], cut: false, filled: false, prose: false, plain: false });
  const SENTENCE = 20; /* characters: the shortest text that counts as an explanation, not as a word on a button */
  const BLOB_MAX = 1 << 20;
  const DEPTH_MAX = 6;
  const HEADINGS_MAX = 100;

  const HEADINGS = ['h1', 'h2', 'h3', '[role="heading"]'];
  const MAINS = ['main', '[role="main"]'];
  const MAIN = MAINS.join();
  const HOST =
    /-|^(?:div|span|section|article|p|main|header|footer|nav|aside|blockquote|h[1-6])$/; /* may have a shadow root (DOM) */
  const NOT_PROSE = [...HEADINGS, 'h4', 'h5', 'h6', 'a', 'button', 'label'].join();
  const NAMES = ['aria-label', 'aria-description', 'title', 'alt', 'placeholder', 'value'];
  const NAMED = NAMES.map((name) => `[${name}]`).join();
  /* What prose is made of. Anything else in the page's main part may be a switch of a kind not known here. */
  const PROSE =
    'h1,h2,h3,h4,h5,h6,p,a[href],ul,ol,li,b,strong,em,i,br,hr,div,span,section,article,script,style,template,' +
    'img,svg,svg *';
  const OPERABLE =
    '[role]:not([role="heading" i],[role="region" i],[role="list" i],[role="listitem" i],[role="img" i]),' +
    '[tabindex],[type],[onclick],[contenteditable],[aria-label]:not(a),[aria-labelledby]';
  /* Elsewhere a page has its menu and its search; what is none of these may be the switch, put in another place. */
  const TOOLS =
    'button,input,select,textarea,label,summary,iframe,object,embed,[role],[onclick],[contenteditable],[aria-checked],' +
    '[aria-pressed],[tabindex]:not([tabindex="-1"])';
  const EXPLAINED =
    'a[href]:not([role],[aria-checked],[aria-pressed]),input:is([type="search" i],[type="hidden" i],[type="submit" i]),' +
    'button:is([aria-expanded],[aria-haspopup],[aria-controls]):not([role],[aria-checked],[aria-pressed]),' +
    ':is([role="banner" i],[role="contentinfo" i],[role="complementary" i],[role="navigation" i],[role="search" i],' +
    '[role="region" i],[role="list" i],[role="listitem" i],[role="img" i],[role="heading" i],[role="none" i],' +
    '[role="presentation" i],[role="status" i],[role="alert" i],[role="dialog" i]):not([aria-checked],[aria-pressed],[tabindex="0"])';
  /* Regions that are not the page's matter: what stands in them is somebody else's switch. */
  const ASIDE =
    'aside,nav,[role="complementary" i],[role="banner" i],[role="contentinfo" i],[role="navigation" i],' +
    '[role="search" i],[role="menu" i]';
  const DIALOG = 'dialog,[popover],[role="dialog" i],[role="alertdialog" i],[aria-modal="true" i]';
  const STATED = '[aria-checked],[aria-pressed]';
  /* Other ways to ask than a switch: not read, but known to be there. */
  const CHOICES = ['radio', 'combobox', 'listbox', 'menuitemcheckbox', 'menuitemradio'];
  const IN_CHOICES = [...CHOICES, 'option', 'treeitem'].map((role) => `[role="${role}" i]`).join();
  /* Where a link of an explanation may lead: not to a page that may have the switch. */
  const READ_MORE = /^\/(?:help|legal)\/|^\/mypreferences\/[dm]\/categories(?:\/|$)/;
  const INTERACTIVE = 'a[href],button,input,select,textarea,summary,iframe';
  /* A press is a pointerdown or keydown; the others are moments to look at what it did. */
  const EVENTS = ['pointerdown', 'keydown', 'keyup', 'click', 'pointercancel'];
  const SECTIONING = 'main,article,section,aside,nav,[role="main" i],[role="region" i]';

  /** Once a document: reading it later would count the time the machine slept (performance.now stands still then). */
  const loadedAt = Math.floor(Math.min(performance.timeOrigin || Infinity, Date.now() - performance.now()));
  const navigationEntry = performance.getEntriesByType?.('navigation')[0];
  const loadedHere = navigationEntry ? ADDRESS.test(pathOf(navigationEntry.name)) : document.readyState !== 'complete';

  const remembered = new Map(); /* of a control, by account and key or label: outlives the elements, not the document */
  const blobs = new WeakMap(); /* parsed <code> elements */
  let sent = 0;
  let sessions = 0;
  let session = null;

  function pathOf(url) {
    try {
      return new URL(url, location.href).pathname;
    } catch {
      return '';
    }
  }

  const atSetting = () => location.hostname === 'www.linkedin.com' && ADDRESS.test(location.pathname);

  /* ---- small descriptions ---- */

  function textOf(node) {
    return (node?.textContent ?? '')
      .slice(0, 4 * TEXT_MAX)
      .replace(/\s+/gu, ' ')
      .trim()
      .slice(0, TEXT_MAX);
  }

  /** Parent in the tree as it is composed: out of a shadow root to its host, out of a frame to its element. */
  function parentOf(node) {
    if (node.parentElement) return node.parentElement;
    const parent = node.parentNode;
    if (parent?.host) return parent.host;
    return parent?.nodeType === 9 && parent !== document ? (parent.defaultView?.frameElement ?? null) : null;
  }

  function closestComposed(element, selector) {
    for (let at = element; at; at = parentOf(at)) if (at.matches(selector)) return at;
    return null;
  }

  /** A header or footer is the page's banner unless it stands in a section (HTML-AAM). */
  function isPageEdge(element) {
    return element.matches('header,footer') && !closestComposed(element, SECTIONING);
  }

  function regionOf(element) {
    let region = 'other';
    for (let at = element; at; at = parentOf(at)) {
      if (at.matches(DIALOG)) return 'dialog';
      if (at.matches(ASIDE) || isPageEdge(at)) region = 'aside';
      else if (at.matches(MAIN) && region === 'other') region = 'main';
    }
    return region;
  }

  const isOwn = (region) => region === 'main' || region === 'other';

  function isShown(element) {
    for (let at = element; at; at = hostOrFrame(at)) {
      if (!at.checkVisibility({ visibilityProperty: true })) return false;
    }
    return true;
  }

  function hostOrFrame(element) {
    const root = element.getRootNode();
    if (root.host) return root.host;
    return root !== document ? (root.defaultView?.frameElement ?? null) : null;
  }

  const labelsOf = (element) => {
    const own = element.labels ? [...element.labels] : [];
    const around = element.closest('label');
    const others =
      around?.control &&
      around.control !== element; /* HTML: a label is for one control, its `for` before its content */
    return around && !others && !own.includes(around) ? [...own, around] : own;
  };

  function referenced(element, attribute) {
    const ids = (element.getAttribute(attribute) ?? '').split(/\s+/).filter(Boolean).slice(0, 4);
    return ids.map((id) => element.getRootNode().getElementById?.(id)).filter(Boolean);
  }

  /** The name that ARIA gives it; none to what ARIA hides. */
  function ariaNameOf(element) {
    if (element.getAttribute('aria-hidden') === 'true') return null;
    const parts = referenced(element, 'aria-labelledby').map(textOf).filter(Boolean);
    return parts.join(' ') || element.getAttribute('aria-label')?.trim() || null;
  }

  /** The name a person is given for it, in the order of accname-1.2, verbatim but for white space. */
  function labelOf(element) {
    const aria = ariaNameOf(element);
    if (aria) return aria.slice(0, TEXT_MAX);
    const native = labelsOf(element).map(textOf).find(Boolean);
    return native ?? (textOf(element) || null);
  }

  const bounded = (element, name) => element.getAttribute(name)?.slice(0, 256) ?? null;

  const isBusy = (element) => closestComposed(element, '[aria-busy="true" i]') !== null;

  const isOutOfUse = ({ element, native }) => isDisabled(element) || isDisabled(native);

  const isDisabled = (element) =>
    element.disabled === true ||
    element.matches(':disabled') ||
    closestComposed(element, '[aria-disabled="true" i],[inert]') !== null;

  /* ---- what is looked for, and where ---- */

  /** The last heading before the element, in the smallest part of the page that has one. */
  function headingOf(element, headings) {
    const before = headings.filter((h) => h.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    return before.length ? textOf(before[before.length - 1]) || null : null;
  }

  function outerOf(element, among) {
    let at = element.parentElement;
    for (let depth = 0; at && depth < DEPTH_MAX; depth += 1, at = at.parentElement) if (among.has(at)) return at;
    return null;
  }

  /** An ARIA switch drawn around its own native input is one control with two voices. */
  function partsOf(found) {
    const among = new Set(found);
    const inner = new Map();
    for (const element of found) {
      const outer = outerOf(element, among);
      if (outer) inner.set(outer, [...(inner.get(outer) ?? []), element]);
    }
    const alone = [...inner].filter(
      ([outer, parts]) => parts.length === 1 && !outer.matches('input') && parts[0].matches('input'),
    );
    const native = new Map(alone.map(([outer, [part]]) => [outer, part]));
    const joined = new Set(native.values());
    return found
      .filter((element) => !joined.has(element))
      .map((element) => ({ element, native: native.get(element) ?? element }));
  }

  function isCheckbox(element) {
    return element.localName === 'input' && element.type === 'checkbox';
  }

  function voiceOf(part, name) {
    return bounded(part.element, name) ?? (part.native === part.element ? null : bounded(part.native, name));
  }

  /** What elements around it and in it say, such as a box that a script draws as the switch and whose input it forgot. */
  function nearbyAria({ element, native }) {
    const inside = element.querySelectorAll(STATED);
    const near = Array.from({ length: Math.min(inside.length, NEAR_MAX) }, (_, n) => inside[n]).filter(
      (e) => e !== native,
    );
    for (let at = parentOf(native); at; at = parentOf(at)) if (at !== element && at.matches(STATED)) near.push(at);
    return near.slice(0, 2 * NEAR_MAX).map((e) => bounded(e, 'aria-checked') ?? bounded(e, 'aria-pressed'));
  }

  /** Labels that would be for it, were it the first with its id (HTML). */
  function labelsOfId(element) {
    const { id } = element;
    return id
      ? [...element.getRootNode().querySelectorAll('label[for]')]
          .slice(0, LIST_MAX)
          .filter((label) => label.htmlFor === id)
      : [];
  }

  /** A hidden input is drawn by its label, by one around it or for its id that is another's too, and by a box that has a state. */
  const drawnBy = ({ native }) =>
    [...labelsOf(native), ...labelsOfId(native), native.closest('label'), native.closest(STATED)].filter(Boolean);

  function describeControl(part, place, headings) {
    const { element, native } = part;
    const box = isCheckbox(native);
    return {
      tag: element.localName.slice(0, 32),
      type: element.localName === 'input' ? String(element.type) : null,
      role: bounded(element, 'role'),
      artdeco: native.hasAttribute('data-artdeco-toggle-button'),
      keys: [voiceOf(part, 'aria-labelledby'), voiceOf(part, 'name'), voiceOf(part, 'id')],
      label: labelOf(element) ?? (native === element ? null : labelOf(native)),
      heading: headingOf(element, headings),
      checked: box ? native.checked : null,
      indeterminate: box && native.indeterminate,
      ariaChecked: bounded(element, 'aria-checked'),
      ariaPressed: bounded(element, 'aria-pressed'),
      innerAriaChecked: native === element ? null : bounded(native, 'aria-checked'),
      nearbyAria: nearbyAria(part),
      disabled: isOutOfUse(part),
      busy: isBusy(element),
      shown: [element, native].some(isShown) || drawnBy(part).some(isShown),
      region: regionOf(element),
      place,
    };
  }

  /** Open shadow roots under `root`. Walks every element: there is no selector for a host. A walker does it in a third of the time of a list. */
  function shadowRootsUnder(root, depth = 0) {
    if (depth >= DEPTH_MAX) return [];
    const roots = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT);
    for (let element = walker.nextNode(); element; element = walker.nextNode()) {
      if (element.shadowRoot !== null)
        roots.push(element.shadowRoot, ...shadowRootsUnder(element.shadowRoot, depth + 1));
    }
    return roots;
  }

  /** Browsers let extensions ask. What is closed is not read, but it is known to be there. */
  function closedRootOf(element) {
    if (element.shadowRoot) return null;
    return globalThis.chrome?.dom?.openOrClosedShadowRoot?.(element) ?? element.openOrClosedShadowRoot ?? null;
  }

  /** The closed roots that are shown, those in the main part first. @param {(Document | ShadowRoot)[]} trees */
  function closedRoots(trees = [document]) {
    const bare = [`:is(${MAIN}) :empty`, ':empty'].flatMap((selector) =>
      trees.flatMap((tree) => [...tree.querySelectorAll(selector)]),
    );
    const hosts = [...new Set(bare.filter((e) => HOST.test(e.localName)))].slice(0, CLOSED_MAX).filter(isShown);
    return hosts.map(closedRootOf).filter(Boolean);
  }

  const hasSwitch = ({ controls, stated }) => controls.length + stated.length > 0;

  /** How many closed roots have a switch in them, however deep. */
  function closedSwitches(trees, depth = 0) {
    if (depth >= DEPTH_MAX) return 0;
    return closedRoots(trees).filter((root) => {
      const inside = [root, ...shadowRootsUnder(root)];
      return inside.some((tree) => hasSwitch(survey(tree))) || closedSwitches(inside, depth + 1) > 0;
    }).length;
  }

  const inOrder = (a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);

  /** Each element once, in the order of the tree. Of a list without end, so many that what it leads to is "too many". */
  function merge(...lists) {
    const some = lists.filter((list) => list.length > 0).map((list) => list.slice(0, LIST_MAX));
    return some.length > 1 ? [...new Set(some.flat())].sort(inOrder) : (some[0] ?? []);
  }

  /** In a document the list lives: the browser keeps it between looks, and finds it anew without making anything of ours. */
  const tagged = (root, tag) => [...(root.getElementsByTagName?.(tag) ?? root.querySelectorAll(tag))];

  /** By role, all in one walk of the browser's. */
  function rolesIn(root) {
    const roles = new Map();
    for (const element of root.querySelectorAll('[role]')) {
      const role = element.getAttribute('role');
      if (!roles.has(role)) roles.set(role, []);
      roles.get(role).push(element);
    }
    return (role) => roles.get(role) ?? [];
  }

  const isSwitchLike = (input) => input.type === 'checkbox' || input.hasAttribute('role');

  /**
   * What one tree holds. One tag or one attribute at a time: browsers find these ten times faster than the same in one list
   * of selectors.
   */
  function survey(root) {
    const withRole = rolesIn(root);
    const inputs = tagged(root, 'input');
    const pressed = [...root.querySelectorAll('[aria-pressed]')];
    return {
      controls: merge(
        inputs.filter(isSwitchLike),
        withRole('switch'),
        withRole('checkbox'),
        pressed.filter((e) => e.matches('button,[role="button"]')),
      ),
      stated: [...root.querySelectorAll('[aria-checked]'), ...pressed].filter((e) => !e.matches(IN_CHOICES)),
      headings: merge(...['h1', 'h2', 'h3'].map((tag) => tagged(root, tag)), withRole('heading')).slice(
        0,
        HEADINGS_MAX,
      ),
      mains: merge(tagged(root, 'main'), withRole('main')),
      busy: [...root.querySelectorAll('[aria-busy="true"]'), ...withRole('progressbar'), ...tagged(root, 'progress')],
      passwords: inputs.filter((e) => e.type === 'password'),
      forms: tagged(root, 'form'),
      frames: tagged(root, 'iframe'),
      codes: tagged(root, 'code').slice(0, 400),
      buttons: [
        ...tagged(root, 'button'),
        ...withRole('button'),
        ...inputs.filter((e) => e.type === 'submit' || e.type === 'button'),
      ],
      choices: [...inputs.filter((e) => e.type === 'radio'), ...tagged(root, 'select'), ...CHOICES.flatMap(withRole)],
    };
  }

  let surveyed = null;

  /** The document's own tree, looked through again only when something in it was said to have changed. */
  function surveyDocument() {
    if (!surveyed || session?.dirty !== false) surveyed = survey(document);
    if (session) session.dirty = false;
    return surveyed;
  }

  /** Frames that LinkedIn itself serves; a frame written by script has no address and may be anybody's. */
  function framesUnder(frames) {
    const found = { readable: [], closed: 0 };
    for (const frame of frames) {
      if (!isOwn(regionOf(frame)) || !isShown(frame)) continue;
      const inside = frameDocument(frame);
      if (inside) found.readable.push(inside);
      else found.closed += regionOf(frame) === 'main' ? 1 : 0;
    }
    return found;
  }

  function frameDocument(frame) {
    try {
      const inside = frame.contentDocument;
      return inside?.location.origin === location.origin && inside.location.protocol === 'https:' ? inside : null;
    } catch {
      return null;
    }
  }

  /** What says a state and is no part of a control: no switch of a kind that is known, but it may be a copy of one. */
  const strays = (stated, controls) => stated.filter((e) => !controls.some((c) => c.contains(e) || e.contains(c)));

  function gather(place, { controls, stated, headings }) {
    const own = headings.filter((h) => isOwn(regionOf(h)));
    const some = controls.slice(0, LIST_MAX);
    const parts = partsOf(merge(some, strays(stated.slice(0, CONTROLS_MAX + 1), some)));
    const found = parts.slice(0, CONTROLS_MAX).map((part) => ({ part, seen: describeControl(part, place, own) }));
    return { found, uncounted: parts.length - found.length };
  }

  const isHere = ({ seen }) => seen.shown && isOwn(seen.region);

  /**
   * Everything that might be the switch. The document's own tree first; where it has none, or when asked, open shadow roots
   * and the site's own frames, for which the whole tree must be walked.
   */
  function gatherAll(own, everywhere) {
    const light = gather('document', own);
    if (!everywhere && light.found.some(isHere))
      return { ...light, closedFrames: framesUnder(own.frames).closed, all: false };
    const roots = shadowRootsUnder(document);
    const shadows = roots.map(survey);
    const frames = framesUnder([...own.frames, ...shadows.flatMap((tree) => tree.frames)]);
    const all = [
      light,
      ...shadows.map((tree) => gather('shadow', tree)),
      ...frames.readable.map((d) => gather('frame', survey(d))),
    ];
    const found = all.flatMap((tree) => tree.found);
    return {
      found: found.slice(0, 2 * CONTROLS_MAX),
      closedFrames: frames.closed,
      all: true,
      uncounted:
        all.reduce((sum, tree) => sum + tree.uncounted, 0) +
        Math.max(0, found.length - 2 * CONTROLS_MAX) +
        closedSwitches([document, ...roots]),
    };
  }

  /* ---- the page around it ---- */

  function languageOf() {
    const said =
      document.documentElement?.getAttribute('lang') ||
      document.querySelector('meta[name="i18nLocale"]')?.getAttribute('content');
    return (said ?? '').trim().slice(0, 64) || null;
  }

  function describeHeadings(headings, main) {
    return headings
      .filter((h) => (main ?? document).contains(h) && isOwn(regionOf(h)) && isShown(h))
      .slice(0, 12)
      .map((h) => textOf(h).slice(0, 512))
      .filter(Boolean);
  }

  /** Where there is text for people, and not a program's. */
  const isRead = (element) => !element.matches('script,style,template,noscript,code');

  const squeezed = (text) => text.replace(/\s+/gu, ' ').trim().slice(0, 256);

  /** What is written, in pieces. */
  function* textsOf(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (isRead(walker.currentNode.parentElement)) yield walker.currentNode.data;
  }

  function hasText(root) {
    for (const text of textsOf(root)) if (text.trim()) return true;
    return false;
  }

  /** The names that elements are given by attributes. */
  function* namesOf(root) {
    for (const element of root.querySelectorAll(NAMED))
      for (const name of NAMES) yield element.getAttribute(name) ?? '';
  }

  function* saidIn(root) {
    yield* namesOf(root);
    yield* textsOf(root);
  }

  /** So that "there is no switch" is not said beside a switch's label, wherever and however it stands there. */
  function linesOf(root) {
    const lines = [];
    for (const text of saidIn(root)) {
      const line = squeezed(text);
      if (line && lines.push(line) > LINES_MAX) return { lines: lines.slice(0, LINES_MAX), cut: true };
    }
    return { lines, cut: false };
  }

  /** Is there a sentence that is neither a heading nor a link? A page that only has its title is not finished. */
  function hasProse(main) {
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { data, parentElement } = walker.currentNode;
      if (squeezed(data).length >= SENTENCE && isRead(parentElement) && !parentElement.closest(NOT_PROSE)) return true;
    }
    return false;
  }

  /** A box without a word, or with a tree of its own, may be drawn as a switch. */
  const isDrawn = (e) =>
    e.shadowRoot !== null ||
    (e.firstElementChild === null && e.textContent.trim() === '' && e.matches('div,span,b,i,em,strong'));

  const isUnheardOf = (e) => e.localName.includes('-') || e.shadowRoot !== null;

  /** A cookie banner's switches are the banner's. Of any other dialog that cannot be known. */
  const isOfCookies = (e) => /cookie/i.test(textOf(closestComposed(e, DIALOG))) && !closestComposed(e, MAIN);

  const isOddTool = (e) => !e.matches(EXPLAINED) && (e.localName !== 'iframe' || isShown(e)) && !isOfCookies(e);

  /** A link that does not lead away from the setting may lead to its switch. */
  function isOddLink({ protocol, hostname, pathname }) {
    return !/^https?:$/.test(protocol) || (hostname === location.hostname && !READ_MORE.test(pathname));
  }

  /** What is drawn as something to press, whatever it is made of. */
  const isPressable = (e) => getComputedStyle(e).cursor === 'pointer' && !e.closest('a[href]');

  /** Is there something besides prose in the main part, or besides menu and search elsewhere? */
  function hasOdd(main) {
    if ([...main.querySelectorAll('a[href]')].some(isOddLink)) return true;
    if (main.querySelector(`:not(${PROSE})`) || main.querySelector(`${OPERABLE},${STATED}`) || closedRoots().length > 0)
      return true;
    if ([...main.querySelectorAll('*')].some((e) => isDrawn(e) || isPressable(e))) return true;
    const elsewhere = (e) => !main.contains(e);
    return (
      [...document.querySelectorAll('body *')].some((e) => isUnheardOf(e) && elsewhere(e)) ||
      [...document.body.querySelectorAll(TOOLS)].some((e) => elsewhere(e) && isOddTool(e))
    );
  }

  /** Of a page without a switch: what else is there. Only the last look needs it. */
  function describeRest() {
    if (!document.body) return NOTHING_ELSE;
    const mains = [...document.querySelectorAll(MAIN)].filter(isShown);
    const main = mains.length === 1 ? mains[0] : null;
    return {
      ...linesOf(document.body),
      filled: hasText(main ?? document.body),
      prose: main !== null && hasProse(main),
      plain: main !== null && !hasOdd(main),
    };
  }

  function describeSigns({ passwords, forms, frames }) {
    const actions = forms.filter((f) => f.hasAttribute('action')).map((f) => pathOf(f.getAttribute('action')));
    const shown = frames.filter((f) => f.src && isShown(f)).map((f) => f.src.slice(0, 512));
    return {
      signIn:
        passwords.some(isShown) || actions.some((a) => /^\/(?:uas\/login|login|authwall|checkpoint\/lg)\b/.test(a)),
      challenge:
        actions.some((a) => /^\/checkpoint\/(?:challenge|rp|rm)\b/.test(a)) ||
        shown.some((src) => /captcha|\/checkpoint\/challenge|arkoselabs/i.test(src)),
    };
  }

  function describePage(own, closedFrames) {
    const mains = own.mains.filter(isShown);
    const main = mains.length === 1 ? mains[0] : null;
    const inside = (e) => (main ?? document).contains(e) && isOwn(regionOf(e)) && isShown(e);
    return {
      url: location.href.slice(0, 2_048),
      language: languageOf(),
      headings: describeHeadings(own.headings, main),
      navigation: loadedHere && sessions === 1 ? 'load' : 'in-page',
      loadedAt,
      serverDate: null,
      status: navigationEntry?.responseStatus || null,
      mains: mains.length,
      closedFrames,
      complete: document.readyState === 'complete',
      visible: document.visibilityState === 'visible',
      busy: own.busy.some(inside) || mains.some(isBusy),
      buttons: own.buttons.some((e) => inside(e) && !e.matches(EXPLAINED)),
      choices: own.choices.some((e) => inside(e) || labelsOf(e).some(inside)),
      ...describeSigns(own),
    };
  }

  /* ---- <code> elements: the server's own data, stale after in-page navigation ---- */

  /** Text or, on older pages, a comment. Parsed again only when the node or its length is another. */
  function jsonOf(code) {
    const node = [...code.childNodes].find((n) => n.data?.trim());
    const known = blobs.get(code);
    if (known && known.node === node && known.length === node?.length) return known.value;
    const value = node ? parseBlob(node.data.trim()) : null;
    blobs.set(code, { node, length: node?.length, value });
    return value;
  }

  function parseBlob(text) {
    if (text.length > BLOB_MAX || text[0] !== '{') return null;
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  /** The objects LinkedIn puts at the top, in `data` and in `included`. */
  function recordsOf(value) {
    if (!value || typeof value !== 'object') return [];
    const included = Array.isArray(value.included) ? value.included.slice(0, 200) : [];
    return [value, value.data, ...included].filter((r) => r && typeof r === 'object' && !Array.isArray(r));
  }

  function describeMember(records) {
    const members = records.filter((r) => r.$type === 'com.linkedin.voyager.common.Me');
    const ids = new Set(
      members
        .map((m) => m.plainId)
        .filter((id) => /^(?:number|string)$/.test(typeof id))
        .map(String),
    );
    const premium = new Set(members.map((m) => m.premiumSubscriber).filter((p) => typeof p === 'boolean'));
    return { ids: [...ids].slice(0, 4).map((id) => id.slice(0, 128)), premium: [...premium] };
  }

  function describeSettingData(records) {
    return records
      .filter((r) => typeof r.key === 'string')
      .slice(0, 50)
      .map((r) => {
        const shown = Array.isArray(r.settingDisplayValues)
          ? r.settingDisplayValues.filter((v) => v?.selected === true)
          : [];
        return {
          key: r.key.slice(0, 256),
          value: truthOf(r.value),
          selected: shown.length === 1 ? truthOf(shown[0].value) : null,
        };
      });
  }

  const truthOf = (value) =>
    value === true || value === 'true' ? true : value === false || value === 'false' ? false : null;

  /* ---- one look ---- */

  function look() {
    const own = surveyDocument();
    const { found, uncounted, closedFrames, all } = gatherAll(own, session.everywhere);
    const records = own.codes.flatMap((code) => recordsOf(jsonOf(code)));
    const page = describePage(own, closedFrames);
    const seen = {
      page,
      account: describeMember(records),
      data: describeSettingData(records),
      uncounted,
      controls: found.map((f) => f.seen),
    };
    const matters = seen.controls.filter((c) => isOwn(c.region));
    /* While there is no switch, text that still comes is what the page is busy with. */
    const text = matters.length > 0 ? 0 : (document.body?.textContent.length ?? 0);
    return { found, all, seen, key: JSON.stringify([page, seen.account, seen.data, uncounted, matters, text]) };
  }

  /** on, off, or '' while its voices disagree: what a flip is measured by, not what is judged. */
  function sideOf(seen) {
    const all = [seen.checked, seen.ariaChecked, seen.ariaPressed, seen.innerAriaChecked, ...seen.nearbyAria];
    const voices = all.filter((v) => v !== null).map(String);
    if (!voices.length || seen.indeterminate || voices.some((v) => v !== voices[0])) return '';
    return voices[0] === 'true' ? 'on' : voices[0] === 'false' ? 'off' : '';
  }

  /** Under what a control is remembered: its key or name, and its words, for a page may draw it anew with another id. */
  function printsOf(seen, ids) {
    const names = [seen.keys[0] ?? seen.keys[1], seen.label].filter((name) => name !== null);
    return names.map((name) => JSON.stringify([ids, seen.place, seen.region, name]));
  }

  /** Its own, or that of an element which is gone and which this one was made to replace. */
  function rememberedOf(prints, element) {
    return prints
      .map((print) => remembered.get(print))
      .find((memory) => memory && (memory.element === element || !memory.element.isConnected));
  }

  /** Memory of one control in this document: last side, the side that had settled, and the flip since. */
  function memoryOf(entry, { ids }) {
    const {
      part: { element },
      seen,
    } = entry;
    const identity = JSON.stringify([ids, seen.keys, seen.heading]);
    const known = session.memories.get(element);
    if (known?.identity === identity) return known;
    const prints = printsOf(seen, ids);
    /* Whose page it is may be told late; it is the same member's then, but only once. */
    const nobodys = printsOf(seen, []);
    const memory = rememberedOf([...prints, ...nobodys], element) ?? {
      side: '',
      offered: '',
      settled: '',
      touched: null,
      flip: null,
    };
    for (const print of nobodys) remembered.delete(print);
    Object.assign(memory, { identity, element });
    session.memories.set(element, memory);
    for (const print of prints) if (remembered.size < 2 * CONTROLS_MAX) remembered.set(print, memory);
    return memory;
  }

  function noteSide(entry, account, now) {
    const memory = memoryOf(entry, account);
    const side = sideOf(entry.seen);
    if (side && memory.side && side !== memory.side) {
      memory.touched = { trusted: takePress(memory, now) };
      session.pressed ||= memory.touched.trusted;
    }
    if (side) memory.side = side;
  }

  /** An unset switch is also what an unfinished page shows, so it has to stand still for longer. */
  function settlesAfter(memory, side) {
    if (memory.touched?.trusted) return QUIET_AFTER_PRESS;
    return side === 'on' ? QUIETS[0] : QUIETS[1];
  }

  /** The description stood still long enough to compare with what had stood still before. */
  function settle(entry, account, quiet) {
    const memory = memoryOf(entry, account);
    const side = sideOf(entry.seen);
    memory.offered = memory.settled;
    if (!side || quiet < settlesAfter(memory, side)) return memory.flip;
    const moved = memory.settled !== '' && memory.settled !== side;
    if (moved || memory.touched?.trusted) memory.flip = { trusted: memory.touched?.trusted ?? false };
    else if (memory.flip && memory.touched) memory.flip = { trusted: false };
    memory.offered = side;
    memory.touched = null;
    return memory.flip;
  }

  /** What was offered is what had stood still, unless the judge waits for more: a first state that passes is no flip. */
  function keepSettled() {
    for (const { part } of session.found) {
      const memory = session.memories.get(part.element);
      if (memory) memory.settled = memory.offered;
    }
  }

  /* ---- the member's hand ---- */

  function onPress(event) {
    if (!session || !event.isTrusted) return;
    for (const wait of [0, 60]) setTimeout(tick, wait, true);
    if (event.type === 'pointercancel') session.press = null; /* a finger that began to scroll */
    if (!isPress(event)) return;
    const path = event.composedPath().filter((n) => n.nodeType === 1);
    const now = performance.now();
    const hit = session.found.find(({ part }) => belongsTo(part, path));
    const memory = hit && session.memories.get(hit.part.element);
    if (memory) {
      /* That moves nothing; but it must have been so before, for a page may disable it at this very press. */
      if (hit.seen.disabled && isOutOfUse(hit.part)) return;
      session.press = { memory, until: now + PRESS_LASTS };
      /* Pressed twice, the question may be there at the second press. */
      const again = session.asked?.memory === memory && now <= session.asked.until;
      session.asked = { memory, until: now + DIALOG_LASTS, before: again ? session.asked.before : dialogsNow() };
    } else {
      const dialog = path.find((e) => e.matches(DIALOG));
      if (session.asked && dialog && !session.asked.before.has(dialog)) answerDialog(now);
    }
  }

  function isPress({ type, key, button }) {
    return type === 'pointerdown' ? button === 0 : type === 'keydown' && (key === ' ' || key === 'Enter');
  }

  /** What is open already asks nothing about a press that comes now. */
  const dialogsNow = () => new Set([...document.querySelectorAll(DIALOG)].filter(isShown));

  /** A page may ask "are you sure?"; the answer in the dialog belongs to the press that opened it. */
  function answerDialog(now) {
    if (now > session.asked.until) return;
    session.press = { memory: session.asked.memory, until: now + PRESS_LASTS };
    session.asked = null;
  }

  /** Pressed on it; or on its label, and not on a link or a button that stands in there (HTML: such a press is not the label's). */
  function belongsTo(part, path) {
    if (path.includes(part.element) || path.includes(part.native)) return true;
    const labels = [...labelsOf(part.native), ...labelsOf(part.element)];
    const at = path.findIndex((element) => labels.includes(element));
    return at >= 0 && !path.slice(0, at).some((e) => e.matches(INTERACTIVE));
  }

  /** By memory, not by element: the page may have redrawn the control while it was being pressed. */
  function takePress(memory, now) {
    const press = session.press;
    if (press?.memory !== memory || now > press.until) return false;
    session.press = null;
    return true;
  }

  function listen(root) {
    if (session.listening.has(root)) return;
    session.listening.add(root);
    for (const type of EVENTS) root.addEventListener(type, onPress, { capture: true, passive: true });
  }

  function unlisten(root) {
    for (const type of EVENTS) root.removeEventListener(type, onPress, { capture: true });
  }

  /* ---- a session: from reaching the address to leaving it ---- */

  /** From the first sign of something new to an answer, or to the bound. */
  const newRound = (now) => ({ from: now, still: now, offered: 0 });

  function start() {
    if (session || !atSetting()) return;
    sessions += 1;
    const now = performance.now();
    session = {
      round: newRound(now),
      still: now,
      last: '',
      found: [],
      memories: new WeakMap(),
      press: null,
      asked: null,
      pressed: false,
      dirty: true,
      everywhere: false,
      all: false,
      lookedAt: -Infinity,
      read: false,
      listening: new Set(),
      observer: new MutationObserver(markDirty),
      timer: setInterval(tick, TICK),
    };
    session.observer.observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: [
        'aria-checked',
        'aria-pressed',
        'aria-busy',
        'aria-disabled',
        'aria-labelledby',
        'disabled',
        'checked',
        'role',
        'type',
        'hidden',
        'lang',
        'data-artdeco-toggle-button',
      ],
    });
    listen(window);
    tick();
  }

  function stop() {
    const ended = session;
    session = null;
    ended.observer.disconnect();
    clearInterval(ended.timer);
    ended.listening.forEach(unlisten);
  }

  /* Constant cost whatever the number of records: a flood of mutations becomes one look. */
  function markDirty() {
    if (session) session.dirty = true;
  }

  /** Native `checked` changes without a mutation, so the known controls are asked each time; and whether they are in use. */
  function moved() {
    return session.found.some(
      ({ part, seen }) =>
        !part.element.isConnected ||
        (seen.checked !== null &&
          (part.native.checked !== seen.checked || part.native.indeterminate !== seen.indeterminate)) ||
        part.element.getAttribute('aria-checked') !== seen.ariaChecked ||
        part.element.getAttribute('aria-pressed') !== seen.ariaPressed ||
        isOutOfUse(part) !== seen.disabled,
    );
  }

  function needsLook(now, pressed) {
    if (moved() || pressed) return true;
    const since = now - session.lookedAt;
    /* Shadow trees, frames, styles and form properties change unseen: while a round is open, look anyway. */
    return since >= FULL_LOOK_EVERY && (session.dirty || session.round !== null);
  }

  function tick(pressed = false) {
    if (!session) return;
    if (!atSetting()) {
      stop();
      return;
    }
    const now = performance.now();
    if (needsLook(now, pressed)) lookAgain(now);
    if (session.round) offer(now);
  }

  function lookAgain(now) {
    session.lookedAt = now;
    const seen = look();
    session.found = seen.found;
    session.seen = seen.seen;
    session.all = seen.all;
    for (const entry of seen.found) {
      listen(entry.part.element.ownerDocument.defaultView ?? window);
      noteSide(entry, seen.seen.account, now);
    }
    if (seen.key === session.last) return;
    session.last = seen.key;
    session.still = now;
    session.round ??= newRound(now);
    session.round.still = now;
    session.round.offered = 0;
  }

  const isBlocked = ({ page, controls }) =>
    !page.complete || page.busy || controls.some((c) => isOwn(c.region) && c.shown && (c.busy || c.disabled));

  const restFor = (controls) => (controls.some((c) => isOwn(c.region)) ? NOTHING_ELSE : describeRest());

  /**
   * Before anything is said: is there a switch where the looks so far did not go? It may be a copy that says something else.
   * Then they go there from now on, and what they see has to stand still in its turn.
   */
  function looksEverywhere(now) {
    if (session.all) return false;
    const { found, uncounted } = gatherAll(surveyDocument(), true);
    if (found.length === session.found.length && uncounted === session.seen.uncounted) return false;
    session.everywhere = true;
    lookAgain(now);
    return true;
  }

  function waitWhileBlocked(now) {
    if (isBlocked(session.seen)) session.still = session.round.still = now;
  }

  /** Its time is over: the bound, and a little more for what has just appeared. */
  function isOver({ from, still }, now) {
    return now - from >= (now - still >= QUIETS[1] ? BOUND : BOUND + GRACE);
  }

  /** The longest of the quiets at which a reading is offered that has passed; 0: none, or it was offered then. */
  function newQuiet({ still, offered }, now) {
    const level =
      [...(session.pressed ? [QUIET_AFTER_PRESS] : []), ...QUIETS].filter((q) => now - still >= q).pop() ?? 0;
    return level > offered ? level : 0;
  }

  const isDue = (round, now) => isOver(round, now) || newQuiet(round, now) > 0;

  function offer(now) {
    const { round } = session;
    waitWhileBlocked(now);
    if (!isDue(round, now)) return;
    if (session.dirty) lookAgain(now); /* what is said is what is there now */
    waitWhileBlocked(now);
    if (looksEverywhere(now) || !isDue(round, now)) return;
    const final = isOver(round, now);
    round.offered = Math.max(round.offered, newQuiet(round, now));
    if (final) session.round = null;
    const { seen } = session;
    const quiet = now - round.still;
    const controls = session.found.map((entry) => ({ ...entry.seen, flip: settle(entry, seen.account, quiet) }));
    session.pressed = false;
    const rest = final ? restFor(controls) : NOTHING_ELSE;
    send({ ...seen, page: { ...seen.page, ...rest }, controls }, quiet, final, round);
  }

  /* ---- at the member's word: what is there at this moment, and where it is on the screen ---- */

  /** In the document's own tree: the element itself, or the host or frame that it is in. */
  function inDocument(element) {
    let at = element;
    while (at && at.getRootNode() !== document) at = hostOrFrame(at);
    return at;
  }

  /** The smallest part of the page that holds the control and its heading; the main part where there is no one control. */
  function regionElement() {
    const { headings, mains } = surveyDocument();
    const shown = session.found.filter(isHere);
    const main = mains.filter(isShown)[0] ?? document.body;
    const control = shown.length === 1 ? inDocument(shown[0].part.element) : null;
    if (!control) return main;
    const heading = headings
      .filter((h) => isShown(h) && h.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_FOLLOWING)
      .pop();
    let at = control;
    while (at.parentElement && at !== main && !(heading && at.contains(heading))) at = at.parentElement;
    return at;
  }

  /** In CSS pixels of the window; `whole`: is all of it in sight? */
  function regionBox() {
    const { x, y, width, height } = regionElement().getBoundingClientRect();
    const whole = x >= 0 && y >= 0 && x + width <= innerWidth + 1 && y + height <= innerHeight + 1;
    return { x, y, width, height, innerWidth, innerHeight, whole };
  }

  /** A reading that nobody waits for, and the box: what a picture of this moment shows. */
  function describe() {
    if (!session) return null;
    const now = performance.now();
    lookAgain(now);
    looksEverywhere(now);
    if (isBlocked(session.seen)) session.still = now;
    const quiet = now - session.still;
    const { seen } = session;
    const controls = session.found.map((entry) => ({ ...entry.seen, flip: settle(entry, seen.account, quiet) }));
    keepSettled();
    const page = { ...seen.page, ...restFor(controls) };
    const reading = {
      v: 1,
      id: newId(),
      observedAt: Date.now(),
      quiet: Math.round(quiet),
      final: quiet >= BOUND,
      ...seen,
      page,
      controls,
    };
    return { reading, box: regionBox() };
  }

  function newId() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
  }

  async function send(seen, quiet, final, round) {
    if (sent >= READINGS_MAX) return;
    sent += 1;
    const reading = { v: 1, id: newId(), observedAt: Date.now(), quiet: Math.round(quiet), final, ...seen };
    const asker = session;
    const answer = await deliver({ type: 'reading', reading });
    if (session !== asker) return;
    if (answer?.enough !== false) keepSettled();
    if (answer?.enough !== true) return;
    session.read = true;
    if (session.round === round) session.round = null;
  }

  function beLeftBehind() {
    if (session) stop();
    return null;
  }

  /** The worker may be starting; an extension that was reloaded has left us behind, and then there is nobody to tell. */
  async function deliver(message) {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        return await chrome.runtime.sendMessage(message);
      } catch {
        if (!chrome.runtime?.id) return beLeftBehind();
        await new Promise((resolve) => {
          setTimeout(resolve, 1_000);
        });
      }
    }
    return null;
  }

  /** What stood still while nobody could draw on it has not stood still. */
  function reopen() {
    if (!session) return;
    const now = performance.now();
    session.round = newRound(now);
    session.still = now;
    session.dirty = true;
  }

  /* A hidden page may have put off drawing; a frozen page, or one out of the back-forward cache, may be hours old. */
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && !session?.read) reopen();
  });
  document.addEventListener('resume', reopen);
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) {
      start();
      reopen();
    }
  });

  /* This is the extension's own global object, not the page's. */
  Object.defineProperty(globalThis, Symbol.for('consentlog.reader'), { value: Object.freeze({ start, describe }) });
  start();
}
