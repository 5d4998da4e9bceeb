// Sums over entries in a worker of its own.

import { serveSums } from './sums.js';

self.addEventListener('message', ({ data }) => serveSums(data.port), { once: true });
