// "Help mend this": a sketch of a page that was not recognised, structure only, as a file for tests/replica/pages. The page's
// script draws it; what it expects is what the judge said.

import { CodedError } from '../../shared/errors.js';
import { judge } from './judge.js';
import { KEY_WORDS } from './key.js';
import { STATE_WORDS, WORDING } from './wording.js';
import { DESCRIBE_FILES, READER_FILES, run, runFiles, SKETCH_FILES } from './reader-files.js';

const ADDRESS = '/mypreferences/d/settings/data-for-ai-improvement';

const words = () => Object.values(WORDING).flatMap(({ title, label }) => (label ? [title, label] : [title]));

/** @param {any} described @param {URL} url */
export function headOf(described, url) {
  /* Sketched is what is there now: as if it had stood still for as long as it takes. */
  const observation = described ? judge({ ...described.reading, quiet: 60_000, final: true }) : null;
  const expect = { state: observation?.state ?? 'unknown', reason: observation?.reason ?? null };
  const { status } = described?.reading.page ?? {};
  return [
    '<!--',
    'shows: a sketch of a page as a member saw it: structure only, no text but the known labels',
    'known: the structure, as drawn by the extension',
    'guessed: every text that says only Text',
    `expect: ${JSON.stringify(expect)}`,
    ...(url.pathname === ADDRESS ? [] : [`address: ${url.pathname}`]),
    ...(Number.isInteger(status) && status !== 200 ? [`status: ${status}`] : []),
    '-->',
  ].join('\n');
}

/** @param {{isSettingAddress: (url: string) => boolean}} parts */
export function createSketcher({ isSettingAddress }) {
  return {
    /** @param {{tabId: number}} message @returns {Promise<{text: string}>} */
    async sketch({ tabId }) {
      const tab = await chrome.tabs.get(tabId).catch(() => null);
      if (!tab?.url || !isSettingAddress(tab.url)) throw new CodedError('tab-gone');
      await runFiles(tabId, READER_FILES);
      const described = await runFiles(tabId, DESCRIBE_FILES);
      await run(tabId, {
        args: [words(), [...STATE_WORDS], [...KEY_WORDS]],
        func: (/** @type {string[]} */ known, /** @type {string[]} */ exactly, /** @type {string[]} */ keyWords) => {
          /** @type {any} */ (globalThis)[Symbol.for('consentlog.known')] = { known, exactly, keyWords };
        },
      });
      const drawn = await runFiles(tabId, SKETCH_FILES);
      if (typeof drawn !== 'string') throw new CodedError('tab-gone');
      return { text: `${headOf(described, new URL(tab.url))}\n${drawn}\n` };
    },
  };
}
