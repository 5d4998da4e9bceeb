// Whose a reading is, where the page does not say it: LinkedIn's newer pages name nobody. The member is asked once a session; the answer holds
// until the browser ends, a page says that nobody is signed in, or names another account. What is recorded by it says that it is the member's word.

import { CodedError } from '../../shared/errors.js';
import { newReadingId } from '../../shared/ids.js';
import { canAskWhose } from '../../shared/whose.js';
import { createRecord } from '../record.js';

/**
 * @typedef {import('../../shared/protocol.js').Observation} Observation
 * @typedef {{observation: Observation | null, said: string | null, named: string[]}} Asked observation: the last of which the member can be
 *   asked; said: a pseudonym; named: readings since then of a page that names somebody, of whom the host has not said yet who it is
 */

const KEY = 'whose';
const PSEUDONYM = /^[0-9a-f]{32}$/;

/** No account that the log has. */
const newPseudonym = () => newReadingId();

/** @param {Observation} observation @param {string | null} said @returns {Observation} */
function named(observation, said) {
  const { id, premium } = observation.account;
  return { ...observation, account: said === null ? { id, premium } : { id, premium, said } };
}

/** @param {{observe: (observation: Observation) => Promise<void>}} parts */
export function createMemberAccount({ observe }) {
  const record = createRecord(
    KEY,
    /** @type {Asked} */ ({ observation: null, said: null, named: [] }),
    () => chrome.storage.session,
  );
  const forget = () =>
    record.update((before) => (before.said === null ? before : { ...before, said: null, named: [] }));

  /** It may be another's; the log may be locked, and then that is not known for hours. @param {string} reading */
  const doubt = (reading) =>
    record.update((before) =>
      before.said === null ? before : { ...before, named: [...before.named, reading].slice(-100) },
    );

  /** @param {string} reading of the observation that the member was shown @param {string | null} said null: they do not know after all */
  async function answer(reading, said) {
    const { observation } = await record.read();
    if (!observation || observation.reading !== reading) throw new CodedError('tab-gone');
    await record.update((before) => ({ ...before, said, named: [] }));
    await observe({ ...observation, reading: newReadingId(), asked: true });
  }

  return {
    /**
     * The observation with the account that the member has named, where the page names none.
     * @param {Observation} observation @returns {Promise<Observation>}
     */
    async apply(observation) {
      if (observation.reason === 'signed-out') await forget();
      if (observation.account.id !== null) await doubt(observation.reading);
      if (!canAskWhose(observation)) return observation;
      const { said, named: doubts } = await record.update((before) => ({
        ...before,
        observation: { ...observation, picture: null },
      }));
      return named(observation, doubts.length > 0 ? null : said);
    },

    /**
     * A page that names another account: somebody else is signed in now.
     * @param {import('../../shared/protocol.js').Recorded[]} recorded @param {Observation[]} batch in the same order
     */
    async noteRecorded(recorded, batch) {
      const { said, named: doubts } = await record.read();
      if (said === null) return;
      const other = recorded.some(
        ({ pseudonym }, index) => pseudonym !== null && pseudonym !== said && batch[index].account.said === undefined,
      );
      if (other) return void (await forget());
      const told = new Set(batch.map(({ reading }) => reading));
      if (doubts.some((reading) => told.has(reading)))
        await record.update((before) => ({ ...before, named: before.named.filter((reading) => !told.has(reading)) }));
    },

    /** @type {[string, {from: 'popup', handle: (message: any) => Promise<void>}][]} */
    routes: [
      [
        'account-said',
        {
          from: 'popup',
          handle: async ({ reading, account }) => {
            if (!PSEUDONYM.test(String(account))) throw new CodedError('bad-value');
            await answer(reading, account);
          },
        },
      ],
      ['account-new', { from: 'popup', handle: ({ reading }) => answer(reading, newPseudonym()) }],
      ['account-unsure', { from: 'popup', handle: ({ reading }) => answer(reading, null) }],
    ],
  };
}
