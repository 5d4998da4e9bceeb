// What the member asks for beside opening the setting, in Firefox ESR.
import { startFirefox } from './firefox.mjs';
import { seeAll, tasksStory } from './tasks.mjs';

tasksStory('firefox', (session, replica) => startFirefox(session, replica, {}, { manifest: seeAll }), { others: 1 });
