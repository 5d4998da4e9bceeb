// Public time authorities that answer RFC 3161 requests from anyone. Who runs them, whether the way there is encrypted (the answer is
// signed either way, but on an open way others may see that it was asked), and what they are in law: qualified under eIDAS, Regulation
// (EU) 910/2014, or not. The source for the qualified one is Sectigo's eIDAS Time Stamping Policy and Practice Statement 1.1.4, in force
// since 11 February 2026, which names this address. Any other address can be given.

/** @type {ReadonlyArray<{url: string, name: string, by: 'freetsa' | 'digicert' | 'sectigo' | 'sectigo-qualified', qualified: boolean}>} */
export const AUTHORITIES = Object.freeze([
  { url: 'https://freetsa.org/tsr', name: 'FreeTSA', by: 'freetsa', qualified: false },
  { url: 'http://timestamp.digicert.com', name: 'DigiCert', by: 'digicert', qualified: false },
  { url: 'http://timestamp.sectigo.com', name: 'Sectigo', by: 'sectigo', qualified: false },
  {
    url: 'http://timestamp.sectigo.com/qualified',
    name: 'Sectigo (eIDAS)',
    by: 'sectigo-qualified',
    qualified: true,
  },
]);
