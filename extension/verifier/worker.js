// The checks in a worker, so that a page with a large package can still be used.

import { Session } from './session.js';

const session = new Session((answer) => self.postMessage(answer));

self.addEventListener('message', ({ data }) => {
  void session.ask(data);
});
