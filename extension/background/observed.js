// A reading on its way in. It is shown before it is kept, and what becomes of it is shown too: a reading for which there is no
// room does not leave the one before it standing as if that had been seen now.

import { createSerial } from '../shared/serial.js';
import { tooMuch } from './host/pace.js';

/**
 * @typedef {import('../shared/protocol.js').Observation} Observation
 *
 * @param {object} parts
 * @param {ReturnType<typeof import('./host/pace.js').createPace>} parts.pace
 * @param {ReturnType<typeof import('./host/outbox.js').createOutbox>} parts.outbox
 * @param {ReturnType<typeof import('./host/state.js').createState>} parts.state
 * @param {Promise<import('../shared/protocol.js').Client>} parts.client
 * @returns {(observation: Observation) => Promise<Observation>} as it is shown; fails where it could not be kept
 */
export function createObserved({ pace, outbox, state, client }) {
  /** The last that is shown is the last that is kept. */
  const inTurn = createSerial();

  /** @param {Observation} observation */
  async function keep(observation) {
    const { reading } = observation;
    try {
      const entered = await outbox.add({ ...observation, client: await client });
      if (!entered) await state.noteUnkept(reading);
    } catch (error) {
      await state.noteUnkept(reading).catch(() => {});
      throw error;
    }
  }

  /** @param {Observation} observation */
  async function take(observation) {
    const kept = await pace.take(observation).catch(() => observation);
    const shown = kept ?? tooMuch(observation);
    await state.noteReading(shown, kept !== null).catch(() => {}); // to keep it is tried all the same
    if (kept) await keep(kept);
    else await outbox.countLost();
    return shown;
  }

  return (observation) => inTurn(() => take(observation));
}
