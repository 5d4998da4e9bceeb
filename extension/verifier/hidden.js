// Characters that nobody sees, or that move and hide others: those that no name, note or header of a file may have.

import { HIDDEN } from '../shared/dom.js';

const ranges = HIDDEN.map(([first, last]) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`).join('');
const ANY = new RegExp(`[${ranges}]`, 'u');

/** @param {string} text */
export const hides = (text) => ANY.test(text);
