// The report of the package that was just exported, in a tab of its own. The page that opened it hands it over; it is asked for nothing else.
//
// A page of ours allows no style in its markup, so the report's is taken out of it and put in as a sheet; it has no script, and none would run.

/** @param {string} html report.html, as the host made it */
function show(html) {
  const report = new DOMParser().parseFromString(html, 'text/html');
  const sheet = new window.CSSStyleSheet();
  sheet.replaceSync([...report.querySelectorAll('style')].map(({ textContent }) => textContent).join('\n'));
  document.adoptedStyleSheets = [sheet];
  document.title = report.title;
  document.documentElement.lang = report.documentElement.lang;
  document.body.replaceChildren(...report.body.childNodes);
}

addEventListener('message', ({ origin, source, data }) => {
  if (origin !== location.origin || source !== window.opener) return;
  show(data.html);
  if (data.print) window.print();
});
window.opener?.postMessage('ready', location.origin);
