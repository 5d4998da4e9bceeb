// The first hour in Chromium.
import { EXTENSION_ID, startPlainChromium } from './chromium.mjs';
import { firstHour } from './first-hour.mjs';

firstHour('chromium', async (session, replica) => {
  const started = await startPlainChromium(session, replica);
  const openOwn = async (path) => {
    const page = await started.browser.newPage();
    await page.goto(`chrome-extension://${EXTENSION_ID}/${path}`);
    await page.waitForFunction(() => !document.body.hidden);
    return page;
  };
  const theme = (page, value) =>
    page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
  return { ...started, openOwn, theme, pages: () => started.browser.pages() };
});
