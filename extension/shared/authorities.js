// Public time authorities that answer RFC 3161 requests from anyone. Who runs them, and whether the way there is encrypted: the
// answer is signed either way, but on an open way others may see that it was asked. Any other address can be given.

/** @type {ReadonlyArray<{url: string, name: string, by: 'freetsa' | 'digicert' | 'sectigo'}>} */
export const AUTHORITIES = Object.freeze([
  { url: 'https://freetsa.org/tsr', name: 'FreeTSA', by: 'freetsa' },
  { url: 'http://timestamp.digicert.com', name: 'DigiCert', by: 'digicert' },
  { url: 'http://timestamp.sectigo.com', name: 'Sectigo', by: 'sectigo' },
]);
