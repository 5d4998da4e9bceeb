/** Lower-case hexadecimal. @param {Uint8Array} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A name for one reading: 32 hex digits, by chance. */
export const newReadingId = () => hex(crypto.getRandomValues(new Uint8Array(16)));
