// What the member asks for beside opening the setting, in Firefox ESR.
import { startFirefox } from './firefox.mjs';
import { tasksStory } from './tasks.mjs';

tasksStory('firefox', startFirefox, { others: 1 });
