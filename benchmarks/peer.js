// A peer of mockgms for Node.js: `node peer.js http|mockttp PORT BODIES` answers /NAME, any method, with the bytes of
// the file BODIES/NAME. `http` is the server of Node.js alone. mockttp is found in the folder NODE_PATH.

import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [kind, port, folder] = process.argv.slice(2);
const bodies = new Map(readdirSync(folder).map((name) => [`/${name}`, readFileSync(join(folder, name))]));
// Without its length, mockttp would close the connection at the end of each body.
const headersOf = (body) => ({ 'Content-Type': 'application/json', 'Content-Length': String(body.length) });

function serveHttp() {
  createServer((request, response) => {
    const body = bodies.get(request.url.split('?', 1)[0]);
    response.writeHead(200, headersOf(body));
    response.end(body);
  }).listen(Number(port), '127.0.0.1');
}

async function serveMockttp() {
  const mockttp = createRequire(join(process.env.NODE_PATH, 'peer.js'))('mockttp');
  const server = mockttp.getLocal();
  await server.start(Number(port));
  for (const [path, body] of bodies) {
    await server.forGet(path).thenReply(200, body, headersOf(body));
    await server.forPost(path).thenReply(200, body, headersOf(body));
  }
}

await (kind === 'http' ? serveHttp() : serveMockttp());
