/* Asks the reader, which is in this document already, what is there at this moment. Its value is the script's result. */
'use strict';

globalThis[Symbol.for('consentlog.reader')]?.describe() ?? null;
