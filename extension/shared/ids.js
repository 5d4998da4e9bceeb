import { hex } from './encoding.js';

/** A name for one reading: 32 hex digits, by chance. */
export const newReadingId = () => hex(crypto.getRandomValues(new Uint8Array(16)));
