// What the member asks for beside opening the setting, in Firefox ESR.
import { startFirefox } from './firefox.mjs';
import { tasksChapters } from './tasks.mjs';

tasksChapters('firefox', startFirefox, { others: 1 });
