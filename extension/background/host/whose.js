// Whose a reading is, apart from it. LinkedIn's id of a member is for the host alone, which makes a pseudonym of it. So it
// stays in storage.session, which is memory, and is put on the disk only while the log cannot be written, and taken off it after.
//
// What the queue keeps instead is a sign by which repeats of one member are known, and which means nothing once the browser has ended.

import { hex } from '../../shared/encoding.js';
import { sha256 } from '../../shared/hash.js';
import { createRecord } from '../record.js';

/**
 * @typedef {import('../../shared/types.js').Item} Item
 * @typedef {Record<string, string>} Ids by the reading
 */

const KEY = 'ids';
const inMemory = createRecord(KEY, /** @type {Ids} */ ({}), () => chrome.storage.session);
const onDisk = createRecord(KEY, /** @type {Ids} */ ({}));
const salted = createRecord('whose-salt', { salt: '' }, () => chrome.storage.session);

/** Made once, also where two ask at the same time. @returns {Promise<string>} */
async function salt() {
  const made = await salted.update((before) =>
    before.salt === '' ? { salt: hex(crypto.getRandomValues(new Uint8Array(16))) } : before,
  );
  return made.salt;
}

/** @param {string} id @returns {Promise<string>} */
export async function signOf(id) {
  const bytes = new TextEncoder().encode((await salt()) + id);
  return hex((await sha256(bytes)).subarray(0, 8));
}

/** Keep it in memory. @param {string} reading @param {string} id */
export const remember = (reading, id) => inMemory.update((ids) => ({ ...ids, [reading]: id }));

/** @param {string} reading @returns {Promise<string | null>} null: the browser has ended before it could be written anywhere */
export const idOf = async (reading) => (await inMemory.read())[reading] ?? (await onDisk.read())[reading] ?? null;

/** The log cannot be written: what waits has to outlive the browser. @param {Item[]} items */
export async function persist(items) {
  const known = await inMemory.read();
  const more = items.map(({ reading }) => [reading, known[reading]]).filter(([, id]) => id !== undefined);
  await onDisk.update((ids) =>
    more.every(([reading]) => reading in ids) ? ids : { ...ids, ...Object.fromEntries(more) },
  );
}

/** Of no other readings than these. @param {Set<string>} present */
export async function keepOnly(present) {
  const kept = (/** @type {Ids} */ ids) => {
    const left = Object.entries(ids).filter(([reading]) => present.has(reading));
    return left.length === Object.keys(ids).length ? ids : Object.fromEntries(left);
  };
  await inMemory.update(kept);
  await onDisk.update(kept);
}
