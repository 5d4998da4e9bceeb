/*
 * The text that is drawn in an element, collected: each text with the element that it stands in, and the gaps between blocks
 * (accname-1.2, steps 2C to 2I).
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const {
    attr,
    matches,
    tag,

    childNodes,
    rootOf,
    nodeType,
    data,
    parent,
    type,
    value,
    byId,

    isVisible,
    style,
    all,
    shadowRoot,
    closedRoot,
    firstElement,
    slotOf,
    assigned,
    hostOf,
  } = ours.natives;

  const TEXT_MAX = 2_048;
  const PIECES_MAX = 40;
  const NODES_MAX = 600; /* of one name */

  const SILENT = new Set(['script', 'style', 'template', 'noscript']);

  const squeezed = (text) => text.replace(/\s+/gu, ' ').trim();

  const GAP = { text: ' ', owner: null };

  /** The strings of a style's value, and of the attributes that it names (CSS Generated Content 3). */
  function stringsOf(css, element) {
    let said = '';
    for (const [, name, string] of css.matchAll(/attr\(\s*([^\s)]+)[^)]*\)|"((?:[^"\\]|\\[^])*)"/gu))
      said += name ? (attr(element, name) ?? '') : string.replace(/\\"/g, '"');
    return said;
  }

  /** What a style puts before or after the element's content, where that is text. */
  const drawn = (element, where) => stringsOf(style(element, where)?.content ?? '', element);

  /** And in front of all, as the mark of a list's item. */
  function marked(element) {
    const { display, listStyleType } = style(element);
    if (!/list-item/.test(display)) return '';
    return drawn(element, '::marker') || stringsOf(listStyleType, element);
  }

  /** @typedef {{texts: {text: string, owner: any}[], seen: Set<any>, left: number, unheard: boolean}} Collected */

  function push(collected, text, owner) {
    if (text !== '') collected.texts.push({ text, owner });
  }

  const isInline = (element) => /^(?:inline|contents)$/.test(style(element).display) || tag(element) === 'slot';

  /** Asking for a closed one is slow: only of what has a name of the site's own making, or nothing in it. */
  const treeOf = (element) =>
    shadowRoot(element) ?? (tag(element).includes('-') || firstElement(element) === null ? closedRoot(element) : null);

  /** As it is drawn: in place of a slot what was put into it, in place of a host's content its shadow tree. */
  function drawnIn(element) {
    const put = assigned(element);
    return put.length > 0 ? put : childNodes(treeOf(element) ?? element);
  }

  const aboveOf = (element) => slotOf(element) ?? parent(element) ?? hostOf(rootOf(element));

  /** What is struck out is not said. */
  function isCrossed(element) {
    const { textDecorationLine = '', textDecoration = '' } = style(element);
    return matches(element, 'del,s,strike') || `${textDecorationLine} ${textDecoration}`.includes('line-through');
  }

  /** The line goes through all that is drawn in what has it. */
  function struckAround(element) {
    for (let at = element; at; at = aboveOf(at)) if (isCrossed(at)) return at;
    return null;
  }

  const isStruck = (element) => struckAround(element) !== null;

  /** What a reference in an attribute leads to. */
  function referenced(element, attribute) {
    const ids = (attr(element, attribute) ?? '').split(/\s+/).filter(Boolean).slice(0, 4);
    return ids.map((id) => byId(rootOf(element), id)).filter(Boolean);
  }

  const isAriaHidden = (element) => matches(element, '[aria-hidden="true" i]');

  /** Whether ARIA hides it matters to the name, and not to what is drawn. */
  const isHidden = (element, unheard) =>
    (tag(element) !== 'slot' && !isVisible(element, { visibilityProperty: true })) ||
    (!unheard && isAriaHidden(element));

  function collectInside(element, collected) {
    push(collected, drawn(element, '::before'), element);
    for (const child of drawnIn(element)) {
      if (collected.left <= 0) break;
      collected.left -= 1;
      const kind = nodeType(child);
      if (kind === 3) push(collected, data(child), element);
      else if (kind === 1) collectChild(child, collected);
    }
    for (const owned of referenced(element, 'aria-owns')) collectChild(owned, collected);
    push(collected, drawn(element, '::after'), element);
  }

  function collectChild(element, collected) {
    if (SILENT.has(tag(element)) || collected.seen.has(element) || isHidden(element, collected.unheard)) return;
    if (isCrossed(element)) return;
    const gap = tag(element) === 'br' || !isInline(element);
    if (gap) collected.texts.push(GAP);
    collectElement(element, collected);
    if (gap) collected.texts.push(GAP);
  }

  /** A name in an attribute goes before what is drawn, which a person sees all the same. */
  function collectSaid(element, said, collected) {
    push(collected, said, element);
    const inside = collected.unheard
      ? tag(element) === 'svg'
        ? wordsInside(element)
        : ours.natives.text(element)
      : '';
    if (squeezed(inside) === '' || squeezed(inside) === said) return;
    collected.texts.push(GAP);
    if (tag(element) === 'svg') push(collected, inside, element);
    else collectInside(element, collected);
  }

  /** Steps 2C to 2I for what stands in a name. */
  function collectElement(element, collected) {
    collected.seen.add(element);
    const said = attr(element, 'aria-label')?.trim();
    if (
      matches(element, 'input:not([type="checkbox"],[type="radio"],[type="hidden"],[type="password"],[type="image"])')
    ) {
      push(collected, attr(element, 'aria-valuetext') ?? value(element) ?? '', element);
    } else if (said) {
      collectSaid(element, said, collected);
    } else if (tag(element) === 'img' || type(element) === 'image') {
      push(collected, attr(element, 'alt') ?? attr(element, 'title') ?? '', element);
    } else if (tag(element) === 'svg') {
      push(collected, wordsInside(element), element);
    } else {
      collectInside(element, collected);
    }
  }

  /** The title of a drawing, and the words drawn in it. */
  const wordsInside = (svg) =>
    squeezed(
      all(svg, 'title,text,foreignObject')
        .map((said) => ours.natives.text(said))
        .join(' '),
    );

  const collection = (seen, unheard) => ({ texts: [], seen: new Set(seen), left: NODES_MAX, unheard });

  /** What was collected, in pieces: one for each run of text in one element. */
  function piecesOf({ texts }) {
    const pieces = [];
    let last = null;
    for (const { text, owner } of texts) {
      if (owner !== null && owner === last) pieces[pieces.length - 1] += text;
      else if (owner !== null) pieces.push(text);
      if (owner !== null || text !== ' ') last = owner;
      else last = null;
    }
    return pieces
      .map((piece) => squeezed(piece).slice(0, TEXT_MAX))
      .filter(Boolean)
      .slice(0, PIECES_MAX);
  }

  ours.drawn ??= Object.freeze({
    TEXT_MAX,
    NODES_MAX,
    SILENT,
    squeezed,
    GAP,
    drawn,
    marked,
    push,
    isInline,
    drawnIn,
    aboveOf,
    isCrossed,
    struckAround,
    isStruck,
    referenced,
    isAriaHidden,
    isHidden,
    collectInside,
    collectElement,
    wordsInside,
    collection,
    piecesOf,
  });
}
