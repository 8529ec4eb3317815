import {
  bridgeName,
  connectClient,
  contract,
  type Bridge,
  type Client,
  type Transport,
  type UntornContract,
} from '../../core/rpc/index.ts';

/** How the page reached its service, or why it cannot. */
export type Connection =
  { readonly kind: 'open'; readonly client: Client<UntornContract> } | { readonly kind: 'no-token' };

const tokenKey = 'untorn.token';

/** Connects over the desktop app's bridge where there is one, else over a WebSocket with the token of the address. */
export function connect(onClosed: () => void): Connection {
  const bridge = (window as unknown as Record<string, Bridge | undefined>)[bridgeName];
  if (bridge) return { kind: 'open', client: connectClient(contract, bridgeTransport(bridge), report) };
  const token = takeToken();
  if (token === null) return { kind: 'no-token' };
  return { kind: 'open', client: connectClient(contract, webSocketTransport(token, onClosed), report) };
}

function report(error: Error): void {
  console.error(error.message);
}

/**
 * Takes the token out of the address, so that it is in no bookmark and no screenshot, and keeps it for reloads of
 * this tab.
 */
function takeToken(): string | null {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (given === undefined) return sessionStorage.getItem(tokenKey);
  sessionStorage.setItem(tokenKey, given);
  history.replaceState(null, '', location.pathname);
  return given;
}

function webSocketTransport(token: string, onClosed: () => void): Transport {
  const socket = new WebSocket(`ws://${location.host}/rpc`, ['untorn.v1', `token.${token}`]);
  const waiting: string[] = [];
  socket.addEventListener('open', () => {
    for (const text of waiting.splice(0)) socket.send(text);
  });
  return {
    send(text) {
      if (socket.readyState === WebSocket.CONNECTING) waiting.push(text);
      else if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    onMessage(receiver) {
      socket.addEventListener('message', ({ data }: MessageEvent<unknown>) =>
        receiver(typeof data === 'string' ? data : null),
      );
    },
    onClose(listener) {
      socket.addEventListener('close', () => {
        listener();
        onClosed();
      });
    },
    close() {
      socket.close();
    },
  };
}

/** The desktop app's service lives as long as its window, so this channel never closes by itself. */
function bridgeTransport(bridge: Bridge): Transport {
  return {
    send: (text) => bridge.send(text),
    onMessage: (receiver) => bridge.onMessage(receiver),
    onClose: () => undefined,
    close: () => undefined,
  };
}
