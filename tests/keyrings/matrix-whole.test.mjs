// The whole way alone, in each state of each keyring program: the answers are those of the table (expected.mjs), as they are in
// matrix.test.mjs, where the everyday way is asked before it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOST, Session, frame, observation } from '../e2e/host.mjs';

process.env.CL_KEYRING_WAY = 'whole'; // each session hands it on; a build for tests hears it

test('the whole way it is', async () => {
  const session = await Session.start();
  try {
    const params = { observations: [observation({ asked: true })] };
    const input = frame(JSON.stringify({ id: 1, op: 'record', params }));
    const { stderr } = session.run(HOST, [], { input, env: { LD_DEBUG: 'files' } });
    assert.match(stderr, /calling init: \S*keyring-whole/);
    assert.doesNotMatch(stderr, /calling init: \S*keyring-everyday/);
  } finally {
    await session.stop();
  }
});

await import('./matrix.test.mjs');
