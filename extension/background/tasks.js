// What is done at the member's word beside reading a page that they have opened: checking again, pictures, documents, sketches.
// One place that main.js wires; each task has a file of its own.

import { createChecker } from './checks/checker.js';
import { createCollectAll } from './documents/collect-all.js';
import { createBackgroundTab, BACKGROUND_TAB_ALARM } from './checks/background-tab.js';
import { isSettingAddress, SETTING_URL } from './setting/address.js';
import { createDocumentsRecord, createDocuments } from './documents/documents.js';
import { createDocumentVersions } from './documents/document-versions.js';
import { createPicture } from './setting/picture.js';
import { createPlanner, SCHEDULE_ALARM } from './checks/planner.js';
import { readPrefs } from '../shared/prefs.js';
import { createSketcher } from './setting/sketch.js';
import { readStored } from '../shared/stored.js';

/**
 * @typedef {import('../shared/protocol.js').Observation} Observation
 * @typedef {import('../shared/protocol.js').KeptDocument} KeptDocument
 */

/** When the setting was last seen by anyone, as far as is known here. @returns {Promise<number | null>} */
async function lastSeen() {
  const { last, log } = await readStored();
  const times = (log.status?.accounts ?? []).map(({ last_seen: seen }) => Date.parse(seen));
  if (last && last.state !== 'unknown') times.push(Date.parse(last.observedAt));
  const known = times.filter(Number.isFinite);
  return known.length > 0 ? Math.max(...known) : null;
}

/**
 * @param {object} parts
 * @param {(op: string, params: object) => Promise<any>} parts.ask
 * @param {(observation: Observation) => Promise<void>} parts.observe
 * @param {(document: KeptDocument) => Promise<void>} parts.keep
 */
export function createTasks({ ask, observe, keep }) {
  /** @param {import('./checks/background-tab.js').BackgroundTab} current */
  const onLate = async (current) => {
    await checker.onLate(current);
    await collectAll.onLate(current);
  };
  const backgroundTab = createBackgroundTab({ onLate });
  const planner = createPlanner();
  const checker = createChecker({ backgroundTab, planner, settingUrl: SETTING_URL });
  const record = createDocumentsRecord();
  const collectAll = createCollectAll({ backgroundTab, record });
  const documents = createDocuments({ record, keep, collectAll });
  const documentVersions = createDocumentVersions({ ask });
  const picture = createPicture({ isSettingAddress, observe });
  const sketcher = createSketcher({ isSettingAddress });

  /** @type {[string, import('./router.js').Route][]} */
  const routes = [
    ['check-now', { from: 'ours', handle: checker.checkNow }],
    ['check-seen', { from: 'ours', handle: checker.seen }],
    ['picture-take', { from: 'popup', handle: picture.take }],
    ['picture-keep', { from: 'popup', handle: picture.keep }],
    ['picture-discard', { from: 'popup', handle: picture.discard }],
    ['sketch', { from: 'ours', handle: sketcher.sketch }],
    ['document', { from: 'document', handle: documents.onDocument }],
    ['documents-turn', { from: 'ours', handle: documents.turn }],
    ['documents-collect', { from: 'ours', handle: collectAll.collect }],
    ['documents-stop', { from: 'ours', handle: collectAll.stop }],
    ['documents-seen', { from: 'ours', handle: documents.changesSeen }],
    ['documents-versions', { from: 'ours', handle: documentVersions.versions }],
    ['documents-text', { from: 'ours', handle: documentVersions.text }],
  ];

  const replan = async () => planner.choose((await readPrefs()).schedule, await lastSeen());

  return {
    routes,
    isBackgroundTab: checker.isBackgroundTab,
    wasAsked: checker.wasAsked,
    onObserved: checker.onObserved,
    onKept: documents.onKept,
    onUpdated: documents.onUpdated,
    onRemoved: backgroundTab.onRemoved,
    replan,
    onPermissionRemoved: documents.look,

    /** @param {string} name of an alarm */
    async onAlarm(name) {
      if (name === BACKGROUND_TAB_ALARM) await backgroundTab.onAlarm();
      if (name === SCHEDULE_ALARM) await checker.onScheduled();
    },

    /** Each time the worker starts. */
    async resume() {
      await backgroundTab.resume();
      await checker.resume();
      await collectAll.resume();
      await documents.look();
      await replan();
    },
  };
}
