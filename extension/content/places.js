/*
 * Where an element stands: in which part of the page, under what, and whether it is drawn.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const { matches, parent, parentNode, nodeType, hostOf, rootOf, viewOf, isVisible } = ours.natives;

  const CLIMB_MAX = 2_000; /* parsers stop at 512; a script may go deeper, and then nothing is said of the page */
  const MAINS = ['main', '[role~="main" i]'];
  const MAIN = MAINS.join();
  /* Regions that are not the page's matter: what stands in them is somebody else's switch. */
  const ASIDE =
    'aside,nav,[role~="complementary" i],[role~="banner" i],[role~="contentinfo" i],[role~="navigation" i],' +
    '[role~="search" i],[role~="menu" i]';
  const DIALOG = 'dialog,[popover],[role~="dialog" i],[role~="alertdialog" i],[aria-modal="true" i]';
  const SECTIONING = 'main,article,section,aside,nav,[role~="main" i],[role~="region" i]';

  /** The element of the frame that a document of another is shown in. */
  const frameOf = (other) =>
    other !== document && nodeType(other) === 9 ? (viewOf(other)?.frameElement ?? null) : null;

  /** Parent in the tree as it is composed: out of a shadow root to its host, out of a frame to its element. */
  function parentOf(node) {
    const direct = parent(node);
    if (direct) return direct;
    const above = parentNode(node);
    return above ? (hostOf(above) ?? frameOf(above)) : null;
  }

  function* upFrom(element) {
    let left = CLIMB_MAX;
    for (let at = element; at; at = parentOf(at)) {
      if ((left -= 1) < 0) throw new RangeError('too deep');
      yield at;
    }
  }

  function closestComposed(element, selector) {
    for (const at of upFrom(element)) if (matches(at, selector)) return at;
    return null;
  }

  /** A header or footer is the page's banner unless it stands in a section (HTML-AAM). */
  function isPageEdge(element) {
    return matches(element, 'header,footer') && !closestComposed(element, SECTIONING);
  }

  function regionOf(element) {
    let region = 'other';
    for (const at of upFrom(element)) {
      if (matches(at, DIALOG)) return 'dialog';
      if (matches(at, ASIDE) || isPageEdge(at)) region = 'aside';
      else if (matches(at, MAIN) && region === 'other') region = 'main';
    }
    return region;
  }

  const isOwn = (region) => region === 'main' || region === 'other';

  function hostOrFrame(element) {
    const root = rootOf(element);
    return hostOf(root) ?? frameOf(root);
  }

  function isShown(element) {
    for (let at = element; at; at = hostOrFrame(at)) if (!isVisible(at, { visibilityProperty: true })) return false;
    return true;
  }

  /** In the document's own tree: the element itself, or the host or frame that it is in. */
  function inDocument(element) {
    let at = element;
    while (at && rootOf(at) !== document) at = hostOrFrame(at);
    return at;
  }

  ours.places ??= Object.freeze({
    MAINS,
    MAIN,
    ASIDE,
    DIALOG,
    parentOf,
    closestComposed,
    regionOf,
    isOwn,
    isShown,
    inDocument,
  });
}
