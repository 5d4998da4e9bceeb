// Of which readings the member can be asked whose they are: the page showed the setting, or said that it is not offered, and named nobody.

/** @param {import('./protocol.js').Observation} observation */
export const canAskWhose = ({ account, control, state }) =>
  account.id === null && (control !== null || state === 'not-offered');
