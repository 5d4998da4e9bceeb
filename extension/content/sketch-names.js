/*
 * What a sketch may say of ids, keys and classes: that two are the same. A settings key made of well-known words stays.
 */
'use strict';

{
  const ours = globalThis[Symbol.for('consentlog.content')];
  const { classes } = ours.natives;

  const CLASSES_MAX = 3;

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

  /** @param {string[]} keyWords what a settings key may consist of */
  function createNames(keyWords) {
    const vocabulary = new Set(keyWords);
    const mapped = new Map();
    const classNames = new Map();

    /** A settings key made of well-known words stays; in any other the strange words go; what is no key becomes a number. */
    function reference(value) {
      if (!mapped.has(value)) {
        const words = wordsOf(value);
        const number = mapped.size + 1;
        if (!isKey(value)) mapped.set(value, `i${number}`);
        else if (words.every((word) => vocabulary.has(word))) mapped.set(value, value);
        else
          mapped.set(value, [...words.map((word) => (vocabulary.has(word) ? word : 'xx')), letters(number)].join('-'));
      }
      return mapped.get(value);
    }

    function className(name) {
      if (!classNames.has(name)) classNames.set(name, `c${classNames.size + 1}`);
      return classNames.get(name);
    }

    return {
      references: (value) => value.split(/\s+/).filter(Boolean).slice(0, 4).map(reference).join(' '),
      classesOf: (element) => classes(element).slice(0, CLASSES_MAX).map(className).join(' '),
    };
  }

  ours.sketchNames ??= Object.freeze({ createNames });
}
