// The member's whole way in Firefox.
import { startFirefox } from './firefox.mjs';
import { memberChapters } from './member.mjs';

/** The browser asks the member itself before it grants a permission; a driver cannot click its answer. */
const GRANTED = { 'extensions.webextOptionalPermissionPrompts': false };

memberChapters('firefox', async (session, replica) => {
  const started = await startFirefox(session, replica, GRANTED);
  // Without a screen it takes every notification away as soon as it is made.
  return { ...started, pages: () => started.browser.pages(), desktop: false };
});
