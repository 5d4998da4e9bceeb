// LinkedIn's own clock: the `Date` header of the document that a tab shows the setting with. Only headers are looked at, of the setting's own main
// document, and nothing is changed or held up.

import { createRecord } from '../record.js';

/** @typedef {{path: string, date: number | null, at: number}} Answer date: null where it had none that counts */

const KEY = 'answers';
const TABS_MAX = 20;
/** Of a tab: a page may still speak when the next one is on its way. */
const ANSWERS_MAX = 4;
/** Between the beginning of a load and its answer. */
const ANSWER_MS = 120_000;
/** So much may the two clocks differ by which a load's beginning and its answer are told. */
const EARLY_MS = 100;
/** The one form that servers send (RFC 9110, IMF-fixdate). */
const FORM = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** They bring no document: the next answer does. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export const ANSWERS_OF = Object.freeze({ urls: ['https://www.linkedin.com/mypreferences/*'], types: ['main_frame'] });

/** @param {{name: string, value?: string}[]} headers @returns {number | null} where one is sent, and only one */
export function dateIn(headers) {
  const [only, ...more] = headers.filter(({ name }) => name.toLowerCase() === 'date');
  if (!only?.value || more.length > 0 || !FORM.test(only.value)) return null;
  const date = Date.parse(only.value);
  // A day or an hour that there is not would become another.
  return date > 0 && new Date(date).toUTCString() === only.value ? date : null;
}

/** @param {{isSettingAddress: (url: string) => boolean}} parts */
export function createServerDate({ isSettingAddress }) {
  const record = createRecord(KEY, /** @type {Record<string, Answer[]>} */ ({}), () => chrome.storage.session);

  return {
    /**
     * For webRequest.onResponseStarted: Chromium says only from then on whether an answer came out of the cache, which has the date of another day.
     * @param {{tabId: number, url: string, statusCode: number, fromCache?: boolean, timeStamp: number, responseHeaders?: any[]}} details
     */
    async onAnswer({ tabId, url, statusCode, fromCache, timeStamp, responseHeaders }) {
      if (tabId < 0 || !isSettingAddress(url) || REDIRECTS.has(statusCode)) return;
      const date = fromCache === true || statusCode !== 200 ? null : dateIn(responseHeaders ?? []);
      const answer = { path: new URL(url).pathname, date, at: Math.round(timeStamp) };
      await record.update((before) => {
        const others = Object.entries(before).filter(([id]) => id !== String(tabId));
        const own = [...(before[tabId] ?? []), answer].slice(-ANSWERS_MAX);
        return Object.fromEntries([...others.slice(1 - TABS_MAX), [tabId, own]]);
      });
    },

    /**
     * The observation with the server's date, where it is of this very load.
     * @template {import('../../shared/protocol.js').Observation} O
     * @param {O} observation @param {number | undefined} tabId @returns {Promise<O>}
     */
    async apply(observation, tabId) {
      const page = /** @type {any} */ (observation.page);
      if (tabId === undefined || page.navigation !== 'load') return observation;
      const after = (/** @type {Answer} */ { at }) => at - Date.parse(page.loaded_at);
      const near = ((await record.read())[tabId] ?? [])
        .filter((one) => after(one) >= -EARLY_MS && after(one) <= ANSWER_MS)
        .sort((a, b) => a.at - b.at);
      /* An earlier one is of the load before, where this one has an answer of its own. */
      const answer = near.find((one) => after(one) >= 0) ?? near.at(-1);
      if (!answer || answer.date === null || new URL(page.url).pathname !== answer.path) return observation;
      return { ...observation, page: { ...page, server_date: new Date(answer.date).toISOString() } };
    },
  };
}
