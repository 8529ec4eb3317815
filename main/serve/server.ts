import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { contract, requestLengthMax, serveRpc, type UntornService } from '../../core/rpc/index.ts';
import { Unable } from '../failure.ts';
import { encodeFile, securityHeaders, type Site } from '../web/index.ts';
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
  readonly patience?: Partial<Patience>;
}

/** How long it waits for the other side, in milliseconds. */
export interface Patience {
  /** For a request's headers: nobody holds a connection open by saying nothing. */
  readonly headersMs: number;
  /** For all of a request. */
  readonly requestMs: number;
  /** For the answer to a ping, and between two. Who is gone without a word (a tunnel that broke) holds no run. */
  readonly pingMs: number;
}

export interface RunningServer {
  /** The one address to open; it carries the token in its fragment, which no browser sends over the wire. */
  readonly url: string;
  /** Cancels what is under way and waits until it has cleaned up. */
  close(): Promise<void>;
}

const channelsMax = 16;
const connectionsMax = 64;
const usualPatience: Patience = { headersMs: 10_000, requestMs: 20_000, pingMs: 30_000 };
const host = '127.0.0.1';
const hostV6 = '::1';

/**
 * The interface for a browser of this machine: files without secrets over HTTP, the contract over a WebSocket that
 * asks for the token, the right origin and a host name of the loopback. It listens on both loopbacks, on that of IPv6
 * where there is one. Throws {@link Unable} where the port is taken.
 */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const token = makeToken();
  const patience = { ...usualPatience, ...parts.patience };
  const sockets = new WebSocketServer({
    noServer: true,
    // Of bytes; a character of the contract's limit takes at most three.
    maxPayload: 3 * requestLengthMax,
    perMessageDeflate: false,
    handleProtocols: () => subprotocol,
  });
  const makeServer = () => makeHttp(parts, patience, sockets, token);
  const http = makeServer();
  const port = await listen(http, host, parts.port);
  const httpV6 = makeServer();
  // Nobody is told of that address; what is not there, or taken, is not missed.
  const hasV6 = await listen(httpV6, hostV6, port).then(
    () => true,
    () => false,
  );
  const stopPinging = keepPinging(sockets, patience.pingMs);
  return {
    url: `http://${host}:${port}/#token=${token}`,
    async close() {
      stopPinging();
      await shutDown(hasV6 ? [http, httpV6] : [http], sockets, parts.settled);
    },
  };
}

function makeHttp(parts: ServerParts, patience: Patience, sockets: WebSocketServer, token: string): Server {
  const { headersMs, requestMs } = patience;
  const options = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: headersMs / 2,
  };
  const http = createServer(options, (request, response) => answerFile(parts.site, request, response));
  http.maxConnections = connectionsMax;
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = refuseUpgrade(request, token, sockets);
    if (refusal !== null) {
      endWith(socket, refusal);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      sockets.emit('connection', accepted, request);
      serveRpc(contract, parts.service, webSocketTransport(accepted), { onDefect: parts.onDefect });
    });
  });
  return http;
}

/** Ends channels whose other end no longer answers. The returned function ends the pinging. */
function keepPinging(sockets: WebSocketServer, pingMs: number): () => void {
  const silent = new WeakSet<WebSocket>();
  sockets.on('connection', (socket: WebSocket) => socket.on('pong', () => silent.delete(socket)));
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      // One that waits for its reader gets no pings through; webSocketTransport ends it where too much waits.
      if (silent.has(socket) && !socket.isPaused) socket.terminate();
      silent.add(socket);
      socket.ping();
    }
  }, pingMs);
  timer.unref();
  return () => clearInterval(timer);
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
  const encoded = encodeFile(file, request.headers['accept-encoding']?.toString());
  response.writeHead(200, { ...headers, ...encoded.headers });
  response.end(request.method === 'HEAD' ? undefined : encoded.body);
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

async function listen(http: Server, address: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Unable(`cannot listen on ${address}:${port}: ${error.code ?? error.message}`, '--port')),
    );
    http.listen(port, address, resolve);
  });
  return (http.address() as AddressInfo).port;
}

/** Ends all channels, which cancels their calls, and waits until those have cleaned up. */
async function shutDown(
  https: readonly Server[],
  sockets: WebSocketServer,
  settled: () => Promise<void>,
): Promise<void> {
  for (const client of sockets.clients) client.terminate();
  await Promise.all(
    https.map((http) => {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      http.closeAllConnections();
      return closed;
    }),
  );
  await settled();
}
