import { WebSocket } from 'ws';

/** What a browser would say when it opens the channel; what is left out is said rightly. */
export interface Saying {
  readonly path?: string;
  readonly origin?: string;
  readonly token?: string;
  readonly host?: string;
  /** False for one that answers no pings. */
  readonly autoPong?: boolean;
}

/** A socket with the token of the address, as the page opens it. Rejects with what the server answers. */
export function openSocket(url: string, saying: Saying = {}): Promise<WebSocket> {
  const { host: address, hash } = new URL(url);
  const { path = '/rpc', token = hash.slice('#token='.length), host = address, autoPong = true } = saying;
  const socket = new WebSocket(`ws://${address}${path}`, ['untorn.v1', `token.${token}`], {
    origin: saying.origin ?? `http://${host}`,
    headers: { host },
    autoPong,
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}
