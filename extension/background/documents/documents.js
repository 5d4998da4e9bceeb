// "Keep today's terms": the documents that the member opens are kept, once they have turned it on. Nothing of this runs before.

import { documentAt, DOCUMENT_ORIGINS } from '../../shared/documents.js';
import { NO_DOCUMENTS } from '../../shared/stored.js';
import { judgeDocument } from './judge-document.js';
import { createRecord } from '../record.js';
import { DOCUMENT_FILES } from '../setting/reader-files.js';

/**
 * @typedef {import('../../shared/protocol.js').Kept} Kept
 * @typedef {import('../../shared/protocol.js').KeptDocument} KeptDocument
 * @typedef {import('../../shared/types.js').Documents} Documents
 */

/** @param {Documents} documents @param {string} id @param {import('./judge-document.js').Refusal | null} reason null: it was kept */
export function withOutcome(documents, id, reason) {
  const others = Object.fromEntries(Object.entries(documents.refused).filter(([name]) => name !== id));
  const refused = reason === null ? others : { ...others, [id]: { reason, at: new Date().toISOString() } };
  return { ...documents, refused };
}

/** @param {Documents} documents @param {Kept} kept @param {KeptDocument} document @returns {Documents} */
export function withKept(documents, { change, seq, previous, written }, { document: id, language, observed_at: at }) {
  const { languages, changes } = documents;
  const translated = id in languages && languages[id] !== language;
  const alert = change === 'changed' && written && !translated;
  return {
    ...documents,
    languages: { ...languages, [id]: language },
    changes: alert ? { ...changes, [id]: { seq, previous, at, seen: false } } : changes,
  };
}

/** @param {number} tabId @param {import('../../shared/documents.js').DocumentKind} kind */
async function inject(tabId, { mains }) {
  const target = { tabId };
  try {
    await chrome.scripting.executeScript({
      target,
      args: [[...mains]],
      func: (/** @type {string[]} */ selectors) => {
        /** @type {any} */ (globalThis)[Symbol.for('consentlog.mains')] = selectors;
      },
    });
    await chrome.scripting.executeScript({ target, files: [...DOCUMENT_FILES] });
  } catch {
    // The tab is gone, or is an error page: then there is nothing to read, and the time of a tab of ours runs out.
  }
}

export const createDocumentsRecord = () => createRecord('documents', NO_DOCUMENTS);

/**
 * @param {object} parts
 * @param {ReturnType<typeof createDocumentsRecord>} parts.record
 * @param {(document: KeptDocument) => Promise<void>} parts.keep into the outbox, and on its way
 * @param {{isBackgroundTab: (tabId: number | undefined) => Promise<boolean>, advance: (id: string, tabId: number | undefined) => Promise<void>,
 *   astray: (tabId: number, url: string) => Promise<void>, stop: () => Promise<void>}} parts.collectAll where all are kept, one after another
 */
export function createDocuments({ record, keep, collectAll }) {
  const mayRead = () => chrome.permissions.contains({ origins: [...DOCUMENT_ORIGINS] });

  /** Whoever turns it off wants no more of these pages to be opened either. @param {boolean} on */
  async function set(on) {
    await record.update((documents) => ({ ...documents, on }));
    if (!on) await collectAll.stop();
  }

  return {
    /** The member's word; the permission was asked for in their click. @param {{on: unknown}} message */
    async turn({ on }) {
      const allowed = on === true && (await mayRead());
      await set(allowed);
      return { on: allowed };
    },

    /** At every start, and when the member takes a permission back: what may not be read is not kept, and nobody goes on saying that it is. */
    async look() {
      if ((await record.read()).on && !(await mayRead())) await set(false);
    },

    /** For tabs.onUpdated. @param {number} tabId @param {{status?: string}} change @param {{url?: string}} tab */
    async onUpdated(tabId, change, tab) {
      if (change.status !== 'complete' || tab.url === undefined) return;
      const kind = documentAt(tab.url);
      if (!kind) return void (await collectAll.astray(tabId, tab.url));
      if ((await record.read()).on) await inject(tabId, kind);
    },

    /** From content/read-document.js. @param {{seen: any}} message @param {chrome.runtime.MessageSender} sender */
    async onDocument({ seen }, { tab, url: loaded }) {
      /* Chromium may go on naming the address of before a pushState; the tab's is of now (router.js). */
      const url = documentAt(tab?.url) ? tab?.url : loaded;
      const kind = documentAt(url);
      if (!kind || !(await record.read()).on) return { kept: false };
      const verdict = judgeDocument(seen, { asked: await collectAll.isBackgroundTab(tab?.id), url });
      const reason =
        'refused' in verdict
          ? verdict.refused
          : await keep(verdict.document).then(
              () => null,
              () => /** @type {const} */ ('not-kept'),
            );
      await record.update((documents) => withOutcome(documents, kind.id, reason));
      await collectAll.advance(kind.id, tab?.id);
      return { kept: reason === null };
    },

    /** The host has it. @param {Kept} kept @param {KeptDocument} document */
    async onKept(kept, document) {
      await record.update((documents) => withKept(documents, kept, document));
    },

    /** The member has been shown the changes; `document`: of this one alone. @param {{document?: string}} [message] */
    async changesSeen({ document } = {}) {
      await record.update((documents) => ({
        ...documents,
        changes: Object.fromEntries(
          Object.entries(documents.changes).map(([id, change]) => [
            id,
            document === undefined || id === document ? { ...change, seen: true } : change,
          ]),
        ),
      }));
    },
  };
}
