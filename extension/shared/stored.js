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
  suspects: 0,
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

/** Where the last reading stands, in memory, while the browser has no room for it on the disk. */
export const UNSTORED_KEY = 'last';

/** What storage.local holds, with what it had no room for. @param {string[]} [more] other keys @returns {Promise<Record<string, any>>} */
export async function readAll(more = []) {
  const [onDisk, inMemory] = await Promise.all([
    chrome.storage.local.get([...STORED_KEYS, ...more]),
    chrome.storage.session.get(UNSTORED_KEY),
  ]);
  return { ...onDisk, ...inMemory };
}

/** Does this change what is shown? @param {Record<string, unknown>} changes @param {string} area */
export const changesStored = (changes, area) =>
  area === 'session' ? UNSTORED_KEY in changes : area === 'local' && STORED_KEYS.some((key) => key in changes);

/** @returns {Promise<import('./types.js').Stored>} */
export const readStored = async () => storedFrom(await readAll());
