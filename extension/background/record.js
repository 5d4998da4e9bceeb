// One record in storage.local, or where else it is told: read whole, changed in turn, each change from what the one before has written.

import { createSerial } from '../shared/serial.js';

/**
 * @template {object} T
 * @param {string} key
 * @param {Readonly<T>} empty what it is before anything was written
 * @param {() => chrome.storage.StorageArea} [area]
 */
export function createRecord(key, empty, area = () => chrome.storage.local) {
  const inTurn = createSerial();

  /** @returns {Promise<T>} */
  const read = async () => ({ ...empty, .../** @type {any} */ ((await area().get(key))[key]) });

  return {
    read,

    /** @param {(before: T) => T} change the same object: nothing is written */
    update: (change) =>
      inTurn(async () => {
        const before = await read();
        const after = change(before);
        if (after !== before) await area().set({ [key]: after });
        return after;
      }),
  };
}
