// The main job in Chromium, with the real host and a real keyring.
import { startChromium } from './chromium.mjs';
import { coreChapters } from './stage.mjs';

coreChapters('chromium', startChromium);
