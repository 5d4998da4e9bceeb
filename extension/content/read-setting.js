/*
 * Looks at LinkedIn's setting page and describes what is there. It decides nothing: background/setting/judge.js does.
 *
 * Injected last of this folder's files into the isolated world of the top frame when the tab's URL reaches the setting, by a
 * load or by pushState; injecting it again into the same document only wakes it up. It stops by itself when the location leaves
 * the setting. It sends `{type: "reading", reading}` and takes the answer `{enough: true}` to mean that the judge needs no
 * longer look; without an answer it goes on until its bound, which costs a repeat that the log recognises.
 *
 * When it looks. A page that is still being built looks like a page whose switch is off. So a reading carries how long the
 * description has stood still (`quiet`), is offered at rising quiets, and once more, `final`, at the bound. While the
 * page is not complete, nothing stands still. Whether a quiet is long enough for what is seen is the judge's matter.
 *
 * Where it looks. In the document's own tree, as long as that has a switch; before anything is said, everywhere: in shadow roots
 * and in the site's own frames too, for a copy there may say something else.
 *
 * If it fails. Whatever it throws becomes a reading that says `failed`, and nothing else: the member is told that the page
 * could not be read, and is not shown an old state as if it had been.
 *
 * It adds nothing to the page, fetches nothing, reads no cookie, stores nothing.
 */
'use strict';

if (globalThis[Symbol.for('consentlog.reader')]) {
  globalThis[Symbol.for('consentlog.reader')].start();
} else {
  const ours = globalThis[Symbol.for('consentlog.content')];
  const { newId, parent, contains, isBefore, isConnected, documentOf, viewOf, box, text, body } = ours.natives;
  const { isOwn, isShown, inDocument } = ours.places;
  const { survey, shadowRootsUnder, closedSwitches, framesUnder } = ours.find;
  const { CONTROLS_MAX, gather, hasMoved } = ours.control;
  const { atSetting, describePage } = ours.page;
  const { NOTHING_ELSE, describeRest } = ours.rest;
  const { QUIET_AFTER_PRESS, createHand } = ours.hand;

  const BOUND = 25_000; /* pages have been seen to render after 20 s; an unset switch then needs 4 s of quiet */
  const GRACE = 6_000; /* what appeared just before the bound may still stand still for long enough */
  const QUIETS = [2_000, 4_000];
  const TICK = 250;
  const FULL_LOOK_EVERY = 1_000; /* when nothing is awaited, however busy the page is with itself */
  const READINGS_MAX = 60; /* a document; a page cannot make us flood the log */
  const IN_ORDER = 10_000; /* what has no answer by then keeps nothing back that was seen since */

  let sent = 0;
  let sessions = 0;
  let session = null;
  let told = Promise.resolve(null);

  /* ---- one look ---- */

  let surveyed = null;

  /** The document's own tree, looked through again only when something in it was said to have changed. */
  function surveyDocument() {
    if (!surveyed || session?.dirty !== false) surveyed = survey(document);
    if (session) session.dirty = false;
    return surveyed;
  }

  const isHere = ({ seen }) => seen.shown && isOwn(seen.region);

  /**
   * Everything that might be the switch. The document's own tree first; where it has none, or when asked, open shadow roots
   * and the site's own frames, for which the whole tree must be walked.
   */
  function gatherAll(own, everywhere) {
    const light = gather('document', own);
    if (!everywhere && light.found.some(isHere))
      return { ...light, closedFrames: framesUnder(own.frames).closed, all: false };
    const roots = shadowRootsUnder(document);
    const shadows = roots.map(survey);
    const frames = framesUnder([...own.frames, ...shadows.flatMap((tree) => tree.frames)]);
    const trees = [
      light,
      ...shadows.map((tree) => gather('shadow', tree)),
      ...frames.readable.map((d) => gather('frame', survey(d))),
      ...frames.written.map((d) =>
        gather(null, survey(d)),
      ) /* of no place: it can be no answer, but may take one back */,
    ];
    const found = trees.flatMap((tree) => tree.found);
    return {
      found: found.slice(0, 2 * CONTROLS_MAX),
      closedFrames: frames.closed,
      all: true,
      uncounted:
        trees.reduce((sum, tree) => sum + tree.uncounted, 0) +
        Math.max(0, found.length - 2 * CONTROLS_MAX) +
        closedSwitches([document, ...roots]),
    };
  }

  function look() {
    const own = surveyDocument();
    const { found, uncounted, closedFrames, all } = gatherAll(own, session.everywhere);
    const page = describePage(own, { closedFrames, first: sessions === 1 });
    const { account, data } = ours.records.describeRecords(own.codes);
    const seen = { page, account, data, uncounted, controls: found.map((f) => f.seen) };
    const matters = seen.controls.filter((c) => isOwn(c.region));
    /* While there is no switch, text that still comes is what the page is busy with. */
    const length = matters.length > 0 || !body() ? 0 : text(body()).length;
    return { found, all, seen, key: JSON.stringify([page, account, data, uncounted, matters, length]) };
  }

  /* ---- a session: from reaching the address to leaving it ---- */

  /** From the first sign of something new to an answer, or to the bound. */
  const newRound = (now) => ({ from: now, still: now, offered: 0 });

  function start() {
    if (session || !atSetting()) return;
    sessions += 1;
    const now = performance.now();
    session = {
      round: newRound(now),
      still: now,
      last: '',
      found: [],
      dirty: true,
      everywhere: false,
      all: false,
      lookedAt: -Infinity,
      read: false,
      failed: false,
      hand: createHand(tick),
      observer: new MutationObserver(markDirty),
      timer: setInterval(tick, TICK),
    };
    session.observer.observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: [
        'aria-checked',
        'aria-pressed',
        'aria-busy',
        'aria-disabled',
        'aria-labelledby',
        'disabled',
        'checked',
        'role',
        'type',
        'hidden',
        'lang',
        'data-artdeco-toggle-button',
      ],
    });
    session.hand.hear(window);
    tick();
  }

  function stop() {
    const ended = session;
    session = null;
    ended.observer.disconnect();
    clearInterval(ended.timer);
    ended.hand.deaf();
  }

  /* Constant cost whatever the number of records: a flood of mutations becomes one look. */
  function markDirty() {
    if (session) session.dirty = true;
  }

  /** Native `checked` changes without a mutation, so the known controls are asked each time; and whether they are in use. */
  const moved = () => session.found.some((entry) => !isConnected(entry.part.element) || hasMoved(entry));

  function needsLook(now, pressed) {
    if (moved() || pressed) return true;
    const since = now - session.lookedAt;
    /* Shadow trees, frames, styles and form properties change unseen: while a round is open, look anyway. */
    return since >= FULL_LOOK_EVERY && (session.dirty || session.round !== null);
  }

  function tick(pressed = false) {
    if (!session) return;
    if (!atSetting()) {
      stop();
      return;
    }
    try {
      const now = performance.now();
      session.hand.lookAtFocus(now);
      if (needsLook(now, pressed)) lookAgain(now);
      if (session.round) offer(now);
    } catch (error) {
      fail(error);
    }
  }

  function lookAgain(now) {
    session.lookedAt = now;
    const seen = look();
    session.found = seen.found;
    session.hand.state.found = seen.found;
    session.seen = seen.seen;
    session.all = seen.all;
    for (const entry of seen.found) {
      session.hand.hear(viewOf(documentOf(entry.part.element)) ?? window);
      session.hand.noteSide(entry, seen.seen.account, now);
    }
    if (seen.key === session.last) return;
    session.last = seen.key;
    session.still = now;
    session.round ??= newRound(now);
    session.round.still = now;
    session.round.offered = 0;
  }

  const isBlocked = ({ page, controls }) =>
    !page.complete || controls.some((c) => isOwn(c.region) && c.shown && (c.busy || c.disabled));

  const restFor = (controls) => (controls.some((c) => isOwn(c.region)) ? NOTHING_ELSE : describeRest());

  /**
   * Before anything is said: is there a switch where the looks so far did not go? It may be a copy that says something else.
   * Then they go there from now on, and what they see has to stand still in its turn.
   */
  function looksEverywhere(now) {
    if (session.all) return false;
    const { found, uncounted } = gatherAll(surveyDocument(), true);
    if (found.length === session.found.length && uncounted === session.seen.uncounted) return false;
    session.everywhere = true;
    lookAgain(now);
    return true;
  }

  function waitWhileBlocked(now) {
    if (isBlocked(session.seen)) session.still = session.round.still = now;
  }

  /** Its time is over: the bound, and a little more for what has just appeared. */
  function isOver({ from, still }, now) {
    return now - from >= (now - still >= QUIETS[1] ? BOUND : BOUND + GRACE);
  }

  /** The longest of the quiets at which a reading is offered that has passed; 0: none, or it was offered then. */
  function newQuiet({ still, offered }, now) {
    const level =
      [...(session.hand.state.pressed ? [QUIET_AFTER_PRESS] : []), ...QUIETS].filter((q) => now - still >= q).pop() ??
      0;
    return level > offered ? level : 0;
  }

  const isDue = (round, now) => isOver(round, now) || newQuiet(round, now) > 0;

  /** An unset switch is also what an unfinished page shows, so it has to stand still for longer. */
  const settlesAfter = (side) => (side === 'on' ? QUIETS[0] : QUIETS[1]);

  const withFlips = (account, quiet) =>
    session.found.map((entry) => ({ ...entry.seen, flip: session.hand.settle(entry, account, quiet, settlesAfter) }));

  function offer(now) {
    const { round } = session;
    waitWhileBlocked(now);
    if (!isDue(round, now)) return;
    if (session.dirty) lookAgain(now); /* what is said is what is there now */
    waitWhileBlocked(now);
    if (looksEverywhere(now) || !isDue(round, now)) return;
    const final = isOver(round, now);
    round.offered = Math.max(round.offered, newQuiet(round, now));
    if (final) session.round = null;
    const { seen } = session;
    const quiet = now - round.still;
    const controls = withFlips(seen.account, quiet);
    session.hand.state.pressed = false;
    const rest = final ? restFor(controls) : NOTHING_ELSE;
    send({ ...seen, page: { ...seen.page, ...rest }, controls }, quiet, final, round);
  }

  /* ---- at the member's word: what is there at this moment, and where it is on the screen ---- */

  /** The smallest part of the page that holds the control and its heading; the main part where there is no one control. */
  function regionElement() {
    const { headings, mains } = surveyDocument();
    const shown = session.found.filter(isHere);
    const main = mains.filter(isShown)[0] ?? body();
    const control = shown.length === 1 ? inDocument(shown[0].part.element) : null;
    if (!control) return main;
    const heading = headings.filter((h) => isShown(h) && isBefore(h, control)).pop();
    let at = control;
    while (parent(at) && at !== main && !(heading && contains(at, heading))) at = parent(at);
    return at;
  }

  /** In CSS pixels of the window; `whole`: is all of it in sight? */
  function regionBox() {
    const { x, y, width, height } = box(regionElement());
    const whole = x >= 0 && y >= 0 && x + width <= innerWidth + 1 && y + height <= innerHeight + 1;
    return { x, y, width, height, innerWidth, innerHeight, whole };
  }

  /** A reading that nobody waits for, and the box: what a picture of this moment shows. */
  function describe() {
    if (!session) return null;
    const now = performance.now();
    lookAgain(now);
    looksEverywhere(now);
    if (isBlocked(session.seen)) session.still = now;
    const quiet = now - session.still;
    const { seen } = session;
    const controls = withFlips(seen.account, quiet);
    session.hand.keepSettled();
    const page = { ...seen.page, ...restFor(controls) };
    return { reading: { ...newReading(quiet, quiet >= BOUND), ...seen, page, controls }, box: regionBox() };
  }

  function newReading(quiet, final) {
    return { v: 1, id: newId(), observedAt: Date.now(), quiet: Math.round(quiet), final };
  }

  async function send(seen, quiet, final, round) {
    if (sent >= READINGS_MAX) return;
    sent += 1;
    const asker = session;
    const answer = await deliver({ type: 'reading', reading: { ...newReading(quiet, final), ...seen } });
    if (session !== asker || !session) return;
    if (answer?.enough !== false) session.hand.keepSettled();
    if (answer?.enough !== true) return;
    session.read = true;
    if (session.round === round) session.round = null;
  }

  /** Said once a session: what fails once fails at every tick. */
  function fail(error) {
    if (session.failed || sent >= READINGS_MAX) return;
    session.failed = true;
    sent += 1;
    void deliver({
      type: 'reading',
      reading: {
        ...newReading(0, true),
        failed: String(error?.name ?? 'error').slice(0, 64),
        page: { url: location.href.slice(0, 2_048) },
      },
    });
  }

  function beLeftBehind() {
    if (session) stop();
    return null;
  }

  const pause = (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    });

  /**
   * In the order of seeing: what has to be told again must not come behind what was seen after it, as if that had been before. What is
   * never answered keeps nothing back for good.
   */
  function deliver(message) {
    told = Promise.race([told, pause(IN_ORDER)]).then(() => tell(message));
    return told;
  }

  /** The worker may be starting; an extension that was reloaded has left us behind, and then there is nobody to tell. */
  async function tell(message) {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        return await chrome.runtime.sendMessage(message);
      } catch {
        if (!chrome.runtime?.id) return beLeftBehind();
        await pause(1_000);
      }
    }
    return null;
  }

  /** What stood still while nobody could draw on it has not stood still. */
  function reopen() {
    if (!session) return;
    const now = performance.now();
    session.round = newRound(now);
    session.still = now;
    session.dirty = true;
  }

  const { listen, visibility } = ours.natives;
  /* A hidden page may have put off drawing; a frozen page, or one out of the back-forward cache, may be hours old. */
  listen(document, 'visibilitychange', () => {
    if (visibility() === 'visible' && !session?.read) reopen();
  });
  listen(document, 'resume', reopen);
  listen(window, 'pageshow', (event) => {
    if (event.persisted) {
      start();
      reopen();
    }
  });

  /** Was enough seen since this address was reached, or told that it could not be? */
  const isRead = () => session !== null && (session.read || session.failed);

  /* This is the extension's own global object, not the page's. */
  Object.defineProperty(globalThis, Symbol.for('consentlog.reader'), {
    value: Object.freeze({ start, describe, isRead }),
  });
  start();
}

/* The script's result, for whoever injected it: it runs here, and this is how far it has come. */
({ read: globalThis[Symbol.for('consentlog.reader')].isRead() });
