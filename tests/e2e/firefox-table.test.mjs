// The whole table of pages in Firefox ESR.
import { startFirefox } from './firefox.mjs';
import { pageTable } from './table.mjs';

pageTable('firefox', startFirefox, 6);
