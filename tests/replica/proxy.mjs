// A loopback proxy for a browser that cannot be told to resolve a name elsewhere (Firefox): it opens tunnels to
// www.linkedin.com only, and these end at the replica. Everything else is refused, so nothing leaves the machine.
import { createServer } from 'node:http';
import { connect } from 'node:net';

/** @returns {Promise<{ port: number, refused: string[], close: () => Promise<void> }>} */
export async function startProxy(replicaPort) {
  const refused = [];
  const open = new Set();
  const server = createServer((request, response) => {
    refused.push(request.url);
    response.writeHead(403).end();
  });
  server.on('connect', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (request.url !== 'www.linkedin.com:443') {
      refused.push(request.url);
      return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    }
    const replica = connect(replicaPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      replica.write(head);
      replica.pipe(socket).pipe(replica);
    });
    replica.on('error', () => socket.destroy());
    for (const end of [socket, replica]) {
      open.add(end);
      end.on('close', () => open.delete(end));
    }
    return undefined;
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const end of open) end.destroy();
    });
  return { port, refused, close };
}
