/*
 * What a page's nodes say, asked so that the page cannot answer in their place. In every world of a document a form's and a
 * document's named properties hide its own: after `<form><input name="closest">` form.closest is the input. So what the
 * others of this folder want to know of a node they ask here, by functions taken from the prototypes once; a lint rule
 * keeps them from asking the node itself, and tests/replica/clobber.mjs makes a page of each name in it.
 *
 * First of the files that are injected together, as classic scripts, into the isolated world. They find one another under
 * Symbol.for('consentlog.content'); a file that is there already does nothing.
 */
'use strict';

{
  const ours = (globalThis[Symbol.for('consentlog.content')] ??= {});

  const uncurried = (f) => Function.prototype.call.bind(f);
  const method = (prototype, name) => uncurried(prototype[name]);

  /** A property's getter; `none` where the browser has no such property. */
  function getter(prototype, name, none = () => null) {
    const { get } = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
    return get ? uncurried(get) : none;
  }

  const [N, E, D, F] = [Node.prototype, Element.prototype, Document.prototype, DocumentFragment.prototype];
  const input = HTMLInputElement.prototype;
  const nodeType = getter(N, 'nodeType');
  const byRoot = (name) => {
    const [inElement, inDocument, inFragment] = [method(E, name), method(D, name), method(F, name)];
    return (root, selector) => [inElement, inDocument, inFragment][[1, 9, 11].indexOf(nodeType(root))](root, selector);
  };
  const list = byRoot('querySelectorAll');
  const tagsIn = { 1: method(E, 'getElementsByTagName'), 9: method(D, 'getElementsByTagName') };
  const ids = { 9: method(D, 'getElementById'), 11: method(F, 'getElementById') };
  const tag = getter(E, 'localName');
  const attr = method(E, 'getAttribute');
  const hasAttr = method(E, 'hasAttribute');
  const matches = method(E, 'matches');
  const namespace = getter(E, 'namespaceURI');
  const isHtml = (element) => namespace(element) === 'http://www.w3.org/1999/xhtml';
  /* An `input` may be of another namespace, and is none then. */
  const onlyOf =
    (kind, get, none = null) =>
    (element) =>
      tag(element) === kind && isHtml(element) ? get(element) : none;
  const labelLists = Object.fromEntries(
    [
      ['input', HTMLInputElement],
      ['button', HTMLButtonElement],
      ['select', HTMLSelectElement],
      ['textarea', HTMLTextAreaElement],
      ['meter', HTMLMeterElement],
      ['progress', HTMLProgressElement],
      ['output', HTMLOutputElement],
    ].map(([name, { prototype }]) => [name, getter(prototype, 'labels')]),
  );
  const shadowRoot = getter(E, 'shadowRoot');
  const host = getter(ShadowRoot.prototype, 'host');
  const openOrClosed = getter(E, 'openOrClosedShadowRoot');
  const hostOf = (root) => {
    try {
      return nodeType(root) === 11 ? host(root) : null;
    } catch {
      return null; /* a fragment that is no root */
    }
  };
  const [attributes, classList, childNodes] = [
    getter(E, 'attributes'),
    getter(E, 'classList'),
    getter(N, 'childNodes'),
  ];
  const [position, textContent] = [method(N, 'compareDocumentPosition'), getter(N, 'textContent')];
  const anchor = HTMLAnchorElement.prototype;
  const urlParts = ['protocol', 'hostname', 'pathname'].map((name) => [name, getter(anchor, name)]);
  const computed = getComputedStyle;
  const [bodyOf, viewOf] = [getter(D, 'body'), getter(D, 'defaultView')];
  const [parent, rootOf] = [getter(N, 'parentElement'), method(N, 'getRootNode')];
  const [assignedSlot, textSlot] = [getter(E, 'assignedSlot'), getter(Text.prototype, 'assignedSlot')];
  const [assignedNodes, visible] = [method(HTMLSlotElement.prototype, 'assignedNodes'), uncurried(E.checkVisibility)];
  const contentDocument = onlyOf('iframe', getter(HTMLIFrameElement.prototype, 'contentDocument'));

  /* Of documents and shadow roots; not every window lays out. */
  const elementsAt = Object.fromEntries(
    [
      [9, D],
      [11, ShadowRoot.prototype],
    ].flatMap(([kind, prototype]) =>
      'elementsFromPoint' in prototype ? [[kind, method(prototype, 'elementsFromPoint')]] : [],
    ),
  );

  const focusedIn = { 9: getter(D, 'activeElement'), 11: getter(ShadowRoot.prototype, 'activeElement') };

  const natives = {
    nodeType,
    attr,
    hasAttr,
    matches,
    tag,
    closest: method(E, 'closest'),
    attributes: (element) => Array.from(attributes(element), ({ name, value }) => [name, value]),
    classes: (element) => Array.from(classList(element)),
    id: getter(E, 'id'),
    isHtml,

    one: byRoot('querySelector'),
    all: (root, selector) => Array.from(list(root, selector)),
    /** At most so many: a list of the browser's is made without a copy of all of it. */
    some(root, selector, most) {
      const found = list(root, selector);
      return Array.from({ length: Math.min(found.length, most) }, (_, index) => found[index]);
    },
    /** In a document the list lives: the browser keeps it between looks, and finds it anew without making anything of ours. */
    byTag: (root, name) => Array.from(tagsIn[nodeType(root)]?.(root, name) ?? list(root, name)),
    byId: (root, id) => ids[nodeType(root)]?.(root, id) ?? null,

    parent,
    parentNode: getter(N, 'parentNode'),
    childNodes: (node) => Array.from(childNodes(node)),
    firstElement: getter(E, 'firstElementChild'),
    next: getter(N, 'nextSibling'),
    previous: getter(N, 'previousSibling'),
    contains: method(N, 'contains'),
    isBefore: (a, b) => (position(a, b) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0,
    rootOf,
    isConnected: getter(N, 'isConnected'),
    documentOf: getter(N, 'ownerDocument'),
    walker: method(D, 'createTreeWalker').bind(null, document),

    text: (node) => textContent(node) ?? '',
    data: getter(CharacterData.prototype, 'data'),

    type: onlyOf('input', getter(input, 'type')),
    checked: onlyOf('input', getter(input, 'checked')),
    indeterminate: onlyOf('input', getter(input, 'indeterminate')),
    value: onlyOf('input', getter(input, 'value')),
    labels: (element) => Array.from((isHtml(element) && labelLists[tag(element)]?.(element)) || []),
    labelFor: onlyOf('label', getter(HTMLLabelElement.prototype, 'htmlFor'), ''),
    labelled: onlyOf('label', getter(HTMLLabelElement.prototype, 'control')),
    src: onlyOf('iframe', getter(HTMLIFrameElement.prototype, 'src'), ''),
    alt: onlyOf('img', getter(HTMLImageElement.prototype, 'alt'), ''),
    address: (element) =>
      tag(element) === 'a' && isHtml(element)
        ? Object.fromEntries(urlParts.map(([name, get]) => [name, get(element)]))
        : { protocol: 'javascript:', hostname: '', pathname: '' },

    /** An element whose box is that of its contents has none of its own, and is drawn where they are. */
    isVisible(element, options) {
      let at = element;
      while (at && !visible(at, options)) {
        const { display, visibility } = computed(at);
        if (display !== 'contents' || visibility !== 'visible') return false;
        at = assignedSlot(at) ?? parent(at) ?? hostOf(rootOf(at));
      }
      return at !== null;
    },
    style: (element, pseudo) => computed(element, pseudo),
    box: method(E, 'getBoundingClientRect'),
    /** What lies at a point of the root's window, the uppermost first. */
    elementsAt: (root, x, y) => Array.from(elementsAt[nodeType(root)]?.(root, x, y) ?? []),

    /** What has the focus in a document or a shadow root, or holds what has it. */
    focusedIn: (root) => focusedIn[nodeType(root)]?.(root) ?? null,

    shadowRoot,
    /** The slot of a shadow root that it is drawn in. */
    slotOf: (node) => (nodeType(node) === 1 ? assignedSlot(node) : nodeType(node) === 3 ? textSlot(node) : null),
    /** What is drawn in a slot, if not its own content. */
    assigned: onlyOf('slot', (slot) => Array.from(assignedNodes(slot)), []),
    /** Is it one, and no text, document or window? */
    isElement(node) {
      try {
        return nodeType(node) === 1;
      } catch {
        return false;
      }
    },
    /** Browsers let extensions ask. */
    closedRoot(element) {
      if (shadowRoot(element)) return null;
      return (
        (isHtml(element) && globalThis.chrome?.dom?.openOrClosedShadowRoot?.(element)) || openOrClosed(element) || null
      );
    },
    hostOf,
    /** The document in a frame, if LinkedIn served it: a frame that a script wrote has no address and may be anybody's. */
    ownDocument(frame) {
      try {
        const inside = contentDocument(frame);
        return inside?.location.origin === location.origin && inside.location.protocol === 'https:' ? inside : null;
      } catch {
        return null;
      }
    },
    /** That of a frame which a script wrote. */
    writtenDocument(frame) {
      try {
        const inside = contentDocument(frame);
        return inside && ['about:', 'blob:'].includes(inside.location.protocol) ? inside : null;
      } catch {
        return null;
      }
    },
    viewOf,
    /** The frame that shows a document, if it is of this site. */
    frameOf: (shown) => viewOf(shown)?.frameElement ?? null,

    bodyOf,
    body: bodyOf.bind(null, document),
    documentElement: getter(D, 'documentElement').bind(null, document),
    readyState: getter(D, 'readyState').bind(null, document),
    visibility: getter(D, 'visibilityState').bind(null, document),
    title: getter(D, 'title').bind(null, document),
    /** A name for what is read at one time, by chance: 32 hex digits. */
    newId: () =>
      Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join(''),
    listen: method(EventTarget.prototype, 'addEventListener'),
    unlisten: method(EventTarget.prototype, 'removeEventListener'),
  };

  ours.natives ??= Object.freeze(natives);
}
