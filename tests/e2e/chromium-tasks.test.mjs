// What the member asks for beside opening the setting, in Chromium with tabs that are truly hidden.
import { EXTENSION_ID, startPlainChromium } from './chromium.mjs';
import { tasksChapters } from './tasks.mjs';

tasksChapters(
  'chromium',
  async (session, replica) => {
    const started = await startPlainChromium(session, replica);
    const openOwn = async (path) => {
      const page = await started.browser.newPage();
      await page.goto(`chrome-extension://${EXTENSION_ID}/${path}`);
      return page;
    };
    return { ...started, openOwn };
  },
  { schemes: true },
);
