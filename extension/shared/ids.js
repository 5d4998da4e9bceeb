/** A name for one reading: 32 hex digits, by chance. */
export const newReadingId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
