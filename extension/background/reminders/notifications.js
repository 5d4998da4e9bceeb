// What a click on a notification does: it opens what the notification is about. There are no buttons.

/** Ours are named by the key of their cause. */
const CAUSE = /^(undone|on|unknown|stale|unchecked|reworded|document):/;

/**
 * @param {object} parts
 * @param {() => Promise<void>} parts.openSetting
 * @param {(which: {account: string}) => Promise<void>} parts.markWarningSeen
 * @param {(message: {key: string}) => Promise<unknown>} parts.answer
 */
export function listenToNotifications({ openSetting, markWarningSeen, answer }) {
  /** @param {string} key */
  async function clicked(key) {
    const cause = CAUSE.exec(key)?.[1];
    if (!cause) return;
    await chrome.notifications.clear(key);
    await answer({ key });
    if (cause === 'undone') await markWarningSeen({ account: key.slice('undone:'.length) });
    await (cause === 'document'
      ? chrome.tabs.create({ url: chrome.runtime.getURL('ui/documents.html') })
      : openSetting());
  }

  let listening = false;
  const listen = () => {
    if (listening || !chrome.notifications) return;
    listening = true;
    chrome.notifications.onClicked.addListener((key) => void clicked(key));
  };

  listen();
  // The permission is asked for only when the member wants notifications: until then the interface is not there.
  chrome.permissions.onAdded.addListener(listen);
}
