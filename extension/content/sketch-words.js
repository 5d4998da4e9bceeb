/*
 * What a sketch may say of a page's words. What it may never contain is text: it becomes "Text" unless it is one of the setting's own
 * published titles and labels, or a word for a state, which come with the injection.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const { parent, text: textOf, data } = ours.natives;

  const SENTENCE = 20; /* as in rest.js: so much text, without its blanks, is an explanation */

  const plain = (text) =>
    String(text ?? '')
      .normalize('NFKC')
      .replace(/[’‘ʼ`´]/gu, "'")
      .replace(/[\s\u00ad\u200b-\u200f\u2060]+/gu, ' ')
      .trim()
      .toLowerCase();
  const escape = (text) =>
    text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

  /* As in background/setting/wording.js: what every known label speaks of. */
  const AI = /(?:^|[^\p{L}])(?:gen)?(?:ai|ki|ia)(?:$|[^\p{L}])|intelligen[czt]|inteligen[czct]|tekoäly/u;

  /* As there too: the word for data in any language. */
  const DATA =
    /data|(?:^|\P{L})dat[eio](?:$|\P{L})|daten|données|gegevens|dados|datos|danych|dane(?:$|\P{L})|tieto|tiedo|adat|(?:^|\P{L})veri|dữ liệu|дан[иіны]|δεδομέν|بيانات|داده|נתוני|डेटा|ডেটা|ਡਾਟਾ|ਡੇਟਾ|డేటా|ข้อมูล|データ|데이터|数据|數據|資料|资料/u;
  /* A name that a program made up, as there: it says nothing. */
  const MADE_UP = /^[\w.:-]*\d[\w.:-]*$/;
  const WAY_BACK = /^(?:back|zurück|retour|terug|wstecz|voltar|zpět|volver|atrás)\b/u;

  /** The same words stay the same number, and others differ. */
  function createNumbers() {
    const numbers = new Map();
    return function numbered(said, filler) {
      if (!numbers.has(said)) numbers.set(said, numbers.size + 1);
      const number = numbers.get(said);
      return number === 1 ? filler : `${filler} ${number}`;
    };
  }

  /* A banner about cookies is told from other dialogs by that word, a switch with new words from another one by those of AI and data, an
     explanation by how it ends. */
  function filler(said, numbered) {
    if (/cookie/.test(said)) return 'Cookies';
    if (WAY_BACK.test(said)) return 'Back';
    if (MADE_UP.test(said)) return numbered(said, 'id-0').replace(' ', '-');
    const about = [AI.test(said) ? ' about AI' : '', DATA.test(said) ? ' about data' : ''].join('');
    const long = said.replace(/\s/g, '').length >= SENTENCE;
    return (
      numbered(said, long ? `Text of a sentence${about} that stood here` : `Text${about}`) +
      (/[.!?。？！।؟…]$/u.test(said) ? '.' : '')
    );
  }

  /** @param {{known: string[], exactly: string[]}} given published wordings; words for a state */
  function createWords({ known, exactly }) {
    const numbered = createNumbers();
    const stateWords = new Set(exactly.map(plain));
    const published = new Map(known.map((words) => [plain(words), words]));

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
      if (!begun) return filler(said, numbered);
      return published.get(begun) + (said[begun.length] === '.' ? '. Text' : ' Text');
    }

    /** Pieces of one wording that the page has split over elements. */
    function isPiece(node) {
      for (let at = parent(node), up = 0; at && up < 3; at = parent(at), up += 1)
        if (published.has(plain(textOf(at)))) return true;
      return false;
    }

    function drawText(node) {
      const said = data(node);
      if (plain(said) === '') return /\s/.test(said) ? '\n' : '';
      if (!isPiece(node)) return escape(placeholder(said));
      return escape(said.replace(/\s+/g, ' '));
    }

    return { placeholder, drawText };
  }

  ours.sketchWords ??= Object.freeze({ escape, createWords });
}
