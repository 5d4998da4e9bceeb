// Help: what members ask, with the commands that help.

import { byId, element } from '../shared/dom.js';
import { t } from '../shared/i18n.js';
import { commandRow } from './copy.js';
import { openPage } from './frame.js';

/** Each question, and the commands below its answer. @type {[string, string[]][]} */
const QUESTIONS = [
  ['away', []],
  ['again', []],
  ['stuck', ['consentlog doctor']],
  ['lawyer', []],
  ['proof', []],
  ['lost', ['consentlog recovery restore']],
  [
    'delete',
    [
      'bash manifests/install.sh --uninstall',
      'sudo bash manifests/install.sh --system --uninstall',
      'rm -r ~/.local/share/consentlog ~/.local/share/consentlog.known',
      'secret-tool clear application consentlog',
    ],
  ],
  ['report', []],
];

await openPage('help.html', 'helpTitle');
byId('answers').replaceChildren(
  ...QUESTIONS.map(([id, commands]) =>
    element(
      'details',
      { class: 'card', id },
      element('summary', {}, element('h2', {}, t(`helpQ_${id}`))),
      element('p', {}, t(`helpA_${id}`)),
      ...commands.map((command) => commandRow(command)),
    ),
  ),
);
