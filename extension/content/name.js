/*
 * The name that a person is given for a control (accname-1.2), and the pieces that it is made of. It says nothing about what
 * they mean.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const { attr, tag, all, rootOf, labels, labelFor, labelled, closest, type, value, alt } = ours.natives;
  const {
    TEXT_MAX,
    squeezed,
    GAP,
    push,
    isStruck,
    referenced,
    isAriaHidden,
    isHidden,
    collectInside,
    collectElement,
    collection,
    piecesOf,
  } = ours.drawn;
  const { roleOf } = ours.role;

  const LABELS_MAX = 1_000;
  const TITLE_MAX = 2_048;

  /* ARIA: whose name is what they contain. */
  const FROM_CONTENT = new Set([
    'button',
    'cell',
    'checkbox',
    'columnheader',
    'gridcell',
    'heading',
    'link',
    'menuitem',
    'menuitemcheckbox',
    'menuitemradio',
    'option',
    'radio',
    'row',
    'rowheader',
    'switch',
    'tab',
    'tooltip',
    'treeitem',
  ]);
  const CONTENT_TAGS = new Set([
    'button',
    'a',
    'summary',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'option',
    'label',
    'legend',
    'caption',
    'figcaption',
  ]);

  /** What is referenced is read though it is hidden; then what it contains counts as it is, for all of it is hidden alike. */
  function collectReferenced(element, collected) {
    if (collected.seen.has(element) || isStruck(element)) return;
    const hidden = isHidden(element, collected.unheard);
    if (!hidden) collectElement(element, collected);
    else push(collected, attr(element, 'aria-label')?.trim() || ours.natives.text(element), element);
    collected.texts.push(GAP);
  }

  const nameOf = ({ texts }) => squeezed(texts.map(({ text }) => text).join('')).slice(0, TEXT_MAX);

  /** Its own, and one around it: HTML gives a label to one control, its `for` before its content. */
  function labelsOf(element) {
    const own = labels(element);
    const around = closest(element, 'label');
    const others = around && labelled(around) && labelled(around) !== element;
    return around && !others && !own.includes(around) ? [...own, around] : own;
  }

  /** Labels that would be for it, were it the first with its id (HTML). */
  function labelsOfId(element) {
    const id = attr(element, 'id');
    return id
      ? all(rootOf(element), 'label[for]')
          .slice(0, LABELS_MAX)
          .filter((label) => labelFor(label) === id)
      : [];
  }

  function byReference(element, unheard) {
    const collected = collection([], unheard);
    for (const one_ of referenced(element, 'aria-labelledby')) collectReferenced(one_, collected);
    return collected;
  }

  function byAttribute(element, name) {
    const collected = collection([], false);
    push(collected, attr(element, name)?.trim() ?? '', element);
    return collected;
  }

  /** Two labels are two names, one after the other. */
  function byLabels(element, unheard) {
    const collected = collection([element], unheard);
    for (const label of labelsOf(element)) {
      if (isHidden(label, unheard) || isStruck(label)) continue;
      collectElement(label, collected);
      collected.texts.push(GAP);
    }
    return collected;
  }

  function isNamedByContent(element) {
    const role = roleOf(element);
    return role ? FROM_CONTENT.has(role) : CONTENT_TAGS.has(tag(element));
  }

  function byContent(element, unheard) {
    const collected = collection([element], unheard);
    if (tag(element) === 'input') {
      if (['button', 'submit', 'reset'].includes(type(element))) push(collected, value(element) ?? '', element);
      else if (type(element) === 'image') push(collected, attr(element, 'alt') ?? '', element);
    } else if (tag(element) === 'img') {
      push(collected, alt(element), element);
    } else if (isNamedByContent(element)) {
      collectInside(element, collected);
    }
    return collected;
  }

  const aria = (element, unheard) => [byReference(element, unheard), byAttribute(element, 'aria-label')];
  const host = (element, unheard) => [
    byLabels(element, unheard),
    byContent(element, unheard),
    byAttribute(element, 'title'),
    byAttribute(element, 'placeholder'),
  ];

  /** None is given to what ARIA hides. */
  const waysOf = (element, unheard) => [
    ...(!unheard && isAriaHidden(element) ? [] : aria(element, unheard)),
    ...host(element, unheard),
  ];

  /** @returns {string | null} the accessible name, verbatim but for white space */
  const accessibleName = (element) => waysOf(element, false).map(nameOf).find(Boolean) ?? null;

  /** Every name that it has been given, each in pieces, with what is drawn though ARIA hides it; the one that counts first. */
  const allNames = (element) =>
    waysOf(element, true)
      .map(piecesOf)
      .filter((pieces) => pieces.length > 0)
      .slice(0, 6);

  /** The words of an element, as many as a name may have. */
  const textOf = (element) => squeezed(ours.natives.text(element).slice(0, 4 * TITLE_MAX)).slice(0, TITLE_MAX);

  ours.name ??= Object.freeze({
    TITLE_MAX,
    accessibleName,
    allNames,
    referenced,
    labelsOf,
    labelsOfId,
    squeezed,
    textOf,
  });
}
