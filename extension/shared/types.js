// What is kept in storage.local and what crosses between the background and the pages: types alone, in one place, so that
// no page needs to know which room of the background writes it. Types of the host's wire are in protocol.js.

/**
 * @typedef {import('./protocol.js').State} State
 * @typedef {import('./protocol.js').Status} Status
 * @typedef {import('./protocol.js').Observation} Observation
 * @typedef {import('./protocol.js').KeptDocument} KeptDocument
 */

/**
 * What waits for the host.
 * @typedef {{op: 'record', reading: string, value: Observation, body: 'picture' | null, whose?: string | null,
 *   ends?: number}} RecordItem `value` without the member's id; `whose`: there is one, kept apart; `ends`: how often the host, asked with it
 *   alone, gave no answer
 * @typedef {{op: 'document', reading: string, value: KeptDocument, body: 'text', ends?: number,
 *   size?: number}} DocumentItem `value` without its body; `size` of that in bytes
 * @typedef {RecordItem | DocumentItem} Item
 * @typedef {{item: Item, code: string, field: string, at: string}} Problem
 *
 * @typedef {object} Queue
 * @property {Item[]} waiting in the order of looking
 * @property {Problem[]} problems refused by the host for what they are; kept until the member decides
 * @property {number} thinned repeats left out because the queue was full
 * @property {number} lost readings for which there was no room
 * @property {number} failures in a row
 * @property {string | null} error code of the last failure
 * @property {number | null} retryAt when to try again, ms since 1970
 * @property {number} suspects how many, from the first on, the host was asked with when it gave no answer
 */

/**
 * The last reading of this browser, whether the host has it yet or not.
 * @typedef {object} Last
 * @property {string} reading
 * @property {State} state
 * @property {string | null} reason
 * @property {string} observedAt
 * @property {boolean} pending
 * @property {boolean} [blind] nothing was seen of any account
 * @property {State | null} settled the last state that was neither pending nor unknown
 * @property {string | null} settledSince
 * @property {string | null} [account] whose it is, once the host has said so
 * @property {'unsaid' | 'said'} [whose] the page did not say whose it is; has the member?
 * @property {string} [words] of the switch, of which the member is asked what they mean
 * @property {number} [before] the number of the first entry that the log got after it
 * @property {boolean} [unkept] it is not on its way to the log: there was no room, or there were too many
 *
 * A change that was not made in this browser.
 * @typedef {object} Warning
 * @property {number} seq the entry that says it
 * @property {State} state
 * @property {boolean} undone it had been off
 * @property {string} at
 * @property {boolean} seen
 */

/**
 * What the popup says about checking.
 * @typedef {object} Check
 * @property {boolean} running
 * @property {'seen' | 'failed' | null} outcome of the last one that the member asked for
 * @property {string | null} reason when it failed: that of the observation, `not-loaded`, `closed` or `no-tab`
 *
 * When to look again.
 * @typedef {object} Plan
 * @property {'weekly' | 'daily'} schedule it was made for
 * @property {number} at when to look, ms since 1970
 * @property {number} failures attempts in a row that saw nothing
 * @property {string | null} why the last of them saw nothing: a reason of an observation, or of a check
 * @property {number} from when the setting or an attempt was last seen
 *
 * @typedef {{plan: Plan | null}} Planned
 */

/**
 * @typedef {'undone' | 'on' | 'unknown' | 'stale' | 'unchecked' | 'reworded' | 'document'} CauseName
 *
 * What there is to remind of.
 * @typedef {object} Cause
 * @property {string} key one cause, one key
 * @property {CauseName} cause
 * @property {string} account
 * @property {string} id another id under the same key is another cause
 * @property {number} from when it is due for the first time
 *
 * @typedef {Record<string, {at: number, id: string}>} Given what was reminded of, by key
 *
 * @typedef {object} Reminders
 * @property {number} since
 * @property {Given} given
 * @property {number} snoozedUntil
 * @property {Record<string, {count: number, reading: string}>} unknowns
 * @property {Record<string, {id: string, at: number}>} reworded
 * @property {string[]} answered keys of what the member has been shown and has put away
 * @property {Cause[]} standing for badge and popup
 * @property {number | null} next
 */

/**
 * A kept text that has become another.
 * @typedef {object} Change
 * @property {number} seq of the entry with the new text
 * @property {number | null} previous of the entry before
 * @property {string} at when it was seen
 * @property {boolean} seen has the member been shown it?
 *
 * @typedef {object} Documents
 * @property {boolean} on
 * @property {Record<string, Change>} changes by document
 * @property {Record<string, string | null>} languages in which each was last kept: another language is not another text
 * @property {Record<string, {reason: string, at: string}>} refused by document: the last try, when it was none
 * @property {{done: number, total: number, current: string | null} | null} progress while all are being kept
 *
 * One kept text, as the log has it.
 * @typedef {object} Version
 * @property {number} seq
 * @property {string} document
 * @property {string} observed_at
 * @property {string | null} title
 * @property {string | null} language
 * @property {string | null} effective
 * @property {string | null} effective_text
 * @property {string} change
 * @property {string} sha256
 * @property {number} size bytes
 *
 * A file of the member's own, as the log has it.
 * @typedef {{seq: number, at: string, file: string, note: string | null, type: string, size: number,
 *   mail: {from: string | null, date: string | null, subject: string | null, linkedin_signature: boolean} | null}} Enclosed
 */

/**
 * @typedef {object} Stamping
 * @property {boolean} wanted a state changed since the last one
 * @property {number} failures in a row
 * @property {number} retryAt
 * @property {string | null} error of the last attempt
 * @property {string} [failedOf] the authority that was asked in it
 * @property {number[]} [recent] when the last ones were got, as far as they count for the number a day
 *
 * The last one that this browser got from an authority. The log tells of the last one from anybody; that is enough as long
 * as one is asked.
 * @typedef {object} Got
 * @property {string} authority
 * @property {number} covers so many entries need no timestamp of this authority any more: it has stamped them, or they are
 *   timestamps
 * @property {number} at
 */

/**
 * Where the setting is on a picture of its page.
 * @typedef {{x: number, y: number, width: number, height: number, innerWidth: number, innerHeight: number,
 *   whole: boolean}} Box
 */

/**
 * @typedef {object} Stored
 * @property {Queue} outbox
 * @property {{status: Status | null, error: string | null, covers: string | null}} log the host's last answer, and the last
 *   reading it can have taken account of
 * @property {Last | null} last
 * @property {Record<string, Warning>} warnings by pseudonym
 * @property {Reminders | null} [reminders]
 * @property {Check} [check]
 * @property {Planned} [plan]
 * @property {Documents} [documents]
 * @property {{allowed: boolean}} [access] may we look at LinkedIn's settings?
 */

export {};
