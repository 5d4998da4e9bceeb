// The main job in Firefox ESR, with the real host and a real keyring.
import { startFirefox } from './firefox.mjs';
import { coreChapters } from './stage.mjs';

coreChapters('firefox', startFirefox);
