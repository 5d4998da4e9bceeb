// Whose a reading is, apart from it. LinkedIn's id of a member is for the host alone, which makes a pseudonym of it. So it
// stays in storage.session, which is memory, and is put on the disk only while the log cannot be written, and taken off it after.
//
// What the queue keeps instead is a sign by which repeats of one member are known, and which means nothing once the browser has ended.

/** One key each, by the reading. */
const ID = 'id:';
const SALT = 'whose-salt';

/** @typedef {import('../../shared/types.js').Item} Item */

const hex = (/** @type {Uint8Array} */ bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

/** @returns {Promise<string>} */
async function salt() {
  const stored = /** @type {any} */ ((await chrome.storage.session.get(SALT))[SALT]);
  if (typeof stored === 'string') return stored;
  const made = hex(crypto.getRandomValues(new Uint8Array(16)));
  await chrome.storage.session.set({ [SALT]: made });
  return made;
}

/** @param {string} id @returns {Promise<string>} */
export async function signOf(id) {
  const bytes = new TextEncoder().encode((await salt()) + id);
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).subarray(0, 8));
}

/** @param {chrome.storage.StorageArea} area @param {Set<string>} present */
async function sweep(area, present) {
  const keys = Object.keys(await area.get(null)).filter((key) => key.startsWith(ID));
  const orphans = keys.filter((key) => !present.has(key.slice(ID.length)));
  if (orphans.length > 0) await area.remove(orphans);
}

/** Keep it in memory. @param {string} reading @param {string} id */
export const remember = (reading, id) => chrome.storage.session.set({ [ID + reading]: id });

/** @param {string} reading @returns {Promise<string | null>} null: the browser has ended before it could be written anywhere */
export async function idOf(reading) {
  const key = ID + reading;
  for (const area of [chrome.storage.session, chrome.storage.local]) {
    const id = /** @type {any} */ ((await area.get(key))[key]);
    if (typeof id === 'string') return id;
  }
  return null;
}

/** The log cannot be written: what waits has to outlive the browser. @param {Item[]} items */
export async function persist(items) {
  const signed = items.filter((item) => item.op === 'record' && item.whose);
  const keys = signed.map(({ reading }) => ID + reading);
  if (keys.length === 0) return;
  const there = await chrome.storage.local.get(keys);
  const missing = keys.filter((key) => !(key in there));
  if (missing.length > 0) await chrome.storage.local.set(await chrome.storage.session.get(missing));
}

/** Of no other readings than these. @param {Set<string>} present */
export async function keepOnly(present) {
  await sweep(chrome.storage.session, present);
  await sweep(chrome.storage.local, present);
}
