// "Help mend this": the sketch of a page that was not recognised, shown in full before it is saved. Saving is a download of
// what is shown; nothing is sent anywhere.

import { byId } from '../shared/dom.js';
import { openPage, tellAloud } from './frame.js';

await openPage('sketch.html', 'mendTitle');
const tabId = Number(new URLSearchParams(location.search).get('tab'));
const answer = await tellAloud(byId('outcome'), 'sketch', { tabId });
if (answer.ok) {
  byId('text').textContent = answer.text;
  byId('save').setAttribute('href', URL.createObjectURL(new Blob([answer.text], { type: 'text/html' })));
  byId('sketch').hidden = false;
}
