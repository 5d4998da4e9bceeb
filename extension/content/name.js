/*
 * The words of a control: the name that a person is given for it (accname-1.2), the pieces that the name is made of, and
 * the words that stand right beside it. It says nothing about what they mean.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const {
    attr,
    matches,
    tag,
    all,
    byId,
    childNodes,
    next,
    previous,
    rootOf,
    contains,
    nodeType,
    data,
    parent,
    labels,
    labelFor,
    labelled,
    closest,
    type,
    value,
    alt,
    isVisible,
    style,
    isHtml,
    isBefore,
    one,
    shadowRoot,
    slotOf,
    assigned,
    hostOf,
  } = ours.natives;

  const TEXT_MAX = 2_048;
  const PIECES_MAX = 40;
  const NODES_MAX = 600; /* of one name */
  const LABELS_MAX = 1_000;
  const BLOCKS_MAX = 4; /* before it and after it */
  const LEVELS_MAX = 8;

  const MAIN = 'main,[role="main"]';
  const HEADING = 'h1,h2,h3,h4,h5,h6,[role="heading" i]';
  const SILENT = new Set([
    'script',
    'style',
    'template',
    'noscript',
    'code',
    'del',
    's',
    'strike',
  ]); /* what is struck out is not said */
  const EMBEDDED =
    'input,select,textarea,[role="switch" i],[role="checkbox" i],[role="radio" i],[aria-pressed],[aria-checked]';
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

  const squeezed = (text) => text.replace(/\s+/gu, ' ').trim();

  /* ---- collecting: texts, each with the element it stands in, and the gaps between blocks ---- */

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

  /** As it is drawn: in place of a slot what was put into it, in place of a host's content its shadow tree. */
  function drawnIn(element) {
    const put = assigned(element);
    return put.length > 0 ? put : childNodes(shadowRoot(element) ?? element);
  }

  const aboveOf = (element) => slotOf(element) ?? parent(element) ?? hostOf(rootOf(element));

  const isStruck = (element) => closest(element, 'del,s,strike') !== null;

  /** Whether ARIA hides it matters to the name, and not to what is drawn. */
  const isHidden = (element, unheard) =>
    (tag(element) !== 'slot' && !isVisible(element, { visibilityProperty: true })) ||
    (!unheard && attr(element, 'aria-hidden') === 'true');

  function collectInside(element, collected) {
    push(collected, drawn(element, '::before'), element);
    for (const child of drawnIn(element)) {
      if (collected.left <= 0) break;
      collected.left -= 1;
      const kind = nodeType(child);
      if (kind === 3) push(collected, data(child), element);
      else if (kind === 1) collectChild(child, collected);
    }
    push(collected, drawn(element, '::after'), element);
  }

  function collectChild(element, collected) {
    if (SILENT.has(tag(element)) || collected.seen.has(element) || isHidden(element, collected.unheard)) return;
    const gap = tag(element) === 'br' || !isInline(element);
    if (gap) collected.texts.push(GAP);
    collectElement(element, collected);
    if (gap) collected.texts.push(GAP);
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
      push(collected, said, element);
    } else if (tag(element) === 'img' || type(element) === 'image') {
      push(collected, attr(element, 'alt') ?? attr(element, 'title') ?? '', element);
    } else if (tag(element) === 'svg') {
      push(collected, titleInside(element), element);
    } else {
      collectInside(element, collected);
    }
  }

  function titleInside(svg) {
    const title = one(svg, 'title');
    return title ? squeezed(ours.natives.text(title)) : '';
  }

  const collection = (seen, unheard) => ({ texts: [], seen: new Set(seen), left: NODES_MAX, unheard });

  /** What is referenced is read though it is hidden; then what it contains counts as it is, for all of it is hidden alike. */
  function collectReferenced(element, collected) {
    if (collected.seen.has(element) || isStruck(element)) return;
    const hidden = isHidden(element, collected.unheard);
    if (!hidden) collectElement(element, collected);
    else push(collected, attr(element, 'aria-label')?.trim() || ours.natives.text(element), element);
    collected.texts.push(GAP);
  }

  const nameOf = ({ texts }) => squeezed(texts.map(({ text }) => text).join('')).slice(0, TEXT_MAX);

  /** The same in pieces: one for each run of text in one element. */
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

  /* ---- the ways in which a control is named, in order ---- */

  function referenced(element, attribute) {
    const ids = (attr(element, attribute) ?? '').split(/\s+/).filter(Boolean).slice(0, 4);
    return ids.map((id) => byId(rootOf(element), id)).filter(Boolean);
  }

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
    const role = (attr(element, 'role') ?? '').trim().toLowerCase();
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
    ...(!unheard && attr(element, 'aria-hidden') === 'true' ? [] : aria(element, unheard)),
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

  /* ---- the words right beside it ---- */

  /** What a picture is said to show. */
  function pictured(element) {
    if (tag(element) === 'svg') return attr(element, 'aria-label') ?? titleInside(element);
    if (tag(element) === 'img')
      return attr(element, 'aria-label') ?? attr(element, 'alt') ?? attr(element, 'title') ?? '';
    return matches(element, '[role="img" i]') ? (attr(element, 'aria-label') ?? '') : '';
  }

  /** Blocks of text from one sibling after another, until there are enough or another control is met. */
  function blockReader(of) {
    const blocks = [];
    const loose = [];
    let current = null;
    let open = true;
    const close = () => {
      if (current && squeezed(current.texts.map(({ text }) => text).join('')) !== '') blocks.push(current);
      current = null;
      if (blocks.length >= BLOCKS_MAX) open = false;
    };
    return {
      of,
      blocks,
      loose,
      close,
      isOpen: () => open,
      /* What counts for no name, and may turn one. */
      note(words) {
        const said = squeezed(words).slice(0, TEXT_MAX);
        if (said !== '' && loose.length < BLOCKS_MAX) loose.push(said);
      },
      stop() {
        close();
        open = false;
      },
      add(text, owner, level, backwards) {
        current ??= { texts: [], level, heading: owner !== null && closest(owner, HEADING) !== null };
        if (backwards) current.texts.unshift({ text, owner });
        else current.texts.push({ text, owner });
      },
    };
  }

  function readNode(node, reader, level, backwards) {
    if (!reader.isOpen()) return;
    /* Text right in a shadow root has no element above it but the host. */
    const owner = () => aboveOf(node);
    if (nodeType(node) === 3) reader.add(data(node), owner(), level, backwards);
    else if (nodeType(node) === 1) readElement(node, reader, level, backwards);
  }

  /** Words, not an icon of a font. */
  function readDrawn(element, where, reader, level, backwards) {
    const said = (where === '::before' ? marked(element) : '') + drawn(element, where);
    if (reader.isOpen() && /\p{L}/u.test(said)) reader.add(said, element, level, backwards);
  }

  /** Its own label stands in its sentence. */
  function isLabelOf(label, element) {
    const named = labelled(label);
    return named !== null && (named === element || contains(element, named));
  }

  function readElement(element, reader, level, backwards) {
    if (SILENT.has(tag(element)) || isHidden(element, true)) return;
    if (matches(element, EMBEDDED) && type(element) !== 'hidden') return reader.stop();
    /* What a label says is said of what it names, there or not. */
    if (matches(element, 'label[for]') && !isLabelOf(element, reader.of)) {
      if (!labelled(element)) reader.note(ours.natives.text(element));
      return reader.stop();
    }
    reader.note(pictured(element));
    if (tag(element) === 'button' || tag(element) === 'svg') return;
    const inline = tag(element) !== 'br' && isInline(element);
    if (!inline) reader.close();
    const children = drawnIn(element).slice(0, NODES_MAX);
    if (backwards) children.reverse();
    readDrawn(element, backwards ? '::after' : '::before', reader, level, backwards);
    for (const child of children) readNode(child, reader, level, backwards);
    readDrawn(element, backwards ? '::before' : '::after', reader, level, backwards);
    if (!inline) reader.close();
  }

  /** The nodes next to it, nearest first, as they are drawn. */
  function* nextTo(node, step, backwards) {
    const put = slotOf(node) ? assigned(slotOf(node)) : null;
    if (!put) for (let at = step(node); at; at = step(at)) yield at;
    else if (backwards) yield* put.slice(0, put.indexOf(node)).reverse();
    else yield* put.slice(put.indexOf(node) + 1);
  }

  function readSide(element, step, backwards) {
    const reader = blockReader(element);
    let at = element;
    for (let level = 1; level <= LEVELS_MAX && at && reader.isOpen(); level += 1) {
      let count = 0;
      for (const node of nextTo(at, step, backwards)) {
        if (!reader.isOpen() || count >= NODES_MAX) break;
        readNode(node, reader, level, backwards);
        count += 1;
      }
      if (!isInline(at) || count >= NODES_MAX) reader.close();
      at = aboveOf(at);
      if (at && (matches(at, MAIN) || tag(at) === 'body')) break;
      if (at) readDrawn(at, backwards ? '::before' : '::after', reader, level, backwards);
    }
    reader.close();
    const blocks = reader.blocks.map(({ texts, level, heading }) => ({ pieces: piecesOf({ texts }), level, heading }));
    return { blocks, loose: reader.loose };
  }

  /**
   * The blocks of text next to it, nearest first; `level`: how far up one has to go to find them under one element; `loose`: what pictures
   * there show, and what a label of nothing says.
   */
  function wordsBeside(element) {
    const [before, after] = [readSide(element, previous, true), readSide(element, next, false)];
    return { before: before.blocks, after: after.blocks, loose: [...before.loose, ...after.loose] };
  }

  ours.name ??= Object.freeze({
    accessibleName,
    allNames,
    wordsBeside,
    referenced,
    labelsOf,
    labelsOfId,
    squeezed,
    TEXT_MAX,
    isHtml,
    isBefore,
  });
}
