// Servers that are not proverd: one that writes down what it is sent, and some that misbehave.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Manner = 'echo' | 'page' | 'page404' | 'silent' | 'reset' | 'unavailable' | 'stall';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  bytes: number;
  /** Whether the body came to its end. */
  whole: boolean;
  /** Whether the client went away before the answer. */
  gone: boolean;
}

type Answer = (response: ServerResponse, request: IncomingMessage, seen: Seen) => void;

const ANSWERS: Record<Manner, Answer> = {
  echo: (response, _request, seen) => {
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Set-Cookie': 'a=b',
      'Access-Control-Allow-Origin': 'http://other.example',
      Vary: 'Origin, Accept',
      Connection: 'close',
    });
    response.end(JSON.stringify(seen));
  },
  page: (response) => void response.writeHead(502, { 'Content-Type': 'text/html' }).end('<html>Bad gateway</html>'),
  page404: (response) => void response.writeHead(404, { 'Content-Type': 'text/html' }).end('<html>Not here</html>'),
  silent: () => undefined,
  reset: (response) => void response.socket?.resetAndDestroy(),
  unavailable: (response) =>
    void response
      .writeHead(503, { 'Content-Type': 'application/json', 'Retry-After': '7' })
      .end('{"error":"Service unavailable","message":"later","code":"server_stopping","request_id":"x"}'),
  /** A first piece of an answer, and never the rest. */
  stall: (response) => {
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': '1000000' });
    response.write(Buffer.alloc(1000));
  },
};

export class StandIn {
  readonly seen: Seen[] = [];
  connections = 0;
  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(manner: Manner): Promise<StandIn> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const standIn = new StandIn(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (socket) => {
      standIn.connections++;
      socket.on('error', () => undefined).on('close', () => standIn.connections--);
    });
    server.on('request', (request, response) => {
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
      const seen: Seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers,
        bytes: 0,
        whole: false,
        gone: false,
      };
      standIn.seen.push(seen);
      response.on('close', () => (seen.gone = !response.writableFinished));
      request.on('data', (chunk: Buffer) => (seen.bytes += chunk.length)).on('error', () => undefined);
      request.on('end', () => {
        seen.whole = true;
        ANSWERS[manner](response, request, seen);
      });
    });
    server.on('checkContinue', (_request, response) => void response.writeHead(417).end());
    return standIn;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
