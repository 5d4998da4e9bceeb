// The whole table of pages in Firefox ESR.
import { startFirefox } from './firefox.mjs';
import { pageTable } from './table.mjs';

pageTable('firefox', startFirefox, {
  // Headless Firefox goes on drawing in a tab that is not shown, so this page is there to be read.
  'never-visible-undrawn': { state: 'on', reason: null },
});
