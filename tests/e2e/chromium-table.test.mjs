// The whole table of pages in Chromium.
import { startChromium } from './chromium.mjs';
import { pageTable } from './table.mjs';

pageTable('chromium', startChromium, 4);
