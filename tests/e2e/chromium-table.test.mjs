// The whole table of pages in Chromium.
import { startPlainChromium } from './chromium.mjs';
import { pageTable } from './table.mjs';

pageTable('chromium', startPlainChromium);
