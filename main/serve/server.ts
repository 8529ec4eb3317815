import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { contract, requestLengthMax, serveRpc, type UntornService } from '../../core/rpc/index.ts';
import { Unable } from '../failure.ts';
import { fileHeaders, securityHeaders, type Site } from '../web/index.ts';
import { webSocketTransport } from './channel.ts';
import { hostAllowed, judgeUpgrade, makeToken, subprotocol } from './guard.ts';

export interface ServerParts {
  readonly site: Site;
  readonly service: UntornService;
  /** Resolves once no call is under way. */
  readonly settled: () => Promise<void>;
  /** 0 for one that is free. */
  readonly port: number;
  readonly onDefect: (error: unknown, procedure: string) => void;
}

export interface RunningServer {
  /** The one address to open; it carries the token in its fragment, which no browser sends over the wire. */
  readonly url: string;
  /** Cancels what is under way and waits until it has cleaned up. */
  close(): Promise<void>;
}

const channelsMax = 16;
const connectionsMax = 64;
/** For a request's headers, and for all of it: nobody holds a connection open by saying nothing. */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 20_000;
const host = '127.0.0.1';

/**
 * The interface for a browser of this machine: files without secrets over HTTP, the contract over a WebSocket that
 * asks for the token, the right origin and a host name of the loopback. Throws {@link Unable} where the port is taken.
 */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const token = makeToken();
  const http = createServer(
    { headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs },
    (request, response) => answerFile(parts.site, request, response),
  );
  http.maxConnections = connectionsMax;
  const sockets = new WebSocketServer({
    noServer: true,
    // Of bytes; a character of the contract's limit takes at most three.
    maxPayload: 3 * requestLengthMax,
    perMessageDeflate: false,
    handleProtocols: () => subprotocol,
  });
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = refuseUpgrade(request, token, sockets);
    if (refusal !== null) {
      endWith(socket, refusal);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      serveRpc(contract, parts.service, webSocketTransport(accepted), { onDefect: parts.onDefect });
    });
  });
  const port = await listen(http, parts.port);
  return {
    url: `http://${host}:${port}/#token=${token}`,
    close: () => shutDown(http, sockets, parts.settled),
  };
}

function answerFile(site: Site, request: IncomingMessage, response: ServerResponse): void {
  const headers = securityHeaders("'self'");
  const plain = (status: number) => {
    response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${status} ${STATUS_CODES[status] ?? ''}\n`);
  };
  if (!hostAllowed(request.headers.host)) return plain(403);
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405);
  const file = site.get((request.url ?? '').split('?')[0] ?? '');
  if (!file) return plain(404);
  response.writeHead(200, { ...headers, ...fileHeaders(file) });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

function refuseUpgrade(request: IncomingMessage, token: string, sockets: WebSocketServer): number | null {
  const { host: claimed, origin, 'sec-websocket-protocol': subprotocols } = request.headers;
  const refusal = judgeUpgrade({ host: claimed, origin, subprotocols }, token);
  if (refusal !== null) return refusal;
  if (request.url !== '/rpc') return 404;
  return sockets.clients.size >= channelsMax ? 503 : null;
}

function endWith(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

async function listen(http: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Unable(`cannot listen on ${host}:${port}: ${error.code ?? error.message}`, '--port')),
    );
    http.listen(port, host, resolve);
  });
  return (http.address() as AddressInfo).port;
}

/** Ends all channels, which cancels their calls, and waits until those have cleaned up. */
async function shutDown(http: Server, sockets: WebSocketServer, settled: () => Promise<void>): Promise<void> {
  for (const client of sockets.clients) client.terminate();
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  http.closeAllConnections();
  await closed;
  await settled();
}
