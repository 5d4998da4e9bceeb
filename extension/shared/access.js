// May we look at LinkedIn's settings? Chromium and Firefox say yes when the extension is installed, but a member may take it
// back, and an add-on that came into an existing profile may never have got it.

/** What manifest.json asks for. */
export const LOOKED_AT = Object.freeze(['https://www.linkedin.com/mypreferences/*']);

/** @returns {Promise<boolean>} */
export const mayLook = () => chrome.permissions.contains({ origins: [...LOOKED_AT] });
