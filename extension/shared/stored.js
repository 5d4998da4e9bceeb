// What is kept in storage.local, read at once. Only the background writes it.

import { NO_CHECK } from '../background/checker.js';
import { NO_DOCUMENTS } from '../background/keeping.js';
import { NO_PLAN } from '../background/planner.js';
import { emptyQueue } from '../background/queue.js';

/** Any of these changing changes what is shown. */
export const STORED_KEYS = Object.freeze(['outbox', 'log', 'last', 'warnings', 'reminders', 'check', 'plan', 'documents']);

/** @returns {Promise<import('./view.js').Stored>} */
export async function readStored() {
  const stored = /** @type {any} */ (await chrome.storage.local.get([...STORED_KEYS]));
  return {
    outbox: { ...emptyQueue(), ...stored.outbox },
    log: stored.log ?? { status: null, error: null, covers: null },
    last: stored.last ?? null,
    warnings: stored.warnings ?? {},
    reminders: stored.reminders ?? null,
    check: { ...NO_CHECK, ...stored.check },
    plan: { ...NO_PLAN, ...stored.plan },
    documents: { ...NO_DOCUMENTS, ...stored.documents },
  };
}
