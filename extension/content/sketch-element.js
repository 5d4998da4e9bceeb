/*
 * The attributes of one element that a sketch has: roles, types, states, what is hidden, what refers to what.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const { tag, attr, hasAttr, classes, type, checked, indeterminate, style, parent, closest, address, alt } =
    ours.natives;
  const { escape } = ours.sketchWords;

  const WORDS_ONLY = [
    'role',
    'aria-checked',
    'aria-pressed',
    'aria-busy',
    'aria-disabled',
    'aria-hidden',
    'aria-modal',
    'aria-level',
    'contenteditable',
    'tabindex',
    'dir',
    'data-artdeco-toggle-button',
  ];
  const REFERENCES = ['id', 'for', 'name', 'aria-labelledby'];
  const FLAGS = ['hidden', 'disabled', 'inert', 'open', 'popover'];
  const ACTIONS = /^\/(?:uas\/login|login|authwall|signup|checkpoint\/(?:lg|challenge|rp|rm))(?=[/?-]|$)/;
  /* As in rest.js: a link to read more, or one that may lead to the switch. */
  const READ_MORE = /^\/(?:help|legal)\/|^\/mypreferences\/[dm]\/(?:categories(?:\/|$)|$)/;

  function pathOf(url) {
    try {
      return new URL(url, location.href).pathname;
    } catch {
      return '';
    }
  }

  /** The parts of an input's state that its markup may not say any more. */
  function inputAttributes(element) {
    if (tag(element) !== 'input') return [];
    return [
      ['type', type(element) ?? 'text'],
      ...(checked(element) ? [['checked', '']] : []),
      ...(indeterminate(element) ? [['data-mixed', '']] : []),
    ];
  }

  function styleOf(element) {
    const { display, visibility, cursor } = style(element);
    if (display === 'none' && !hasAttr(element, 'hidden')) return 'display:none';
    const above = parent(element) ? style(parent(element)).visibility : 'visible';
    if (visibility === 'hidden' && above !== 'hidden') return 'visibility:hidden';
    return cursor === 'pointer' && !closest(element, 'a') ? 'cursor:pointer' : '';
  }

  function leadsAway(element) {
    const { protocol, hostname, pathname } = address(element);
    return /^https?:$/.test(protocol) && (hostname !== location.hostname || READ_MORE.test(pathname));
  }

  const actionOf = (element) =>
    tag(element) === 'form' ? ACTIONS.exec(pathOf(attr(element, 'action') ?? ''))?.[0] : undefined;

  function specialAttributes(element, { placeholder }) {
    const action = actionOf(element);
    const drawn = styleOf(element);
    return [
      ...(tag(element) === 'a' && hasAttr(element, 'href') ? [['href', leadsAway(element) ? '/help/' : '']] : []),
      ...(tag(element) === 'img' ? [['alt', alt(element) ? 'Text' : '']] : []),
      ...(action ? [['action', action]] : []),
      ...(hasAttr(element, 'aria-label') ? [['aria-label', placeholder(attr(element, 'aria-label'))]] : []),
      ...(hasAttr(element, 'onclick') ? [['onclick', '']] : []),
      ...(drawn ? [['style', drawn]] : []),
    ];
  }

  function attributesOf(element, words, { references, classesOf }) {
    const word = (name) => attr(element, name)?.trim() ?? '';
    const list = [
      ...WORDS_ONLY.filter((name) => /^[a-z0-9 -]{0,24}$/i.test(word(name)) && hasAttr(element, name)).map((name) => [
        name,
        word(name),
      ]),
      ...REFERENCES.filter((name) => word(name)).map((name) => [name, references(word(name))]),
      ...FLAGS.filter((name) => hasAttr(element, name)).map((name) => [name, '']),
      ...(classes(element).length ? [['class', classesOf(element)]] : []),
      ...inputAttributes(element),
      ...specialAttributes(element, words),
    ];
    return list.map(([name, value]) => (value === '' ? ` ${name}` : ` ${name}="${escape(value)}"`)).join('');
  }

  ours.sketchElement ??= Object.freeze({ attributesOf });
}
