// The first hour in Firefox.
import { writeFileSync } from 'node:fs';
import { startFirefox } from './firefox.mjs';
import { firstHour } from './first-hour.mjs';

/** A tab that a page opened: the driver lists none of these, the protocol does. */
class Opened {
  /** @param {any} connection @param {{context: string, url: string}} tab */
  constructor(connection, { context, url }) {
    Object.assign(this, { connection, context, address: url });
  }

  url = () => this.address;
  isClosed = () => false;
  send = async (method, params = {}) =>
    (await this.connection.send(`browsingContext.${method}`, { context: this.context, ...params })).result;
  bringToFront = () => this.send('activate');
  close = () => this.send('close');
  setViewport = ({ width, height }) => this.send('setViewport', { viewport: { width, height } });
  screenshot = async ({ path }) => {
    const { data } = await this.send('captureScreenshot', { origin: 'document' });
    writeFileSync(path, data, 'base64');
  };

  async evaluate(body, argument) {
    const { result } = await this.connection.send('script.callFunction', {
      functionDeclaration: `async (given) => JSON.stringify((await (${body})(JSON.parse(given))) ?? null)`,
      target: { context: this.context },
      awaitPromise: true,
      arguments: [{ type: 'string', value: JSON.stringify(argument ?? null) }],
    });
    if (result.type !== 'success') throw new Error(result.exceptionDetails.text);
    return JSON.parse(result.result.value);
  }

  $eval = (selector, body) => this.evaluate(`(selector) => (${body})(document.querySelector(selector))`, selector);
}

firstHour('firefox', async (session, replica) => {
  const started = await startFirefox(session, replica);
  const { connection } = started.browser;
  const theme = (page, value) =>
    page.evaluate((scheme) => {
      document.documentElement.style.colorScheme = scheme;
    }, value);
  const pages = async () => {
    const { contexts } = (await connection.send('browsingContext.getTree', {})).result;
    const opened = contexts.filter(({ originalOpener }) => originalOpener).map((tab) => new Opened(connection, tab));
    return [...(await started.browser.pages()), ...opened];
  };
  return { ...started, theme, pages };
});
