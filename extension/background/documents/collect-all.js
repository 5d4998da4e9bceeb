// All documents, one after another, in one tab in the background; when the member asks.

import { createSerial } from '../../shared/serial.js';
import { documentById, DOCUMENTS, documentUrl } from '../../shared/documents.js';
import { withOutcome } from './documents.js';

const KIND = 'documents';
/** The reader takes at most 20 s once the page is there. */
const PAGE_MS = 45_000;

/** @param {import('../../shared/types.js').Documents} documents @returns {import('../../shared/types.js').Documents} */
const withoutProgress = (documents) => (documents.progress === null ? documents : { ...documents, progress: null });

/**
 * @param {object} parts
 * @param {ReturnType<typeof import('../checks/background-tab.js').createBackgroundTab>} parts.backgroundTab
 * @param {ReturnType<typeof import('./documents.js').createDocumentsRecord>} parts.record
 */
export function createCollectAll({ backgroundTab, record }) {
  const oneStep = createSerial();

  /** @param {import('../../shared/types.js').Documents['progress']} progress */
  const show = (progress) => record.update((documents) => ({ ...documents, progress }));

  async function finish() {
    await show(null);
    await backgroundTab.end();
  }

  /** @param {number | undefined} tabId @returns {Promise<import('../checks/background-tab.js').BackgroundTab | null>} */
  async function underWay(tabId) {
    const current = await backgroundTab.current();
    return current?.kind === KIND && current.tabId === tabId ? current : null;
  }

  /** The next of those that are left, or the end. @param {string[]} left @param {number} total */
  async function goOn(left, total) {
    const kind = documentById(left[0]);
    if (!kind) return finish();
    await show({ done: total - left.length, total, current: kind.id });
    const there = await backgroundTab.goOn(documentUrl(kind), { forMs: PAGE_MS, data: { left, total } });
    return there ? undefined : finish();
  }

  /** One has come out, in one way or another. @param {string} id @param {number | undefined} tabId */
  const advance = (id, tabId) =>
    oneStep(async () => {
      const current = await underWay(tabId);
      if (current?.data.left[0] === id) await goOn(current.data.left.slice(1), current.data.total);
    });

  /** @param {string} id @param {import('./judge-document.js').Refusal} reason */
  const refuse = (id, reason) => record.update((documents) => withOutcome(documents, id, reason));

  return {
    advance,

    /** @param {number | undefined} tabId */
    isBackgroundTab: async (tabId) => (await underWay(tabId)) !== null,

    /** Begin. */
    async collect() {
      if (!(await record.read()).on) return { started: false };
      const left = DOCUMENTS.map(({ id }) => id);
      const data = { left, total: left.length };
      const started = await backgroundTab.begin(KIND, documentUrl(DOCUMENTS[0]), { forMs: PAGE_MS, data });
      if (started) await show({ done: 0, total: left.length, current: left[0] });
      return { started };
    },

    /** The member has had enough of it. */
    async stop() {
      if ((await backgroundTab.current())?.kind === KIND) await finish();
    },

    /** Our tab came out elsewhere: signed out, a challenge, or the document is gone. @param {number} tabId @param {string} url */
    async astray(tabId, url) {
      const current = await underWay(tabId);
      if (!current) return;
      const [id] = current.data.left;
      await refuse(id, /\/(?:login|authwall|signup)\b/.test(url) ? 'signed-out' : 'other-page');
      await advance(id, tabId);
    },

    /** One did not come in time, or the tab was closed. @param {import('../checks/background-tab.js').BackgroundTab} current */
    async onLate({ kind, tabId, data }) {
      if (kind !== KIND) return;
      const [id] = data.left;
      const there = await chrome.tabs.get(tabId).catch(() => null);
      await refuse(id, there ? 'not-loaded' : 'closed');
      await (there ? advance(id, tabId) : finish());
    },

    /** Each time the worker starts: progress of a collection that died with its browser. */
    async resume() {
      const running = (await backgroundTab.current())?.kind === KIND;
      if (!running) await record.update(withoutProgress);
    },
  };
}
