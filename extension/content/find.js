/*
 * Finds what might be the switch, and what the page is made of: in the document's own tree first, for browsers find that
 * fast; in shadow roots and in the site's own frames where the whole tree has to be walked.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const {
    hasAttr,
    matches,
    tag,
    all,
    some,
    byTag,
    contains,
    isBefore,
    type,
    isHtml,
    shadowRoot,
    closedRoot,
    walker,
    ownDocument,
    writtenDocument,
    labels,
  } = ours.natives;
  const { roleOf } = ours.role;
  const { MAIN, MAINS, regionOf, isOwn, isShown } = ours.places;

  const LIST_MAX = 1_000; /* putting ten thousand in order takes as long as a page may stand still */
  const CLOSED_MAX = 500; /* empty elements that are asked for a closed root: asking is slow */
  const CODES_MAX = 400;
  const DEPTH_MAX = 6;
  const HEADINGS_MAX = 100;

  const HOST =
    /-|^(?:div|span|section|article|p|main|header|footer|nav|aside|blockquote|h[1-6])$/; /* may have a shadow root (DOM) */
  /* Other ways to ask than a switch: not read, but known to be there. */
  const CHOICES = ['radio', 'combobox', 'listbox', 'menuitemcheckbox', 'menuitemradio'];
  const IN_CHOICES = new Set([...CHOICES, 'option', 'treeitem']);

  /** Open shadow roots under `root`. Walks every element: there is no selector for a host. A walker does it in a third of the time of a list. */
  function shadowRootsUnder(root, depth = 0) {
    if (depth >= DEPTH_MAX) return [];
    const roots = [];
    const steps = walker(root, NodeFilter.SHOW_ELEMENT);
    for (let element = steps.nextNode(); element; element = steps.nextNode()) {
      const inside = shadowRoot(element);
      if (inside !== null) roots.push(inside, ...shadowRootsUnder(inside, depth + 1));
    }
    return roots;
  }

  /** What is closed is not read, but it is known to be there; those in the main part first. @param {(Document | ShadowRoot)[]} trees */
  function closedRoots(trees = [document]) {
    const bare = [`:is(${MAIN}) :empty`, ':empty'].flatMap((selector) => trees.flatMap((tree) => all(tree, selector)));
    const hosts = [...new Set(bare.filter((e) => HOST.test(tag(e))))].slice(0, CLOSED_MAX).filter(isShown);
    return hosts.map(closedRoot).filter(Boolean);
  }

  const hasSwitch = ({ controls, stated }) => controls.length + stated.length > 0;

  /** How many closed roots have a switch in them, however deep. */
  function closedSwitches(trees, depth = 0) {
    if (depth >= DEPTH_MAX) return 0;
    return closedRoots(trees).filter((root) => {
      const inside = [root, ...shadowRootsUnder(root)];
      return inside.some((tree) => hasSwitch(survey(tree))) || closedSwitches(inside, depth + 1) > 0;
    }).length;
  }

  /** Each element once, in the order of the tree. Of a list without end, so many that what it leads to is "too many". */
  function merge(...lists) {
    const filled = lists.filter((list) => list.length > 0).map((list) => list.slice(0, LIST_MAX));
    return filled.length > 1
      ? [...new Set(filled.flat())].sort((a, b) => (isBefore(a, b) ? -1 : 1))
      : (filled[0] ?? []);
  }

  /** By role, all in one walk of the browser's. */
  function rolesIn(root) {
    const roles = new Map();
    for (const element of all(root, '[role]')) {
      const role = roleOf(element);
      if (!roles.has(role)) roles.set(role, []);
      roles.get(role).push(element);
    }
    return (role) => roles.get(role) ?? [];
  }

  /* A field to write in is none, by whatever role. */
  const isWritten = (input) =>
    matches(input, '[type="text" i],[type="search" i],:not([type])') &&
    ['combobox', 'searchbox', 'textbox'].includes(roleOf(input));

  const isSwitchLike = (input) => type(input) === 'checkbox' || (hasAttr(input, 'role') && !isWritten(input));

  /**
   * What one tree holds. One tag or one attribute at a time: browsers find these ten times faster than the same in one list
   * of selectors.
   */
  function survey(root) {
    const withRole = rolesIn(root);
    const inputs = byTag(root, 'input').filter(isHtml);
    const pressed = all(root, '[aria-pressed]');
    return {
      controls: merge(
        inputs.filter(isSwitchLike),
        withRole('switch'),
        withRole('checkbox'),
        pressed.filter((e) => tag(e) === 'button' || roleOf(e) === 'button'),
      ),
      stated: [...all(root, '[aria-checked]'), ...pressed].filter((e) => !IN_CHOICES.has(roleOf(e))),
      headings: merge(...['h1', 'h2', 'h3'].map((name) => byTag(root, name)), withRole('heading')).slice(
        0,
        HEADINGS_MAX,
      ),
      mains: outermost(merge(byTag(root, 'main'), withRole('main'))),
      busy: [...all(root, '[aria-busy="true" i]'), ...withRole('progressbar'), ...byTag(root, 'progress')],
      live: merge(withRole('alert'), withRole('status'), all(root, '[aria-live]')),
      inputs,
      forms: byTag(root, 'form'),
      frames: byTag(root, 'iframe').filter(isHtml),
      codes: some(root, 'code', CODES_MAX),
      buttons: [
        ...byTag(root, 'button'),
        ...withRole('button'),
        ...inputs.filter((e) => ['submit', 'button'].includes(type(e))),
      ],
      choices: [...inputs.filter((e) => type(e) === 'radio'), ...byTag(root, 'select'), ...CHOICES.flatMap(withRole)],
    };
  }

  /** A main part may stand in another one: they are one. In order of the tree what contains comes before what it contains. */
  const outermost = (mains) =>
    mains.filter((main, index) => !mains.slice(0, index).some((other) => contains(other, main)));

  /**
   * Frames that LinkedIn itself serves. One written by script has no address and may be anybody's: it is never where the switch is found;
   * but in the page's main part what stands in it is seen beside the switch.
   */
  function framesUnder(frames) {
    const found = { readable: [], written: [], closed: 0 };
    for (const frame of frames) {
      if (!isOwn(regionOf(frame)) || !isShown(frame)) continue;
      const inside = ownDocument(frame);
      if (inside) found.readable.push(inside);
      else if (regionOf(frame) === 'main') {
        found.closed += 1;
        found.written.push(...[writtenDocument(frame)].filter(Boolean));
      }
    }
    return found;
  }

  ours.find ??= Object.freeze({
    LIST_MAX,
    MAINS,
    merge,
    survey,
    shadowRootsUnder,
    closedRoots,
    closedSwitches,
    framesUnder,
    labels,
  });
}
