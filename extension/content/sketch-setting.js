/*
 * Draws the structure of the page as text: which elements, roles, types and ARIA states, what is hidden, what refers to what.
 * Injected only when the member asks for it. What it may never contain: text, names, addresses, ids and classes as they
 * are. Text becomes "Text" unless it is one of the setting's own published titles and labels, which come with the
 * injection under Symbol.for('consentlog.known') together with the words for its states and the words that a settings key
 * may consist of.
 * It adds nothing to the page. Its value is the script's result.
 */
'use strict';

(() => {
  const NODES_MAX = 4_000;
  const DEPTH_MAX = 80;
  const CLASSES_MAX = 3;
  const SENTENCE = 20; /* as in read-setting.js: so much text, without its blanks, is an explanation */
  const { known, exactly, keyWords } = globalThis[Symbol.for('consentlog.known')] ?? {
    known: [],
    exactly: [],
    keyWords: [],
  };
  const vocabulary = new Set(keyWords);

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
  const REBUILD =
    '<script>(function open(root){for(const t of root.querySelectorAll("template[data-shadow]")){' +
    'const s=t.parentNode.attachShadow({mode:t.dataset.shadow||"open"});s.append(t.content.cloneNode(true));t.remove();open(s)}' +
    'for(const e of root.querySelectorAll("[data-mixed]"))e.indeterminate=true;' +
    'for(const f of root.querySelectorAll("iframe[data-frame]"))f.addEventListener("load",()=>{const d=f.contentDocument;' +
    'd.body.replaceChildren(document.getElementById(f.dataset.frame).content.cloneNode(true));open(d)},{once:true})' +
    '})(document)</script>';

  /* ---- words ---- */

  const plain = (text) =>
    String(text ?? '')
      .normalize('NFKC')
      .replace(/[’‘ʼ`´]/gu, "'")
      .replace(/[\s\u00ad\u200b-\u200f\u2060]+/gu, ' ')
      .trim()
      .toLowerCase();
  const stateWords = new Set(exactly.map(plain));
  const published = new Map(known.map((words) => [plain(words), words]));
  const escape = (text) =>
    text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

  const numbers = new Map();

  /** The same words stay the same, and others differ. */
  function numbered(said, filler) {
    if (!numbers.has(said)) numbers.set(said, numbers.size + 1);
    const number = numbers.get(said);
    return number === 1 ? filler : `${filler} ${number}`;
  }

  /* As in background/setting/wording.js: what every known label speaks of. */
  const AI = /(?:^|[^\p{L}])(?:gen)?(?:ai|ki|ia)(?:$|[^\p{L}])|intelligen[czt]|inteligen[czct]|tekoäly/u;

  /* As there too: the word for data in any language. */
  const DATA =
    /data|(?:^|\P{L})dat[eio](?:$|\P{L})|daten|données|gegevens|dados|datos|danych|dane(?:$|\P{L})|tieto|tiedo|adat|(?:^|\P{L})veri|dữ liệu|дан[иіны]|δεδομέν|بيانات|داده|נתוני|डेटा|ডেটা|ਡਾਟਾ|ਡੇਟਾ|డేటా|ข้อมูล|データ|데이터|数据|數據|資料|资料/u;
  const WAY_BACK = /^(?:back|zurück|retour|terug|wstecz|voltar|zpět|volver|atrás)\b/u;

  /* A banner about cookies is told from other dialogs by that word, a switch with new words from another one by those of AI and data, an
     explanation by how it ends. */
  function filler(said) {
    if (/cookie/.test(said)) return 'Cookies';
    if (WAY_BACK.test(said)) return 'Back';
    const about = [AI.test(said) ? ' about AI' : '', DATA.test(said) ? ' about data' : ''].join('');
    const long = said.replace(/\s/g, '').length >= SENTENCE;
    return (
      numbered(said, long ? `Text of a sentence${about} that stood here` : `Text${about}`) +
      (/[.!?。？！।؟…]$/u.test(said) ? '.' : '')
    );
  }

  /** A published wording with no more than words for a state beside it, as it is. */
  function isWithState(said) {
    const one = [...published.keys()].find((wording) => said.includes(wording));
    return (
      one !== undefined &&
      said
        .replace(one, ' ')
        .split(/[^\p{L}\p{M}]+/u)
        .filter(Boolean)
        .every((word) => stateWords.has(word))
    );
  }

  /** A published wording cut short; but no single word, which might be a name. */
  const isBeginning = (said) => said.includes(' ') && [...published.keys()].some((one) => one.startsWith(`${said} `));

  /** A published wording, as it is, cut short or with something more; or nothing that may be shown. */
  function placeholder(text) {
    const said = plain(text);
    if (said === '') return '';
    if (published.has(said)) return published.get(said);
    if (isWithState(said)) return text.replace(/\s+/gu, ' ').trim();
    if (stateWords.has(said) || isBeginning(said)) return said;
    const words = said.split(/[^\p{L}\p{M}]+/u).filter(Boolean);
    const last = words[words.length - 1];
    if (words.length <= 6 && stateWords.has(last)) return `Text: ${last}`;
    const begun = [...published.keys()].find((one) => said.startsWith(`${one} `) || said.startsWith(`${one}.`));
    if (!begun) return filler(said);
    return published.get(begun) + (said[begun.length] === '.' ? '. Text' : ' Text');
  }

  /** Pieces of one wording that the page has split over elements. */
  function isPiece(node) {
    for (let at = node.parentElement, up = 0; at && up < 3; at = at.parentElement, up += 1)
      if (published.has(plain(at.textContent))) return true;
    return false;
  }

  function drawText(node) {
    if (plain(node.data) === '') return /\s/.test(node.data) ? '\n' : '';
    if (!isPiece(node)) return escape(placeholder(node.data));
    return escape(node.data.replace(/\s+/g, ' '));
  }

  /* ---- ids and keys ---- */

  const mapped = new Map();
  const wordsOf = (name) =>
    name
      .replace(/([a-z\d])([A-Z])/g, '$1 $2')
      .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z]+/)
      .filter(Boolean);
  const isKey = (value) =>
    value.length <= 128 &&
    (/^[a-z]{2,}(?:[A-Z][a-z]+|[A-Z]{2,4}(?![a-z]))+$/.test(value) || /^[a-z]{2,}(?:[-_][a-z]+)+$/i.test(value));
  /* Begun so that they never make a word: `ad` and `ai` would tell of another setting. */
  const letters = (number) => String.fromCharCode(120, 97 + (Math.floor(number / 26) % 26), 97 + (number % 26));

  /** A settings key made of well-known words stays; in any other the strange words go; what is no key becomes a number. */
  function reference(value) {
    if (!mapped.has(value)) {
      const words = wordsOf(value);
      const number = mapped.size + 1;
      if (!isKey(value)) mapped.set(value, `i${number}`);
      else if (words.every((word) => vocabulary.has(word))) mapped.set(value, value);
      else mapped.set(value, [...words.map((word) => (vocabulary.has(word) ? word : 'xx')), letters(number)].join('-'));
    }
    return mapped.get(value);
  }

  const references = (value) => value.split(/\s+/).filter(Boolean).slice(0, 4).map(reference).join(' ');

  const classes = new Map();

  function classesOf(element) {
    return [...element.classList]
      .slice(0, CLASSES_MAX)
      .map((name) => {
        if (!classes.has(name)) classes.set(name, `c${classes.size + 1}`);
        return classes.get(name);
      })
      .join(' ');
  }

  /* ---- one element ---- */

  function pathOf(url) {
    try {
      return new URL(url, location.href).pathname;
    } catch {
      return '';
    }
  }

  /** The parts of an input's state that its markup may not say any more. */
  function inputAttributes(element) {
    if (element.localName !== 'input') return [];
    return [
      ['type', element.type],
      ...(element.checked ? [['checked', '']] : []),
      ...(element.indeterminate ? [['data-mixed', '']] : []),
    ];
  }

  function styleOf(element) {
    const style = getComputedStyle(element);
    if (style.display === 'none' && !element.hidden) return 'display:none';
    const above = element.parentElement ? getComputedStyle(element.parentElement).visibility : 'visible';
    if (style.visibility === 'hidden' && above !== 'hidden') return 'visibility:hidden';
    return style.cursor === 'pointer' && !element.closest('a') ? 'cursor:pointer' : '';
  }

  /* As in read-setting.js: a link to read more, or one that may lead to the switch. */
  const READ_MORE = /^\/(?:help|legal)\/|^\/mypreferences\/[dm]\/categories(?:\/|$)/;

  function leadsAway({ protocol, hostname, pathname }) {
    return /^https?:$/.test(protocol) && (hostname !== location.hostname || READ_MORE.test(pathname));
  }

  function specialAttributes(element) {
    const { localName: tag } = element;
    const action = tag === 'form' ? ACTIONS.exec(pathOf(element.getAttribute('action') ?? ''))?.[0] : undefined;
    const style = styleOf(element);
    return [
      ...(tag === 'a' && element.hasAttribute('href') ? [['href', leadsAway(element) ? '/help/' : '']] : []),
      ...(tag === 'img' ? [['alt', element.alt ? 'Text' : '']] : []),
      ...(action ? [['action', action]] : []),
      ...(element.hasAttribute('aria-label') ? [['aria-label', placeholder(element.getAttribute('aria-label'))]] : []),
      ...(element.hasAttribute('onclick') ? [['onclick', '']] : []),
      ...(style ? [['style', style]] : []),
    ];
  }

  function attributesOf(element) {
    const word = (name) => element.getAttribute(name)?.trim() ?? '';
    const list = [
      ...WORDS_ONLY.filter((name) => /^[a-z0-9 -]{0,24}$/i.test(word(name)) && element.hasAttribute(name)).map(
        (name) => [name, word(name)],
      ),
      ...REFERENCES.filter((name) => word(name)).map((name) => [name, references(word(name))]),
      ...FLAGS.filter((name) => element.hasAttribute(name)).map((name) => [name, '']),
      ...(element.classList.length ? [['class', classesOf(element)]] : []),
      ...inputAttributes(element),
      ...specialAttributes(element),
    ];
    return list.map(([name, value]) => (value === '' ? ` ${name}` : ` ${name}="${escape(value)}"`)).join('');
  }

  /* ---- the tree ---- */

  const frames = [];
  let nodes = 0;

  function frameDocument(frame) {
    try {
      const inside = frame.contentDocument;
      return inside?.location.origin === location.origin && inside.location.protocol === 'https:' ? inside : null;
    } catch {
      return null;
    }
  }

  function drawFrame(frame, depth) {
    const inside = frameDocument(frame);
    const asks = /captcha|\/checkpoint\/challenge|arkoselabs/i.test(frame.src);
    if (!inside) return `<iframe src="about:blank${asks ? '#captcha' : ''}"${attributesOf(frame)}></iframe>`;
    const name = `frame${frames.length + 1}`;
    frames.push('');
    frames[frames.length - 1] = `<template id="${name}">${drawChildren(inside.body, depth + 1)}</template>`;
    return `<iframe src="/replica/frame" data-frame="${name}"${attributesOf(frame)}></iframe>`;
  }

  function drawChildren(parent, depth) {
    return [...(parent?.childNodes ?? [])].map((child) => drawNode(child, depth)).join('');
  }

  function drawNode(node, depth) {
    if (node.nodeType === 3) return drawText(node);
    if (node.nodeType !== 1 || LEFT_OUT.has(node.localName) || !/^[a-z][a-z0-9-]{0,40}$/.test(node.localName))
      return '';
    nodes += 1;
    if (nodes > NODES_MAX || depth > DEPTH_MAX) return '';
    return node.localName === 'iframe' ? drawFrame(node, depth) : drawElement(node, depth);
  }

  /** Of a closed root only an extension is told. */
  function drawShadow(element, depth) {
    const closed = element.shadowRoot
      ? null
      : (globalThis.chrome?.dom?.openOrClosedShadowRoot?.(element) ?? element.openOrClosedShadowRoot);
    const root = element.shadowRoot ?? closed;
    return root ? `<template data-shadow${closed ? '="closed"' : ''}>${drawChildren(root, depth + 1)}</template>` : '';
  }

  function drawElement(element, depth) {
    const { localName: tag } = element;
    const open = `<${tag}${attributesOf(element)}>`;
    if (VOID.has(tag)) return open;
    const shadow = element instanceof HTMLElement ? drawShadow(element, depth) : '';
    return `${open}${shadow}${NOTHING_INSIDE.has(tag) ? '' : drawChildren(element, depth + 1)}</${tag}>`;
  }

  const tag = (value) => (/^[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*$/.test(value ?? '') ? value : '');
  const language = tag(document.documentElement.lang);
  const locale = tag(document.querySelector('meta[name="i18nLocale"]')?.getAttribute('content'));
  const body = drawChildren(document.body, 0);
  const bodyAttributes = document.body ? attributesOf(document.body) : '';
  return [
    '<!doctype html>',
    `<html${language ? ` lang="${language}"` : ''}>`,
    `<head><meta charset="utf-8"><title>${escape(placeholder(document.title.replace(/ [|] LinkedIn$/, '')))}</title>` +
      `${locale ? `<meta name="i18nLocale" content="${locale}">` : ''}</head>`,
    `<body${bodyAttributes}>${body}${frames.join('')}`,
    ...(/data-(?:shadow|mixed|frame)/.test(body) ? [REBUILD] : []),
    '</body>',
    '</html>',
  ]
    .join('\n')
    .replace(/\n{2,}/g, '\n');
})();
