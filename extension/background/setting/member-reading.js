// Words at the switch that are not the published ones are never interpreted by us. The member can say what they mean; the answer counts for
// exactly these words, and every observation of them says that it is the member's reading.

import { CodedError } from '../../shared/errors.js';
import { newReadingId } from '../../shared/ids.js';
import { switchSays, wordsToAsk } from '../../shared/wordings.js';
import { createRecord } from '../record.js';

/**
 * @typedef {import('../../shared/protocol.js').Observation} Observation
 * @typedef {{words: string, means: 'on' | 'off'}} Wording means: what the switch means while it is switched on. `on` is that LinkedIn may
 *   use the data
 * @typedef {{wordings: Wording[]}} Readings
 * @typedef {{observation: Observation | null}} Asked of which observation the member is asked
 */

const KEY = 'wordings';
const ASKED = 'asked';
const WORDINGS_MAX = 100;

/** Everything that the member has read there. @param {Observation} observation */
const wordsOf = ({ page, control }) => {
  const { language, title } = /** @type {any} */ (page);
  const { key, label } = /** @type {any} */ (control);
  return JSON.stringify([language, title, key, label]);
};

/** @param {Observation} observation @param {'on' | 'off'} means @returns {'member-on' | 'member-off'} */
const reasonOf = ({ control }, means) => (switchSays(control) === (means === 'on') ? 'member-on' : 'member-off');

/** @param {{observe: (observation: Observation) => Promise<void>}} parts */
export function createMemberReading({ observe }) {
  const record = createRecord(KEY, /** @type {Readings} */ ({ wordings: [] }));
  /* It says whose it is, and that is never written to the disk. */
  const asking = createRecord(ASKED, /** @type {Asked} */ ({ observation: null }), () => chrome.storage.session);

  /** @param {Observation} observation @param {Wording[]} wordings */
  const known = (observation, wordings) => wordings.find(({ words }) => words === wordsOf(observation));

  /**
   * @param {string} reading of the observation that the member was shown
   * @param {'on' | 'off' | null} means null: they are not sure after all
   */
  async function answer(reading, means) {
    const { observation: asked } = await asking.read();
    if (!asked || asked.reading !== reading) throw new CodedError('tab-gone');
    const again = { ...asked, reading: newReadingId(), asked: true };
    await record.update(({ wordings }) => {
      const others = wordings.filter(({ words }) => words !== wordsOf(asked));
      const own = means === null ? [] : [{ words: wordsOf(asked), means }];
      return { wordings: [...others, ...own].slice(-WORDINGS_MAX) };
    });
    await asking.update(() => ({ observation: again }));
    await observe(means === null ? again : { ...again, reason: reasonOf(asked, means) });
  }

  return {
    /**
     * What an observation says once the member has been asked about its words.
     * @param {Observation} observation @returns {Promise<Observation>}
     */
    async apply(observation) {
      if (observation.reason !== 'reworded' || wordsToAsk(observation) === null) return observation;
      await asking.update(() => ({ observation: { ...observation, picture: null } }));
      const wording = known(observation, (await record.read()).wordings);
      return wording ? { ...observation, reason: reasonOf(observation, wording.means) } : observation;
    },

    /** @type {[string, {from: 'popup', handle: (message: any) => Promise<void>}][]} */
    routes: [
      ['wording-yes', { from: 'popup', handle: ({ reading }) => answer(reading, 'on') }],
      ['wording-no', { from: 'popup', handle: ({ reading }) => answer(reading, 'off') }],
      ['wording-unsure', { from: 'popup', handle: ({ reading }) => answer(reading, null) }],
    ],
  };
}
