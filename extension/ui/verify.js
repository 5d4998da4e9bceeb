// Check a package: the page of the extension.

import { openPage } from './frame.js';
import { openVerifier } from './verify-page.js';

await openPage('verify.html', 'verifyTitle');
openVerifier({
  makeWorker: () => new Worker('../verifier/worker.js', { type: 'module' }),
  makeSummer: () => new Worker('../verifier/summer.js', { type: 'module' }),
  here: () => import('../verifier/session.js'),
});
