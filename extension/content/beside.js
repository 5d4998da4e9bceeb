/*
 * The words that stand right beside a control, in blocks. It says nothing about what they mean.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const {
    attr,
    matches,
    tag,
    next,
    previous,
    contains,
    nodeType,
    data,
    labelled,
    closest,
    type,
    slotOf,
    assigned,
    some,
    parent,
    value,
    bodyOf,
    ownDocument,
    writtenDocument,
  } = ours.natives;
  const {
    TEXT_MAX,
    NODES_MAX,
    SILENT,
    squeezed,
    drawn,
    marked,
    isInline,
    drawnIn,
    aboveOf,
    isCrossed,
    struckAround,
    isHidden,
    wordsInside,
    piecesOf,
  } = ours.drawn;
  const { accessibleName } = ours.name;
  const { roleOf } = ours.role;

  const BLOCKS_MAX = 4; /* before it and after it */
  const LOOSE_MAX = 8;
  const OPTIONS_MAX = 8;
  const LEVELS_MAX = 8;

  const MAIN = 'main,[role~="main" i]';
  const HEADING = 'h1,h2,h3,h4,h5,h6,[role~="heading" i]';
  const EMBEDDED =
    'input,select,textarea,[role~="switch" i],[role~="checkbox" i],[role~="radio" i],[aria-pressed],[aria-checked]';

  const FIELD =
    'input:not([type="checkbox" i],[type="radio" i],[type="hidden" i],[type="password" i],[type="image" i])';
  const NAMED = 'button,[aria-pressed],input[type="image" i],meter,progress';

  /** What a picture is said to show, and the words drawn in it. */
  function pictured(element) {
    if (tag(element) === 'svg') return `${attr(element, 'aria-label') ?? ''} ${wordsInside(element)}`;
    if (tag(element) === 'img')
      return attr(element, 'aria-label') ?? attr(element, 'alt') ?? attr(element, 'title') ?? '';
    return roleOf(element) === 'img' ? (attr(element, 'aria-label') ?? '') : '';
  }

  /** What stands in a frame, where it can be read, and what it is called. */
  function framed(frame) {
    const inside = ownDocument(frame) ?? writtenDocument(frame);
    const body = inside && bodyOf(inside);
    return [accessibleName(frame) ?? '', body ? ours.natives.text(body) : ''];
  }

  const optionsIn = (list) =>
    some(list, 'option,optgroup', OPTIONS_MAX).map((one) => attr(one, 'label') ?? ours.natives.text(one));

  /** What is drawn in something that is worked with: it counts for no name. */
  function wordsOn(element) {
    if (tag(element) === 'iframe') return framed(element);
    if (tag(element) === 'select') return [accessibleName(element) ?? '', ...optionsIn(element)];
    if (tag(element) === 'textarea') return [ours.natives.text(element) || (attr(element, 'placeholder') ?? '')];
    if (matches(element, FIELD)) return [value(element) || (attr(element, 'placeholder') ?? '')];
    /* One of several that are pressed in turns: the others say what this one is not. */
    const all =
      matches(element, '[aria-pressed]') && parent(element)
        ? some(parent(element), '[aria-pressed]', OPTIONS_MAX)
        : [element];
    return matches(element, NAMED) ? all.map((one) => accessibleName(one) ?? '') : [];
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
      note(words, level) {
        const said = squeezed(words).slice(0, TEXT_MAX);
        /* Over a heading it is in no row of the control's. */
        const row = blocks.some(({ heading }) => heading) ? level + LEVELS_MAX : level;
        if (said !== '' && loose.length < LOOSE_MAX) loose.push({ said, level: row });
      },
      /* Another control: the words in front of it may be its own. */
      stop() {
        close();
        const last = blocks[blocks.length - 1];
        if (last && open) last.bound = true;
        open = false;
      },
      add(text, owner, level, backwards) {
        current ??= { texts: [], level, heading: owner !== null && closest(owner, HEADING) !== null, bound: false };
        if (backwards) current.texts.unshift({ text, owner });
        else current.texts.push({ text, owner });
      },
    };
  }

  function readNode(node, reader, level, backwards) {
    if (!reader.isOpen()) return;
    /* Text right in a shadow root has no element above it but the host. */
    if (nodeType(node) === 3) reader.add(data(node), aboveOf(node), level, backwards);
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

  const isUnsaid = (element) => SILENT.has(tag(element)) || isHidden(element, true) || isCrossed(element);

  /** A button that opened what the control stands in is its heading. */
  const isOver = (button, backwards) =>
    backwards && (matches(button, '[aria-expanded="true" i]') || closest(button, HEADING) !== null);

  function noteWordsOn(element, reader, level, backwards) {
    if (isOver(element, backwards)) return;
    for (const said of wordsOn(element)) reader.note(said, level);
  }

  function readElement(element, reader, level, backwards) {
    if (isUnsaid(element)) return;
    noteWordsOn(element, reader, level, backwards);
    if (matches(element, EMBEDDED) && type(element) !== 'hidden') return reader.stop();
    /* What a label says is said of what it names, there or not. */
    if (matches(element, 'label[for]') && !isLabelOf(element, reader.of)) {
      if (!labelled(element)) reader.note(ours.natives.text(element), level);
      return reader.stop();
    }
    reader.note(pictured(element), level);
    if (tag(element) === 'svg' || (tag(element) === 'button' && !isOver(element, backwards))) return;
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
    const struck = struckAround(element);
    let crossed = struck !== null;
    let at = element;
    for (let level = 1; level <= LEVELS_MAX && at && reader.isOpen(); level += 1) {
      crossed &&= at !== struck;
      if (crossed) {
        at = aboveOf(at);
        continue;
      }
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
    const inLink = ({ owner }) => owner !== null && closest(owner, 'a[href]') !== null;
    const linked = ({ texts }) => texts.every(inLink);
    const linksOf = ({ texts }) => texts.filter(inLink).map(({ text }) => squeezed(text).slice(0, TEXT_MAX));
    const blocks = reader.blocks.map((block) => ({
      pieces: piecesOf(block),
      level: block.level,
      heading: block.heading,
      apart: block.bound || linked(block),
      links: linksOf(block),
    }));
    return { blocks, loose: reader.loose };
  }

  /**
   * The blocks of text next to it, nearest first; `level`: how far up one has to go to find them under one element; `apart`: they are a link,
   * or stand right before another control; `loose`: what counts for no name there: what pictures show, what is drawn in controls, and what a
   * label of nothing says.
   */
  function wordsBeside(element) {
    const [before, after] = [readSide(element, previous, true), readSide(element, next, false)];
    return { before: before.blocks, after: after.blocks, loose: [...before.loose, ...after.loose] };
  }

  ours.beside ??= Object.freeze({ wordsBeside });
}
