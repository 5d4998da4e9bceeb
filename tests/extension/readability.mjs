// How hard a text is to read, by the figure of its language: Flesch's reading ease (1948), Amstad's for German (1978), Kandel and
// Moles' for French (1958). The higher, the easier; below 30 is a scientific paper, above 60 plain language. Syllables are groups of
// vowels, which is near enough for a mean over thousands of words.

const VOWELS = /[aeiouyäöüàâéèêëîïôûùœæ]+/giu;
/** At the end of an English or French word it is silent, except where it is the only vowel. */
const SILENT = { en: /(?<=[^aeiouy])e(?:s|d)?$/iu, fr: /(?<=[^aeiouyéè])(?:e|es|ent)$/iu };

/** @param {string} word @param {'en' | 'de' | 'fr'} language */
export function syllables(word, language) {
  const spoken = word.replace(/([qg])u(?=[aeiouéèê])/giu, '$1');
  const heard = SILENT[language] ? spoken.replace(SILENT[language], '') : spoken;
  return Math.max(1, (heard.match(VOWELS) ?? []).length);
}

const FIGURES = {
  en: (length, weight) => 206.835 - 1.015 * length - 84.6 * weight,
  de: (length, weight) => 180 - length - 58.5 * weight,
  fr: (length, weight) => 207 - 1.015 * length - 73.6 * weight,
};

/** @param {string[]} texts @param {'en' | 'de' | 'fr'} language @returns {{ease: number, longest: string}} */
export function readability(texts, language) {
  const sentences = texts
    .flatMap((text) => text.split(/(?<=[.!?:;])\s+/u))
    .map((sentence) => sentence.match(/\p{L}[\p{L}’-]*/gu) ?? [])
    .filter((words) => words.length > 0);
  const words = sentences.flat();
  const length = words.length / sentences.length;
  const weight = words.reduce((sum, word) => sum + syllables(word, language), 0) / words.length;
  const [longest] = [...sentences].sort((a, b) => b.length - a.length);
  return { ease: FIGURES[language](length, weight), longest: longest.join(' ') };
}
