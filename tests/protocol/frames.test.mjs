// Frames over real pipes: what a browser sends in pieces, and what no browser should send.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { frame, header, HOST, limits, Session, sleep } from '../e2e/host.mjs';

const LIMITS = limits();
const HELLO = JSON.stringify({ id: 7, op: 'hello', params: {} });

/** @type {Session} */
let session;
before(async () => {
  session = await Session.start({ keyring: 'none' });
});
after(() => session.stop());

/** @param {any} answer @param {string} code @param {number | null} [id] */
function refused(answer, code, id = null) {
  assert.equal(answer?.ok, false);
  assert.equal(answer.error.code, code);
  assert.equal(answer.id, id);
  assert.deepEqual(Object.keys(answer), ['id', 'ok', 'error']);
  assert.deepEqual(Object.keys(answer.error), ['code', 'message', 'field']);
}

test('an answer has exactly the documented members', async () => {
  const host = session.host();
  const answer = await host.send('hello');
  assert.deepEqual(Object.keys(answer), ['id', 'ok', 'result']);
  assert.equal(answer.id, 1);
  assert.deepEqual(answer.result.limits, {
    request: LIMITS.CL_REQUEST_MAX,
    reply: LIMITS.CL_REPLY_MAX,
    batch: LIMITS.CL_BATCH_MAX,
    entry: LIMITS.CL_ENTRY_MAX,
  });
  assert.deepEqual(await host.close(), { code: 0, signal: null });
});

test('a frame in single bytes is read', async () => {
  const host = session.host();
  for (const byte of frame(HELLO)) {
    host.write(Buffer.from([byte]));
    await sleep(1);
  }
  assert.equal((await host.read()).id, 7);
  await host.close();
});

test('header and body in two writes, as Firefox does', async () => {
  const host = session.host();
  host.write(header(HELLO.length));
  await sleep(50);
  host.write(HELLO);
  assert.equal((await host.read()).ok, true);
  await host.close();
});

test('two frames in one write and half of a third get three answers in order', async () => {
  const host = session.host();
  const third = frame(JSON.stringify({ id: 3, op: 'hello', params: {} }));
  const two = [1, 2].map((id) => frame(JSON.stringify({ id, op: 'hello', params: {} })));
  host.write(Buffer.concat([...two, third.subarray(0, 9)]));
  assert.equal((await host.read()).id, 1);
  assert.equal((await host.read()).id, 2);
  host.write(third.subarray(9));
  assert.equal((await host.read()).id, 3);
  await host.close();
});

test('the end between two frames is the end, without an answer', async () => {
  for (const first of [Buffer.alloc(0), frame(HELLO)]) {
    const host = session.host();
    host.write(first);
    host.end();
    if (first.length) assert.equal((await host.read()).ok, true);
    assert.equal(await host.readBytes(), null);
    assert.deepEqual(await host.exited, { code: 0, signal: null });
  }
});

for (const cut of [1, 3, 4, 5, frame(HELLO).length - 1]) {
  test(`the end after ${cut} bytes of a frame is frame-cut`, async () => {
    const host = session.host();
    host.write(frame(HELLO).subarray(0, cut));
    host.end();
    refused(await host.read(), 'frame-cut');
    assert.equal(await host.readBytes(), null);
    assert.notEqual((await host.exited).code, 0);
  });
}

for (const length of [0, LIMITS.CL_REQUEST_MAX + 1, 0x7fffffff, 0x80000000, 0xffffffff]) {
  test(`a length of ${length} is frame-length, and the host ends while the pipe is open`, async () => {
    const host = session.host();
    host.write(Buffer.concat([header(length), frame(HELLO)]));
    refused(await host.read(), 'frame-length');
    assert.equal(await host.readBytes(), null);
    assert.notEqual((await host.exited).code, 0);
  });
}

test('the longest request is read and judged, and the next one too', async () => {
  const host = session.host();
  const padding = LIMITS.CL_REQUEST_MAX - HELLO.length;
  host.writeFrame(HELLO.replace('}}', `}${' '.repeat(padding)}}`));
  assert.equal((await host.read()).ok, true);
  host.writeFrame(Buffer.alloc(LIMITS.CL_REQUEST_MAX, 0x5b));
  refused(await host.read(), 'bad-json');
  assert.equal((await host.send('hello')).ok, true);
  await host.close();
});

test('a length that promises 8 MiB costs no memory before the bytes come', async () => {
  const host = session.host();
  assert.equal((await host.send('hello')).ok, true);
  host.write(header(LIMITS.CL_REQUEST_MAX));
  await sleep(100);
  const status = session.run('cat', [`/proc/${host.child.pid}/status`]).stdout;
  assert.ok(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) < 12_000, status);
  host.end();
  refused(await host.read(), 'frame-cut');
  await host.exited;
});

test('after a bad message the next good one is answered', async () => {
  const host = session.host();
  for (let i = 0; i < 20; i++) {
    host.writeFrame('{"id":1,"op":"hello","params":{}');
    refused(await host.read(), 'bad-json');
    assert.equal((await host.send('hello')).ok, true);
  }
  await host.close();
});

test('a browser that goes without reading does not leave a host behind', async () => {
  const host = session.host();
  host.child.stdout.destroy();
  host.writeFrame(HELLO);
  host.end();
  const { signal } = await host.exited;
  assert.equal(signal, null); // SIGPIPE is ignored: it ends by itself
});

test('what browsers put into argv is not looked at', async () => {
  for (const args of [
    [],
    ['/usr/lib/x.json', 'consentlog@consentlog.org'],
    ['--parent-window=5'],
    ['--version', 'x'],
  ]) {
    const host = session.host({ args });
    assert.equal((await host.send('hello')).ok, true);
    await host.close();
  }
});

test('--version and --help speak to people', () => {
  for (const flag of ['--version', '--help']) {
    const { stdout, status } = session.run(HOST, [flag]);
    assert.match(stdout, /^consentlog-host \d+\.\d+\.\d+\n/);
    assert.equal(status, 0);
  }
});

test('nothing but frames reaches stdout, even when GLib is told to print there', async () => {
  const loud = { G_MESSAGES_DEBUG: 'all', G_DBUS_DEBUG: 'all' };
  const full = await Session.start();
  const host = full.host({ env: loud });
  try {
    assert.equal((await host.send('status')).ok, true);
    host.end();
    assert.equal(await host.readBytes(), null); // throws if anything stands between the frames
    await host.exited;
    assert.match(host.stderr, /GDBus-debug/); // it did print
  } finally {
    await full.stop();
  }
});

test('hello touches neither keyring nor log; status asks the bus', async () => {
  const other = await Session.start({ keyring: 'no-bus' });
  let asked = 0;
  const bus = createServer((socket) => {
    asked++;
    socket.destroy();
  });
  await new Promise((done) => bus.listen(other.socket, () => done(undefined)));
  const host = other.host({ env: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${other.socket}` } });
  try {
    assert.equal((await host.send('hello')).ok, true);
    assert.equal(asked, 0);
    assert.deepEqual(readdirSync(`${other.dir}/data`), []);
    const { result } = await host.send('status');
    assert.equal(result.keyring, 'no-session-bus');
    assert.ok(asked > 0);
    assert.ok(!existsSync(other.log));
  } finally {
    await host.close();
    bus.close();
    await other.stop();
  }
});
