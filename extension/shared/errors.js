// Every way in which something can fail, by code. The sentences for members are in _locales as error_<code>.

/** The host's codes in the order of host/base/err.h. Append only. A test compares the two. */
export const ERROR_CODES = Object.freeze([
  'ok',
  'frame-length',
  'frame-cut',
  'bad-json',
  'unknown-op',
  'missing-member',
  'unknown-member',
  'wrong-type',
  'bad-value',
  'too-long',
  'contradiction',
  'no-session-bus',
  'no-keyring-service',
  'no-default-keyring',
  'keyring-locked',
  'unlock-dismissed',
  'unlock-timed-out',
  'key-missing',
  'key-damaged',
  'key-foreign',
  'head-missing',
  'keyring-timeout',
  'keyring-failed',
  'log-absent',
  'log-busy',
  'log-missing',
  'log-rolled-back',
  'log-changed',
  'log-damaged',
  'log-version',
  'log-unsafe',
  'log-full',
  'not-found',
  'disk-full',
  'io',
  'no-memory',
  'crypto',
  'reply-too-long',
  'malformed',
  'bad-signature',
  'other-key',
  'tsa-refused',
  'tsa-malformed',
  'tsa-other',
  'tsa-replayed',
  'tsa-signature',
  'tsa-expired',
  'tsa-untrusted',
  'exists',
  'package-unsafe',
  'package-limit',
  'key-restored',
  'program-missing',
  'package-changed',
  'keyring-off',
  'keyring-no-group',
  'keyring-consent',
  'keyring-plugin',
  'path-encoding',
  'log-linked',
  'log-not-yours',
  'disk-read-only',
  'file-size-limit',
  'tsa-time',
  'program-unsafe',
  'tsa-root',
  'too-often',
  'keyring-unsaved',
  'package-gone',
  'path-too-long',
  'folder-missing',
]);

/** What only the browser's side can find. Never sent over the wire. */
export const BROWSER_ERROR_CODES = Object.freeze([
  'host-missing', // no manifest; Firefox says the same when it is forbidden
  'host-forbidden', // a manifest, but this extension is not in it
  'host-not-started', // a manifest, but its program does not start
  'host-crashed', // it ended without an answer
  'host-timeout', // it did not answer in time
  'host-answer', // it answered something that is not the protocol
  'tsa-unreachable', // the time authority did not answer, or with something else
  'tsa-permission', // the browser does not let us reach it
  'browser-storage', // the browser could not keep a reading
  'tab-refused', // the browser did not open a tab that the member asked for
  'tab-gone', // the tab no longer shows the setting
  'page-restless', // the page did not stand still for a picture
  'picture-not-allowed', // the member has not clicked on the toolbar while the setting was in front
  'picture-lost', // the browser has ended since the picture was taken, or it is none
]);

/** The answer is about one observation or document: waiting will not make it better, or it is one too many and keeps no other waiting. */
export const OBSERVATION_ERRORS = Object.freeze(
  new Set([
    'missing-member',
    'unknown-member',
    'wrong-type',
    'bad-value',
    'too-long',
    'contradiction',
    'bad-json',
    'frame-length',
    'too-often',
  ]),
);

/** The log or its key is not as consentlog left it: the member must look. */
export const ALARM_ERRORS = Object.freeze(
  new Set([
    'key-missing',
    'key-damaged',
    'key-foreign',
    'head-missing',
    'key-restored',
    'log-missing',
    'log-rolled-back',
    'log-changed',
    'log-damaged',
  ]),
);

/** What `unlock` can help with. */
export const UNLOCKABLE_ERRORS = Object.freeze(
  new Set(['keyring-locked', 'keyring-consent', 'no-default-keyring', 'unlock-dismissed', 'unlock-timed-out']),
);

/** The browser cannot talk to the program. */
export const HOST_ERRORS = Object.freeze(new Set(BROWSER_ERROR_CODES.filter((code) => code.startsWith('host-'))));

/** An error with a code of one of the lists above; `field` names the member at fault. */
export class CodedError extends Error {
  /**
   * @param {string} code
   * @param {{field?: string, detail?: string}} [more] detail is for the console, not for the member
   */
  constructor(code, { field = '', detail = '' } = {}) {
    super(detail ? `${code}: ${detail}` : code);
    this.name = 'CodedError';
    this.code = code;
    this.field = field;
  }
}
