// The wire's own words, as docs/protocol.md has them. Types for what crosses it.

export const HOST_NAME = 'org.consentlog.host';
export const BATCH_MAX = 64;
export const STATES = Object.freeze(/** @type {const} */ (['on', 'off', 'not-offered', 'unknown']));
export const REASONS = Object.freeze(
  /** @type {const} */ ([
    'signed-out',
    'ambiguous',
    'inconsistent',
    'unrecognised-layout',
    'redirected',
    'timed-out',
    'mixed',
    'challenge',
    'error-page',
    'disabled',
    'reworded',
    'reader-failed',
    'member-on',
    'member-off',
    'too-many',
  ]),
);

/**
 * @typedef {typeof STATES[number]} State
 * @typedef {typeof REASONS[number]} Reason why a state is `unknown`
 *
 * @typedef {object} Client
 * @property {string} browser
 * @property {string} version
 * @property {string} extension
 *
 * What `record` takes; here only what this side looks at.
 * @typedef {object} Observation
 * @property {string} reading 32 hex digits, made once a reading
 * @property {State} state
 * @property {Reason | null} reason
 * @property {string} observed_at
 * @property {boolean} pending
 * @property {boolean | null} trusted
 * @property {boolean} asked
 * @property {{id: string | null, premium: boolean | null, said?: string}} account said: the pseudonym of the one that the member names, where
 *   the page names nobody
 * @property {object} page
 * @property {object | null} control
 * @property {number} candidates
 * @property {Picture | null} [picture] of the setting, when the member asked for one
 * @property {Client} [client]
 *
 * @typedef {{media_type: 'image/png', base64: string}} Picture
 *
 * What `document` takes.
 * @typedef {object} KeptDocument
 * @property {string} reading
 * @property {string} document its id in shared/documents.js
 * @property {string} url
 * @property {string | null} title
 * @property {string | null} language
 * @property {string | null} effective YYYY-MM-DD, only where it is sure
 * @property {string | null} effective_text as stated
 * @property {string} observed_at
 * @property {boolean} asked
 * @property {string} [text] normalised as docs/documents.md has it
 * @property {Client} [client]
 *
 * @typedef {object} Kept
 * @property {boolean} written
 * @property {number} seq
 * @property {'first' | 'unchanged' | 'changed'} change
 * @property {string} sha256
 * @property {number | null} previous
 *
 * @typedef {object} Recorded
 * @property {string} reading
 * @property {boolean} written
 * @property {number} seq
 * @property {'first' | 'unchanged' | 'changed' | 'reworded' | 'stale'} change
 * @property {'user' | 'unexplained' | null} cause
 * @property {'seen' | 'pending' | 'confirmed'} phase
 * @property {string | null} pseudonym
 *
 * @typedef {object} Account
 * @property {string | null} pseudonym
 * @property {boolean | null} premium
 * @property {State | null} state the last settled one
 * @property {string | null} since
 * @property {string} last_seen
 * @property {State} last_state
 * @property {string | null} last_reason
 * @property {number} last_seq
 * @property {{state: State, at: string, trusted: boolean} | null} pending
 *
 * @typedef {object} Status
 * @property {string} keyring
 * @property {string} log
 * @property {number} size
 * @property {Account[]} accounts
 * @property {{document: string, seq: number, sha256: string, effective: string | null, seen: string, changed: string | null}[]} [documents]
 */
