/*
 * Who flipped it. Only a trusted pointer press or key press on the control or on its label counts as the member's hand.
 * `change` and forwarded `click` events do not: browsers mark them trusted even when a script called click(). One press
 * explains one flip, so a page that takes an answer back is not taken for the member.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const {
    all,
    matches,
    closest,
    contains,
    parent,
    style,
    rootOf,
    hostOf,
    slotOf,
    shadowRoot,
    closedRoot,
    ownDocument,
    documentOf,
    frameOf,
    box,
    focusedIn,
    elementsAt,
    isElement,
    isConnected,
    listen,
    unlisten,
  } = ours.natives;
  const { DIALOG, isShown } = ours.places;
  const { labelsOf } = ours.name;
  const { CONTROLS_MAX, isOutOfUse } = ours.control;

  const PRESS_LASTS = 5_000; /* a page may flip the switch only when its server has answered */
  const DIALOG_LASTS = 60_000; /* a person reads a question before answering it */
  const QUIET_AFTER_PRESS = 600; /* the member's own flip needs no wait for a page that finishes rendering */
  const INTERACTIVE = 'a[href],button,input,select,textarea,summary,iframe';
  const WIDGETS =
    'button link switch checkbox radio option tab menuitem menuitemcheckbox menuitemradio treeitem combobox textbox searchbox slider spinbutton';
  const PRESSABLE = [
    INTERACTIVE,
    'a,area,label,object,embed',
    '[tabindex],[contenteditable],[controls],[usemap],[onclick]',
    ...WIDGETS.split(' ').map((role) => `[role~="${role}" i]`),
  ].join();
  const HALF = 0.5;
  const SEEN_AFTER = 500; /* who types in one place has not seen sooner that a script has moved the focus to another */
  /* A press is a pointerdown or keydown; the others are moments to look at what it did, or how the focus came. */
  const EVENTS = ['pointerdown', 'keydown', 'keyup', 'click', 'pointercancel', 'focusin'];
  const MOVES = /^(Tab|Arrow)/; /* keys that move the focus by themselves */

  const remembered = new Map(); /* of a control, by account and key or label: outlives the elements, not the document */

  /** on, off, or '' while its voices disagree: what a flip is measured by, not what is judged. */
  function sideOf(seen) {
    const said = [seen.checked, seen.ariaChecked, seen.ariaPressed, seen.innerAriaChecked, ...seen.nearbyAria];
    const voices = said.filter((v) => v !== null).map((v) => String(v).trim().toLowerCase());
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
      .find((memory) => memory && (memory.element === element || !isConnected(memory.element)));
  }

  const newMemory = () => ({ side: '', offered: '', settled: '', touched: null, flip: null });

  /** What one session knows of each control's flips. @param {any} state shared with the presses */
  function createMemory(state) {
    const memories = new WeakMap();

    /** Memory of one control in this document: last side, the side that had settled, and the flip since. */
    function memoryOf({ part: { element }, seen }, { ids }) {
      const identity = JSON.stringify([ids, seen.keys, seen.heading]);
      const known = memories.get(element);
      if (known?.identity === identity) return known;
      const prints = printsOf(seen, ids);
      /* Whose page it is may be told late; it is the same member's then, but only once. */
      const nobodys = printsOf(seen, []);
      const memory = rememberedOf([...prints, ...nobodys], element) ?? newMemory();
      for (const print of nobodys) remembered.delete(print);
      Object.assign(memory, { identity, element });
      memories.set(element, memory);
      for (const print of prints) if (remembered.size < 2 * CONTROLS_MAX) remembered.set(print, memory);
      return memory;
    }

    /** By memory, not by element: the page may have redrawn the control while it was being pressed. */
    function takePress(memory, now) {
      const { press } = state;
      if (press?.memory !== memory || now > press.until) return false;
      state.press = null;
      return true;
    }

    function noteSide(entry, account, now) {
      const memory = memoryOf(entry, account);
      const side = sideOf(entry.seen);
      if (side && memory.side && side !== memory.side) {
        memory.touched = { trusted: takePress(memory, now) };
        state.pressed ||= memory.touched.trusted;
      }
      if (side) memory.side = side;
    }

    /**
     * The description stood still long enough to compare with what had stood still before.
     * @param {(memory: any, side: string) => number} settlesAfter
     */
    function settle(entry, account, quiet, settlesAfter) {
      const memory = memoryOf(entry, account);
      const side = sideOf(entry.seen);
      memory.offered = memory.settled;
      if (!side || quiet < (memory.touched?.trusted ? QUIET_AFTER_PRESS : settlesAfter(side))) return memory.flip;
      const moved = memory.settled !== '' && memory.settled !== side;
      if (moved || memory.touched?.trusted) memory.flip = { trusted: memory.touched?.trusted ?? false };
      else if (memory.flip && memory.touched) memory.flip = { trusted: false };
      memory.offered = side;
      memory.touched = null;
      return memory.flip;
    }

    /** What was offered is what had stood still, unless the judge waits for more: a first state that passes is no flip. */
    function keepSettled() {
      for (const { part } of state.found) {
        const memory = memories.get(part.element);
        if (memory) memory.settled = memory.offered;
      }
    }

    return { noteSide, settle, keepSettled, of: (element) => memories.get(element) };
  }

  /** The member's presses. @param {any} state @param {(element: any) => any} memoryOf @param {(soon?: boolean) => void} tick */
  function createPresses(state, memoryOf, tick) {
    /** The member has put it there only by a key that moves it. */
    function noteFocus(target, now) {
      if (state.focus.target === target) return;
      state.focus = { target, at: now - state.movedAt < SEEN_AFTER ? -Infinity : now };
    }

    /** A key goes where the focus is: has the member had the time to see that it is there? */
    const isLed = ({ type }, now) => type === 'keydown' && now - state.focus.at < SEEN_AFTER;

    function onPress(event) {
      if (!event.isTrusted) return;
      const [now, [target, ...outer]] = [performance.now(), event.composedPath()];
      if (event.type === 'focusin' || event.type === 'keydown') noteFocus(target, now);
      if (event.type === 'focusin') return;
      for (const wait of [0, 60]) setTimeout(tick, wait, true);
      if (event.type === 'pointercancel') state.press = null; /* a finger that began to scroll */
      if (event.type === 'pointerdown' || event.type === 'keydown')
        state.movedAt = MOVES.test(event.key ?? '') ? now : -Infinity;
      if (!isPress(event)) return;
      const path = [target, ...outer].filter(isElement);
      const hit = state.found.find(({ part }) => belongsTo(part, path) && !isLaidOver(event, part, path));
      if (hit && isLed(event, now)) return;
      const memory = hit && memoryOf(hit.part.element);
      if (memory) pressControl(hit, memory, now);
      else pressElsewhere(path, now);
    }

    function pressControl(hit, memory, now) {
      /* That moves nothing; but it must have been so before, for a page may disable it at this very press. */
      if (hit.seen.disabled && isOutOfUse(hit.part)) return;
      state.press = { memory, until: now + PRESS_LASTS };
      /* Pressed twice, the question may be there at the second press. */
      const again = state.asked?.memory === memory && now <= state.asked.until;
      state.asked = { memory, until: now + DIALOG_LASTS, before: again ? state.asked.before : dialogsNow() };
    }

    /** A page may ask "are you sure?"; the answer in the dialog belongs to the press that opened it. */
    function pressElsewhere(path, now) {
      const dialog = path.find((e) => matches(e, DIALOG));
      if (!state.asked || !dialog || state.asked.before.has(dialog) || now > state.asked.until) return;
      state.press = { memory: state.asked.memory, until: now + PRESS_LASTS };
      state.asked = null;
    }

    return { onPress, noteFocus };
  }

  /** What one session knows of the member's presses and of each control's flips. @param {(soon?: boolean) => void} tick */
  function createHand(tick) {
    const listening = new Set();
    const state = {
      found: [],
      press: null,
      asked: null,
      pressed: false,
      focus: { target: focused(), at: performance.now() },
      movedAt: -Infinity,
    };
    const { noteSide, settle, keepSettled, of } = createMemory(state);
    const { onPress, noteFocus } = createPresses(state, of, tick);

    function hear(root) {
      if (listening.has(root)) return;
      listening.add(root);
      for (const type of EVENTS) listen(root, type, onPress, { capture: true, passive: true });
    }

    function deaf() {
      for (const root of listening) for (const type of EVENTS) unlisten(root, type, onPress, { capture: true });
    }

    /** A focus that moves inside a shadow root is told to nobody outside (DOM, "retarget"), and one that is lost to nobody at all. */
    const lookAtFocus = (now) => noteFocus(focused(), now);

    return { state, noteSide, settle, keepSettled, lookAtFocus, hear, deaf };
  }

  /** What has the focus, however deep. */
  function focused() {
    const within = (element) => {
      const root = shadowRoot(element) ?? ownDocument(element);
      return root && focusedIn(root);
    };
    let at = focusedIn(document);
    for (let inner = at && within(at); inner; inner = within(at)) at = inner;
    return at;
  }

  function isPress({ type, key, button }) {
    return type === 'pointerdown' ? button === 0 : type === 'keydown' && (key === ' ' || key === 'Enter');
  }

  /** What is open already asks nothing about a press that comes now. */
  const dialogsNow = () => new Set(all(document, DIALOG).filter(isShown));

  /** Pressed on it; or on its label, and not on a link or a button that stands in there (HTML: such a press is not the label's). */
  function belongsTo(part, path) {
    if (path.includes(part.element) || path.includes(part.native)) return true;
    const labels = [...labelsOf(part.native), ...labelsOf(part.element)];
    const at = path.findIndex((element) => labels.includes(element));
    return at >= 0 && !path.slice(0, at).some((e) => matches(e, INTERACTIVE));
  }

  const around = (element) =>
    slotOf(element) ?? parent(element) ?? hostOf(rootOf(element)) ?? frameOf(documentOf(element));

  /** Is it drawn as if it were not there, wholly or in part, by a style of its own or of what it stands in? */
  function isSeeThrough(element) {
    let drawn = 1;
    for (let at = element; at; at = around(at)) {
      const { opacity, filter, maskImage, mixBlendMode } = style(at);
      drawn *= Number(opacity);
      if (drawn < HALF || /opacity|url/.test(filter) || maskImage !== 'none' || mixBlendMode !== 'normal') return true;
    }
    return false;
  }

  /** Does it hide what is under it? By a colour alone: a picture may be of nothing. @param {Element} element */
  function isOpaque(element) {
    const { backgroundColor, backgroundClip } = style(element);
    const [, comma, slash] = /^rgba\(.*,(.+)\)$|\/(.+)\)$/.exec(backgroundColor) ?? [];
    return Number(comma ?? slash ?? 1) >= HALF && backgroundClip === 'border-box' && !isSeeThrough(element);
  }

  /** Does it lie, transparent, over something else to press, which is then what the member sees and presses? */
  function isLaidOver({ type, clientX, clientY }, part, path) {
    if (type !== 'pointerdown') return false;
    const own = [part.element, part.native, ...labelsOf(part.native), ...labelsOf(part.element)].filter(Boolean);
    const outer = new Set(path);
    for (let at = part.element; at; at = around(at)) outer.add(at);
    const isInOwn = (element) => own.some((mine) => contains(mine, element));
    const isOwn = (element) => outer.has(element) || isInOwn(element) || own.some((mine) => contains(element, mine));

    /** What lies there, the uppermost first: in the shadow roots of others, and under the frame that shows the root. */
    function* lying(root, x, y) {
      for (const element of elementsAt(root, x, y).filter((found) => rootOf(found) === root)) {
        const inner = isInOwn(element) ? null : (shadowRoot(element) ?? closedRoot(element));
        if (inner) yield* lying(inner, x, y);
        yield element;
      }
      const frame = hostOf(root) ? null : frameOf(root);
      if (frame) yield* lying(documentOf(frame), x + box(frame).left, y + box(frame).top);
    }

    for (const element of lying(documentOf(part.element), clientX, clientY)) {
      const pressable = isOwn(element) ? null : closest(element, PRESSABLE);
      if (pressable && !isOwn(pressable)) return true;
      if (isOpaque(element)) return false;
    }
    return false;
  }

  ours.hand ??= Object.freeze({ QUIET_AFTER_PRESS, createHand });
}
