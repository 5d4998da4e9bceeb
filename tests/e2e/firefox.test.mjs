// The main job in Firefox ESR, with the real host and a real keyring.
import { startFirefox } from './firefox.mjs';
import { coreStory } from './story.mjs';

coreStory('firefox', startFirefox);
