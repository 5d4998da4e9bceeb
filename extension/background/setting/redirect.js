// What to make of a tab that asked for the setting and came out elsewhere. Only addresses are looked at; no code of ours
// runs on those pages.

const ORIGIN = 'https://www.linkedin.com';
const LOGIN = /^\/(?:uas\/login|login|authwall|signup)(?:[/-]|$)/;
const CHALLENGE = /^\/checkpoint\//;
/** Where LinkedIn's login pages say what was asked for. */
const CAME_FROM = ['session_redirect', 'sessionRedirect'];

/**
 * @param {URL} url
 * @param {(url: string) => boolean} isSettingAddress
 */
function cameFromSetting(url, isSettingAddress) {
  return CAME_FROM.some((name) => {
    const value = url.searchParams.get(name);
    return value !== null && URL.canParse(value, ORIGIN) && isSettingAddress(new URL(value, ORIGIN).href);
  });
}

/**
 * @param {string} address the tab's
 * @param {object} known
 * @param {boolean} known.opened this tab was opened for the setting by us and has shown nothing since
 * @param {(url: string) => boolean} known.isSettingAddress
 * @returns {'signed-out' | 'challenge' | 'redirected' | null} null: this tab has nothing to do with the setting
 */
export function redirectReason(address, { opened, isSettingAddress }) {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.origin !== ORIGIN || isSettingAddress(address)) return null;
  if (!opened && !cameFromSetting(url, isSettingAddress)) return null;
  if (LOGIN.test(url.pathname)) return 'signed-out';
  return CHALLENGE.test(url.pathname) ? 'challenge' : 'redirected';
}

/**
 * A look that saw nothing of the setting and knows why.
 * @param {string} address
 * @param {import('../../shared/protocol.js').Reason} reason
 * @param {{reading: string, at: string, loadedAt?: string}} made
 * @returns {import('../../shared/protocol.js').Observation}
 */
export function blindObservation(address, reason, { reading, at, loadedAt = at }) {
  const { origin, pathname } = new URL(address);
  return {
    reading,
    state: 'unknown',
    reason,
    observed_at: at,
    pending: false,
    trusted: null,
    asked: false,
    account: { id: null, premium: null },
    page: {
      url: (origin + pathname).slice(0, 256),
      language: null,
      title: null,
      navigation: 'load', // says nothing: no page was read
      loaded_at: loadedAt,
      server_date: null,
      corroboration: null,
    },
    control: null,
    candidates: 0,
  };
}
