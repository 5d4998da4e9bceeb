// The member's whole way in Chromium, with tabs that are truly hidden.
import { EXTENSION_ID, startPlainChromium } from './chromium.mjs';
import { memberChapters } from './member.mjs';

/** The browser asks the member itself before it grants this; a driver cannot click its answer. */
const granted = (manifest) => ({ ...manifest, permissions: [...manifest.permissions, 'notifications'] });

memberChapters('chromium', async (session, replica) => {
  const started = await startPlainChromium(session, replica, { manifest: granted });
  const openOwn = async (path) => {
    const page = await started.browser.newPage();
    await page.goto(`chrome-extension://${EXTENSION_ID}/${path}`);
    return page;
  };
  return { ...started, openOwn, pages: () => started.browser.pages(), desktop: true };
});
