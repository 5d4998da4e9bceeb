/*
 * Draws the structure of the page as text: which elements, roles, types and ARIA states, what is hidden, what refers to what.
 * Injected, after the files that it uses, only when the member asks for it. What it may never contain: text, names, addresses,
 * ids and classes as they are. What is published comes with the injection under Symbol.for('consentlog.known'), together with the
 * words for the setting's states and the words that a settings key may consist of.
 * It adds nothing to the page. Its value is the script's result.
 */
'use strict';

(() => {
  const NODES_MAX = 4_000;
  const DEPTH_MAX = 80;
  const ours = globalThis[Symbol.for('consentlog.content')];
  const {
    nodeType,
    tag,
    attr,
    one,
    childNodes,
    isHtml,
    shadowRoot,
    closedRoot,
    ownDocument,
    writtenDocument,
    src,
    bodyOf,
  } = ours.natives;
  const { regionOf } = ours.places;
  const { body: bodyElement, documentElement, title } = ours.natives;
  const { escape, createWords } = ours.sketchWords;
  const given = globalThis[Symbol.for('consentlog.known')] ?? { known: [], exactly: [], keyWords: [] };
  const words = createWords(given);
  const names = ours.sketchNames.createNames(given.keyWords);
  const attributesOf = (element) => ours.sketchElement.attributesOf(element, words, names);

  const NOTHING_INSIDE = new Set([
    'svg',
    'math',
    'canvas',
    'video',
    'audio',
    'object',
    'embed',
    'picture',
    'img',
    'code',
    'textarea',
  ]);
  const LEFT_OUT = new Set(['script', 'style', 'noscript', 'template', 'link', 'base', 'meta']);
  const VOID = new Set(['area', 'br', 'col', 'embed', 'hr', 'img', 'input', 'source', 'track', 'wbr']);
  const REBUILD =
    '<script>(function open(root){for(const t of root.querySelectorAll("template[data-shadow]")){' +
    'const s=t.parentNode.attachShadow({mode:t.dataset.shadow||"open"});s.append(t.content.cloneNode(true));t.remove();open(s)}' +
    'for(const e of root.querySelectorAll("[data-mixed]"))e.indeterminate=true;' +
    'for(const f of root.querySelectorAll("iframe[data-frame]")){const fill=()=>{const d=f.contentDocument;' +
    'd.body.replaceChildren(document.getElementById(f.dataset.frame).content.cloneNode(true));open(d)};' +
    'f.addEventListener("load",fill,{once:true});if(!f.hasAttribute("src"))fill()}' +
    '})(document)</script>';

  const frames = [];
  let nodes = 0;

  function drawFrame(frame, depth) {
    const inside = ownDocument(frame) ?? (regionOf(frame) === 'main' ? writtenDocument(frame) : null);
    const asks = /captcha|\/checkpoint\/challenge|arkoselabs/i.test(src(frame));
    if (!inside) return `<iframe src="about:blank${asks ? '#captcha' : ''}"${attributesOf(frame)}></iframe>`;
    const name = `frame${frames.length + 1}`;
    frames.push('');
    frames[frames.length - 1] = `<template id="${name}">${drawChildren(bodyOf(inside), depth + 1)}</template>`;
    const address = inside === ownDocument(frame) ? ' src="/replica/frame"' : '';
    return `<iframe${address} data-frame="${name}"${attributesOf(frame)}></iframe>`;
  }

  const drawChildren = (node, depth) =>
    node === null
      ? ''
      : childNodes(node)
          .map((child) => drawNode(child, depth))
          .join('');

  function drawNode(node, depth) {
    if (nodes > NODES_MAX) return '';
    if (nodeType(node) === 3) return words.drawText(node);
    if (nodeType(node) !== 1 || LEFT_OUT.has(tag(node)) || !/^[a-z][a-z0-9-]{0,40}$/.test(tag(node))) return '';
    nodes += 1;
    if (nodes > NODES_MAX || depth > DEPTH_MAX) return '';
    return tag(node) === 'iframe' ? drawFrame(node, depth) : drawElement(node, depth);
  }

  /** Of a closed root only an extension is told. */
  function drawShadow(element, depth) {
    const closed = closedRoot(element);
    const root = shadowRoot(element) ?? closed;
    return root ? `<template data-shadow${closed ? '="closed"' : ''}>${drawChildren(root, depth + 1)}</template>` : '';
  }

  function drawElement(element, depth) {
    const name = tag(element);
    const open = `<${name}${attributesOf(element)}>`;
    if (VOID.has(name)) return open;
    const shadow = isHtml(element) ? drawShadow(element, depth) : '';
    return `${open}${shadow}${NOTHING_INSIDE.has(name) ? '' : drawChildren(element, depth + 1)}</${name}>`;
  }

  const languageTag = (value) => (/^[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*$/.test(value ?? '') ? value : '');
  const meta = one(document, 'meta[name="i18nLocale"]');
  const language = languageTag(attr(documentElement(), 'lang'));
  const locale = languageTag(meta && attr(meta, 'content'));
  const top = bodyElement();
  const body = drawChildren(top, 0);
  return [
    '<!doctype html>',
    `<html${language ? ` lang="${language}"` : ''}>`,
    `<head><meta charset="utf-8"><title>${escape(words.placeholder(title().replace(/ [|] LinkedIn$/, '')))}</title>` +
      `${locale ? `<meta name="i18nLocale" content="${locale}">` : ''}</head>`,
    `<body${top ? attributesOf(top) : ''}>${body}${frames.join('')}`,
    ...(/data-(?:shadow|mixed|frame)/.test(body) ? [REBUILD] : []),
    '</body>',
    '</html>',
  ]
    .join('\n')
    .replace(/\n{2,}/g, '\n');
})();
