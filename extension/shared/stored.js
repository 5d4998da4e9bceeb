// What is kept in storage.local, and what it is before anything was written. Only the background writes it.

/** Any of these changing changes what is shown. */
export const STORED_KEYS = Object.freeze([
  'outbox',
  'log',
  'last',
  'warnings',
  'reminders',
  'check',
  'plan',
  'documents',
  'access',
]);

/** @returns {import('./types.js').Queue} */
export const emptyQueue = () => ({
  waiting: [],
  problems: [],
  thinned: 0,
  lost: 0,
  failures: 0,
  error: null,
  retryAt: null,
});

/** @type {Readonly<import('./types.js').Check>} */
export const NO_CHECK = Object.freeze({ running: false, outcome: null, reason: null });

/** @type {Readonly<import('./types.js').Planned>} */
export const NO_PLAN = Object.freeze({ plan: null });

/** @type {Readonly<import('./types.js').Documents>} */
export const NO_DOCUMENTS = Object.freeze({ on: false, changes: {}, languages: {}, refused: {}, progress: null });

/** @param {any} stored as it came out of storage @returns {import('./types.js').Stored} */
export const storedFrom = (stored) => ({
  outbox: { ...emptyQueue(), ...stored.outbox },
  log: stored.log ?? { status: null, error: null, covers: null },
  last: stored.last ?? null,
  warnings: stored.warnings ?? {},
  reminders: stored.reminders ?? null,
  check: { ...NO_CHECK, ...stored.check },
  plan: { ...NO_PLAN, ...stored.plan },
  documents: { ...NO_DOCUMENTS, ...stored.documents },
  access: { allowed: true, ...stored.access },
});

/** @returns {Promise<import('./types.js').Stored>} */
export const readStored = async () => storedFrom(await chrome.storage.local.get([...STORED_KEYS]));
