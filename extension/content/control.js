/*
 * Describes one control: what kind of element, what each of its voices says, what it is called, where it stands.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const {
    one,
    attr,
    hasAttr,
    matches,
    tag,
    some,
    parent,
    contains,
    closest,
    type,
    checked,
    indeterminate,
    isBefore,
    rootOf,
    readyState,
    listen,
  } = ours.natives;
  const { roleOf } = ours.role;
  const { parentOf, closestComposed, regionOf, isOwn, isShown } = ours.places;
  const { TITLE_MAX, accessibleName, allNames, labelsOf, labelsOfId, referenced, squeezed, textOf } = ours.name;
  const { wordsBeside } = ours.beside;
  const { ENDS, headsOf } = ours.heads;
  const { LIST_MAX, merge } = ours.find;

  const CONTROLS_MAX = 50;
  const NEAR_MAX = 16; /* elements in a control that have a state of their own */
  const DEPTH_MAX = 6;
  const LINKS_MAX = 8;
  const GROUPS_MAX = 8;
  const REFERRING_MAX = 20;
  const STATED = '[aria-checked],[aria-pressed]';
  const DESCRIBING = [
    'aria-description',
    'title',
    'aria-roledescription',
    'aria-valuetext',
    'aria-braillelabel',
    'aria-brailleroledescription',
  ];
  const REFERRED = ['aria-describedby', 'aria-details', 'aria-errormessage'];

  const bounded = (element, name) => attr(element, name)?.slice(0, 256) ?? null;

  const isBusy = (element) => closestComposed(element, '[aria-busy="true" i]') !== null;

  const isDisabled = (element) =>
    matches(element, ':disabled') || closestComposed(element, '[aria-disabled="true" i],[inert]') !== null;

  const isOutOfUse = ({ element, native }) => isDisabled(element) || isDisabled(native);

  /** The last heading before the element, in the smallest part of the page that has one. */
  function headingOf(element, headings) {
    const before = headings.filter((h) => isBefore(h, element));
    return before.length ? textOf(before[before.length - 1]) || null : null;
  }

  function outerOf(element, among) {
    let at = parent(element);
    for (let depth = 0; at && depth < DEPTH_MAX; depth += 1, at = parent(at)) if (among.has(at)) return at;
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
      ([outer, parts]) => parts.length === 1 && !matches(outer, 'input') && matches(parts[0], 'input'),
    );
    const native = new Map(alone.map(([outer, [part]]) => [outer, part]));
    const joined = new Set(native.values());
    return found
      .filter((element) => !joined.has(element))
      .map((element) => ({ element, native: native.get(element) ?? element }));
  }

  function voiceOf(part, name) {
    return bounded(part.element, name) ?? (part.native === part.element ? null : bounded(part.native, name));
  }

  /** What elements around it and in it say, such as a box that a script draws as the switch and whose input it forgot. */
  function nearbyAria({ element, native }) {
    const near = some(element, STATED, NEAR_MAX).filter((e) => e !== native);
    for (let at = parentOf(native); at; at = parentOf(at)) if (at !== element && matches(at, STATED)) near.push(at);
    return near.slice(0, 2 * NEAR_MAX).map((e) => bounded(e, 'aria-checked') ?? bounded(e, 'aria-pressed'));
  }

  const RESTORED_BY = 1_500; /* ms after the document was whole: Firefox has filled in a restored tab then, 0.4 s on a busy machine */
  const PUT_BACK_BY = 2_000; /* ms after a box was first seen, and the document whole: by then a browser has put back what it will */
  const boxes =
    new WeakMap(); /* of each box what was sent, until another state in it is no longer the browser's doing */
  let parsed = false; /* has the document been looked at since its own elements were there? */
  let whole = readyState() === 'complete' ? performance.now() : Infinity; /* since when is all of it there? */
  listen(window, 'load', (event) => {
    if (event.isTrusted) whole = Math.min(whole, performance.now());
  });

  const isWholeFor = (long, now) => now - whole >= long;

  /** Into what a script has made nothing is put back; but where Firefox restores a tab, into all that is there at the document's end. */
  const isMadeLater = (now) => (ours.page.restored ? isWholeFor(RESTORED_BY, now) : parsed);

  function boxOf(native, place, now) {
    if (!boxes.has(native)) {
      const isMade = place === 'document' && isMadeLater(now);
      boxes.set(native, { sent: isMade ? null : hasAttr(native, 'checked'), differed: false, since: now });
    }
    return boxes.get(native);
  }

  const isTooLate = ({ since }, now) => isWholeFor(PUT_BACK_BY, now) && now - since >= PUT_BACK_BY;

  /** Of a page that was come back to: what the server sent is a voice of its own, where the browser has put back what stood there before. */
  function voiceAsSent({ native }, place) {
    if (!ours.page.cameBack || type(native) !== 'checkbox') return [];
    const now = performance.now();
    const box = boxOf(native, place, now);
    const differs = box.sent !== null && checked(native) !== box.sent;
    if (box.differed ? !differs : isTooLate(box, now)) box.sent = null;
    box.differed ||= differs;
    return differs && box.sent !== null ? [String(box.sent)] : [];
  }

  /** A hidden input is drawn by its label, by one around it or for its id that is another's too, and by a box that has a state. */
  const drawnBy = ({ native }) =>
    [...labelsOf(native), ...labelsOfId(native), closest(native, 'label'), closest(native, STATED)].filter(Boolean);

  const isDrawn = (part) => [part.element, part.native].some(isShown) || drawnBy(part).some(isShown);

  const namingOf = ({ element, native }) => [
    ...new Set([...labelsOf(native), ...labelsOf(element), ...referenced(element, 'aria-labelledby')]),
  ];

  const linksIn = (part) =>
    namingOf(part)
      .flatMap((label) => some(label, 'a[href]', LINKS_MAX))
      .map(textOf);

  /** Buttons in its label that have no state: they open something, or do something else. */
  const buttonsIn = (part) =>
    namingOf(part)
      .flatMap((label) => some(label, `button:not(${STATED}):not([role])`, LINKS_MAX))
      .filter((button) => button !== part.element)
      .map((button) => accessibleName(button) ?? '');

  /** What is said of an element beside its name. */
  const descriptionsOf = (element) => [
    ...DESCRIBING.map((name) => attr(element, name)),
    ...REFERRED.flatMap((name) => referenced(element, name).map(textOf)),
  ];

  /** Of the control, and what is seen under a pointer over its words. */
  const descriptionsOfPart = ({ element, native }) =>
    [
      ...[...new Set([element, native])].flatMap(descriptionsOf),
      ...[...labelsOf(native), ...referenced(element, 'aria-labelledby')].map((words) => attr(words, 'title')),
    ]
      .filter(Boolean)
      .map((said) => squeezed(said.slice(0, TITLE_MAX)))
      .slice(0, GROUPS_MAX);

  /** What refers to it, or to what it stands in, wherever that may be. */
  const referringTo = (element, attribute) =>
    some(rootOf(element), `[${attribute}]`, REFERRING_MAX).filter((one_) =>
      referenced(one_, attribute).some((other) => contains(other, element)),
    );

  function legendOf(element) {
    const legend = matches(element, 'fieldset') ? one(element, 'legend') : null;
    return legend && textOf(legend);
  }

  /** Names of what opens and closes the part that it stands in. */
  const openersOf = (element) =>
    referringTo(element, 'aria-controls')
      .filter((opener) => !matches(opener, 'input'))
      .map(accessibleName);

  const SAYING = [
    'fieldset',
    '[aria-label]',
    ...[...DESCRIBING, ...REFERRED, 'aria-labelledby'].map((name) => `[${name}]`),
  ].join();

  /** The names of what it stands in, and what is said of it, up to the page's main part. */
  function groupsOf(element) {
    const names = [];
    for (const from of [parentOf(element), ...referringTo(element, 'aria-owns')])
      for (let at = from; at && !matches(at, ENDS); at = parentOf(at))
        if (names.length < GROUPS_MAX && matches(at, SAYING))
          names.push(...[accessibleName(at), legendOf(at), ...descriptionsOf(at)].filter(Boolean));
    return [...names, ...openersOf(element), ...headsOf(element)].filter(Boolean);
  }

  /** Is it named by what nobody sees? */
  function isNamedUnseen(element) {
    const naming = referenced(element, 'aria-labelledby');
    return naming.length > 0 && !naming.some(isShown);
  }

  /** Or by a hint alone, which is seen only under a pointer? */
  function isNamedByHint(element) {
    const hints = ['title', 'placeholder'].map((name) => squeezed(attr(element, name) ?? '')).filter(Boolean);
    const seen = labelsOf(element).length + referenced(element, 'aria-labelledby').length;
    return seen === 0 && hints.includes(accessibleName(element) ?? '') && textOf(element) === '';
  }

  function wordsOf(part) {
    const { element, native } = part;
    const own = allNames(element);
    return {
      names: native === element ? own : [...own, ...allNames(native)],
      links: linksIn(part),
      buttons: buttonsIn(part),
      described: descriptionsOfPart(part),
      groups: groupsOf(element),
      beside: wordsBeside(element),
    };
  }

  function describeControl(part, place, headings) {
    const { element, native } = part;
    const box = type(native) === 'checkbox';
    return {
      tag: tag(element).slice(0, 32),
      type: type(element),
      role: roleOf(element),
      artdeco: hasAttr(native, 'data-artdeco-toggle-button'),
      keys: [voiceOf(part, 'aria-labelledby'), voiceOf(part, 'name'), voiceOf(part, 'id')],
      labelled: !hasAttr(element, 'aria-label') && !isNamedUnseen(element) && !isNamedByHint(element),
      unheard: closestComposed(element, '[aria-hidden="true" i]') !== null,
      label: accessibleName(element) ?? (native === element ? null : accessibleName(native)),
      ...wordsOf(part),
      heading: headingOf(element, headings),
      checked: box ? checked(native) : null,
      indeterminate: box && indeterminate(native),
      ariaChecked: bounded(element, 'aria-checked'),
      ariaPressed: bounded(element, 'aria-pressed'),
      innerAriaChecked: native === element ? null : bounded(native, 'aria-checked'),
      nearbyAria: [...nearbyAria(part), ...voiceAsSent(part, place)],
      disabled: isOutOfUse(part),
      busy: isBusy(element),
      shown: isDrawn(part),
      region: regionOf(element),
      place,
    };
  }

  /** What says a state and is no part of a control: no switch of a kind that is known, but it may be a copy of one. */
  const strays = (stated, controls) => stated.filter((e) => !controls.some((c) => contains(c, e) || contains(e, c)));

  function gather(place, { controls, stated, headings }) {
    const own = headings.filter((h) => isOwn(regionOf(h)));
    const few = controls.slice(0, LIST_MAX);
    const parts = partsOf(merge(few, strays(stated.slice(0, CONTROLS_MAX + 1), few)));
    const found = parts.slice(0, CONTROLS_MAX).map((part) => ({ part, seen: describeControl(part, place, own) }));
    parsed ||= place === 'document' && readyState() !== 'loading';
    return { found, uncounted: parts.length - found.length };
  }

  /** Has it changed in a way that brings no mutation? Native `checked` does, and whether it is in use. */
  function hasMoved({ part, seen }) {
    return (
      (seen.checked !== null &&
        (checked(part.native) !== seen.checked || indeterminate(part.native) !== seen.indeterminate)) ||
      attr(part.element, 'aria-checked') !== seen.ariaChecked ||
      attr(part.element, 'aria-pressed') !== seen.ariaPressed ||
      isOutOfUse(part) !== seen.disabled
    );
  }

  ours.control ??= Object.freeze({ CONTROLS_MAX, STATED, gather, hasMoved, headingOf, isBusy, isOutOfUse });
}
