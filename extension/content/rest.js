/*
 * Of a page without a switch: what else is there? Is all of it prose, menus and tools that are no switch, or may one of it
 * be the switch, drawn in a way that is not known? Only the last look asks.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const {
    attr,
    hasAttr,
    matches,
    tag,
    one,
    all,
    parent,
    contains,
    firstElement,
    text,
    data,
    closest,
    walker,
    shadowRoot,
    address,
    style,
    body,
  } = ours.natives;
  const { MAIN, ASIDE, DIALOG, closestComposed, regionOf, isShown } = ours.places;
  const { accessibleName, squeezed, textOf } = ours.name;
  const { survey, closedRoots, shadowRootsUnder } = ours.find;
  const { STATED } = ours.control;
  const { mainOf, isWayBack, isExpander } = ours.page;

  const LINES_MAX = 600;
  const LINE_MAX = 256;
  const SENTENCE = 20; /* characters: the shortest text that counts as an explanation, not as a word on a button */
  const NOTHING_ELSE = Object.freeze({ lines: [], told: [], cut: false, filled: false, prose: false, plain: false });

  const NOT_PROSE = 'h1,h2,h3,[role~="heading" i],h4,h5,h6,a,button,label';
  const NAMES = ['aria-label', 'aria-description', 'title', 'alt', 'placeholder', 'value'];
  const NAMED = NAMES.map((name) => `[${name}]`).join();
  /* What prose is made of. Anything else in the page's main part may be a switch of a kind not known here. */
  const PROSE =
    'h1,h2,h3,h4,h5,h6,p,a[href],ul,ol,li,b,strong,em,i,br,hr,div,span,section,article,nav,aside,header,footer,script,style,' +
    `template,img,svg,svg *,${MAIN}`;
  /* A part of a page that may have a name. */
  const PART = 'a,main,[role="main"],nav,aside,section,article,header,footer,ul,ol';
  const OPERABLE =
    '[role]:not([role="heading" i],[role="region" i],[role="list" i],[role="listitem" i],[role="img" i],[role="main"]),' +
    '[tabindex]:not(main[tabindex="-1"],[role="main"][tabindex="-1"]),[type],[onclick],[contenteditable],' +
    `[aria-label]:not(${PART}),[aria-labelledby]:not(${PART})`;
  /* Elsewhere a page has its menu, its search, its chat; what is none of these may be the switch, put in another place. */
  const TOOLS =
    'button,input,select,textarea,label,summary,iframe,object,embed,[role],[onclick],[contenteditable],[aria-checked],' +
    '[aria-pressed],[tabindex]:not([tabindex="-1"])';
  /* Of no role that says a state or offers a choice, wherever it stands. */
  const QUIET_ROLES = new Set([
    'banner',
    'contentinfo',
    'complementary',
    'navigation',
    'search',
    'region',
    'list',
    'listitem',
    'img',
    'heading',
    'none',
    'presentation',
    'status',
    'alert',
    'dialog',
    'main',
    'tooltip',
    'separator',
    'group',
    'toolbar',
    'log',
    'article',
    'feed',
    'form',
    'figure',
    'document',
    'note',
    'paragraph',
    'progressbar',
  ]);
  /* What menus, searches and chats are made of, at the page's edges. */
  const EDGE_ROLES = new Set([
    'button',
    'link',
    'menu',
    'menubar',
    'menuitem',
    'tab',
    'tablist',
    'tabpanel',
    'combobox',
    'listbox',
    'option',
    'textbox',
    'searchbox',
  ]);
  const WRITTEN = new Set(['text', 'search', 'email', 'url', 'tel', 'hidden', 'submit']);
  const PRESSED = /^(?:button|submit|reset)?$/;
  /* Where a link of an explanation may lead: not to a page that may have the switch. */
  const READ_MORE = /^\/(?:help|legal)\/|^\/mypreferences\/[dm]\/(?:categories(?:\/|$)|$)/;

  /* ---- its texts ---- */

  /** Where there is text for people, and not a program's. */
  const isRead = (element) => !element || !matches(element, 'script,style,template,noscript,code');

  const lineOf = (said) => squeezed(said).slice(0, LINE_MAX);

  /** What is written, in pieces. */
  function* textsOf(root) {
    const steps = walker(root, NodeFilter.SHOW_TEXT);
    for (let node = steps.nextNode(); node; node = steps.nextNode()) if (isRead(parent(node))) yield data(node);
  }

  function hasText(root) {
    for (const said of textsOf(root)) if (said.trim()) return true;
    return false;
  }

  /** The names that elements are given by attributes. */
  function* namesOf(root) {
    for (const element of all(root, NAMED)) for (const name of NAMES) yield attr(element, name) ?? '';
  }

  function* saidIn(roots) {
    for (const root of roots) {
      yield* namesOf(root);
      yield* textsOf(root);
    }
  }

  /** So that "there is no switch" is not said beside a switch's label, wherever and however it stands there. */
  function linesOf(roots) {
    const lines = [];
    for (const said of saidIn(roots)) {
      const line = lineOf(said);
      if (line && lines.push(line) > LINES_MAX) return { lines: lines.slice(0, LINES_MAX), cut: true };
    }
    return { lines, cut: false };
  }

  /** What the page itself says, without its frame. */
  const toldIn = (main) => [...textsOf(main)].map(lineOf).filter(Boolean).slice(0, LINES_MAX);

  /** Is there a sentence that is neither a heading nor a link? A page that only has its title is not finished. */
  function hasProse(main) {
    const steps = walker(main, NodeFilter.SHOW_TEXT);
    for (let node = steps.nextNode(); node; node = steps.nextNode()) {
      const around = parent(node);
      if (lineOf(data(node)).length >= SENTENCE && isRead(around) && !closest(around, NOT_PROSE)) return true;
    }
    return false;
  }

  /* ---- in the main part: all must be prose ---- */

  /** A box without a word, or with a tree of its own, may be drawn as a switch. */
  const isDrawn = (e) =>
    shadowRoot(e) !== null ||
    (firstElement(e) === null && text(e).trim() === '' && matches(e, 'div,span,b,i,em,strong'));

  /** A link that does not lead away from the setting may lead to its switch. */
  function isOddLink({ protocol, hostname, pathname }) {
    return !/^https?:$/.test(protocol) || (hostname === location.hostname && !READ_MORE.test(pathname));
  }

  /** What is drawn as something to press, whatever it is made of. */
  const isPressable = (e) => style(e).cursor === 'pointer' && !closest(e, 'a[href]');

  const isOddInMain = (e) =>
    (matches(e, 'a[href]') && isOddLink(address(e))) ||
    !matches(e, PROSE) ||
    matches(e, `${OPERABLE},${STATED}`) ||
    isDrawn(e) ||
    isPressable(e);

  /** An icon of a link or of the way back is drawn with it. */
  const isIconOf = (e) => closest(e, 'a[href]') !== null && !matches(e, 'a') && tag(e).includes('-') && isInert(e);

  /* ---- elsewhere: menus, searches, a chat ---- */

  /** An element of the site's own making that does nothing and says nothing: an icon, or a box around others. */
  const isInert = (e) =>
    ![
      'role',
      'tabindex',
      'onclick',
      'contenteditable',
      'checked',
      'name',
      'aria-label',
      'aria-labelledby',
      'value',
    ].some((name) => hasAttr(e, name)) &&
    !/checkbox|switch|radio|toggle/i.test(`${attr(e, 'type') ?? ''} ${tag(e)}`) &&
    !matches(e, STATED);

  /** A cookie banner's switches are the banner's. Of any other dialog that cannot be known. */
  const isOfCookies = (e) => {
    const dialog = closestComposed(e, DIALOG);
    return dialog !== null && /cookie/i.test(textOf(dialog)) && !closestComposed(e, MAIN);
  };

  const isPutAway = (e) => !matches(e, STATED) && closest(e, 'dialog:not([open]),[inert]') !== null;

  const isNamedButton = (e) =>
    PRESSED.test(attr(e, 'type') ?? '') && (accessibleName(e) !== null || one(e, 'svg,img') !== null);

  /* The whole of it: who says more than one word may mean another than the one that is known here. */
  const saidRole = (e) => (attr(e, 'role') ?? '').trim().toLowerCase();

  /** Elements that a page works with, each by what it is. */
  const BY_TAG = {
    iframe: (e, _role, edge) => !isShown(e) || edge(),
    input: (e, role) => WRITTEN.has(attr(e, 'type') ?? 'text') && (role === '' || EDGE_ROLES.has(role)),
    button: (e, role, edge) => isExpander(e) || ((role === '' || (edge() && EDGE_ROLES.has(role))) && isNamedButton(e)),
  };

  const isForWriting = (e) => matches(e, 'select,textarea,label,summary,[contenteditable]');

  function isExplained(e) {
    if (matches(e, STATED)) return false;
    const role = saidRole(e);
    const edge = () => regionOf(e) === 'aside';
    if (matches(e, 'a[href]') && role === '') return true;
    const byTag = BY_TAG[tag(e)];
    if (byTag) return byTag(e, role, edge);
    if (isForWriting(e)) return (role === '' || EDGE_ROLES.has(role)) && edge();
    if (QUIET_ROLES.has(role) && !matches(e, '[tabindex="0"]')) return true;
    return EDGE_ROLES.has(role) && edge() && (role !== 'button' || isNamedButton(e));
  }

  const isOddTool = (e) => matches(e, TOOLS) && !isExplained(e) && !isOfCookies(e) && !isPutAway(e);

  /** Made by the site, it may be drawn as anything: but not one that stands at the edge and does nothing. */
  const isUnheardOf = (e) =>
    tag(e).includes('-') && !(isInert(e) && (regionOf(e) === 'aside' || closest(e, 'button,a[href]') !== null));

  const isOddElsewhere = (e) => isUnheardOf(e) || isOddTool(e);

  /** Is there something besides prose in the main part, or besides menu and search elsewhere? */
  function hasOdd(main, roots) {
    if (closedRoots([document, ...roots]).length > 0) return true;
    const back = all(main, 'button,[role="button"]').find((button) => isWayBack(button, main)) ?? null;
    const inner = innerMain(main);
    const ofMain = (e) => contains(main, e) && !(inner !== main && !contains(inner, e) && isAtItsEdge(e, main));
    const odd = (e) => (ofMain(e) ? !(back && contains(back, e)) && !isIconOf(e) && isOddInMain(e) : isOddElsewhere(e));
    return (
      all(document, 'body *').some((e) => e !== main && odd(e)) ||
      roots.some((root) => all(root, '*').some(isOddElsewhere))
    );
  }

  /** Where one main part stands in another, what stands beside the inner one in an aside or in a closed dialog is elsewhere. */
  function innerMain(main) {
    const inner = all(main, MAIN);
    return inner.every((e, index) => index === 0 || contains(inner[index - 1], e)) ? (inner.pop() ?? main) : main;
  }

  function isAtItsEdge(e, main) {
    const edge = closest(e, `${ASIDE},dialog:not([open]),[inert]`);
    return edge !== null && contains(main, edge);
  }

  /** Of a page without a switch: what else is there. */
  function describeRest() {
    if (!body()) return NOTHING_ELSE;
    const { main } = mainOf(survey(document));
    const roots = shadowRootsUnder(document);
    return {
      ...linesOf([body(), ...roots]),
      told: main === null ? [] : toldIn(innerMain(main)),
      filled: hasText(main ?? body()),
      prose: main !== null && hasProse(innerMain(main)),
      plain: main !== null && !hasOdd(main, roots),
    };
  }

  ours.rest ??= Object.freeze({ NOTHING_ELSE, describeRest });
}
