/*
 * The text of a document's main part, normalised as docs/documents.md has it.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const { nodeType, childNodes, data, tag, matches, isVisible } = ours.natives;

  const TEXT_MAX = 1_200_000; /* a little more than is ever kept, so that the judge can say "too long" */

  const LEFT_OUT =
    'script,style,template,noscript,svg,math,canvas,iframe,object,embed,video,audio,img,button,input,select,' +
    'textarea,nav,dialog,[role~="navigation" i],[role~="dialog" i],[role~="alertdialog" i],[aria-modal="true" i],[aria-hidden="true" i]';
  const BLOCKS = new Set(
    (
      'address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption ' +
      'figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu ol p pre section summary table tbody td tfoot th ' +
      'thead tr ul'
    ).split(' '),
  );
  /* Help pages say how long ago they were changed, in words that change every day. */
  const AGES =
    /^(?:last updated|zuletzt aktualisiert|dernière mise à jour)\s*:?\s.*\b(?:ago|vor|il y a|today|yesterday|heute|gestern|aujourd.hui|hier)\b.*$/i;

  const isShown = (element) => isVisible(element, { visibilityProperty: true });

  function collect(node, parts) {
    for (const child of childNodes(node)) {
      if (nodeType(child) === 3) parts.push(data(child));
      else if (nodeType(child) === 1) collectElement(child, parts);
    }
  }

  function collectElement(element, parts) {
    if (tag(element) === 'br') {
      parts.push('\n');
      return;
    }
    if (matches(element, LEFT_OUT) || !isShown(element)) return;
    const block = BLOCKS.has(tag(element));
    if (block) parts.push('\n');
    collect(element, parts);
    if (block) parts.push('\n');
  }

  function textOf(main) {
    const parts = [];
    collect(main, parts);
    /* A line break in the source is a space; one of ours is a line break. */
    const lines = parts
      .map((part) => (part === '\n' ? part : part.replace(/\s+/gu, ' ')))
      .join('')
      .normalize('NFC')
      .replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/gu, '')
      .split('\n');
    return lines
      .map((line) => line.replace(/\s+/gu, ' ').trim())
      .filter((line) => line !== '' && !AGES.test(line))
      .join('\n')
      .slice(0, TEXT_MAX);
  }

  ours.documentText ??= Object.freeze({ isShown, textOf });
}
