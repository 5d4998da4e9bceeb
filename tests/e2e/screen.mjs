// A screen that nobody sees (Xvfb).
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * It does not begin anew when its last window closes: whoever connects in that moment would be turned away.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{screen: import('node:child_process').ChildProcess, display: string}>} `screen` is for the caller to end
 */
export async function startScreen(env) {
  const screen = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1024x768x24', '-nolisten', 'tcp', '-noreset'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const number = await new Promise((done, fail) => {
    createInterface({ input: screen.stdout }).once('line', done);
    screen.once('exit', () => fail(new Error('Xvfb ended before it said anything')));
  });
  return { screen, display: `:${number}` };
}
