// What the peers share: an HTTP server of one route, and how it says that it is ready.

import { createServer } from 'node:http';

/**
 * Serves POST /api/prove with `prove(witness, gone)`, which gives the proof; `gone` is an AbortSignal for a client that
 * has left. Prints a line of JSON with the port.
 */
export function serve(prove) {
  const server = createServer(async (request, response) => {
    const gone = new AbortController();
    response.on('close', () => response.writableFinished || gone.abort());
    try {
      const body = [];
      for await (const bytes of request) body.push(bytes);
      const proof = await prove(Buffer.concat(body), gone.signal);
      response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': proof.length });
      response.end(proof);
    } catch (error) {
      if (gone.signal.aborted) return;
      response.writeHead(500, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ error: 'Internal server error', message: String(error.message).slice(0, 500) }));
    }
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`));
}
