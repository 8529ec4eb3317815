import {
  bridgeName,
  connectClient,
  contract,
  type Bridge,
  type Client,
  type Transport,
  type UntornContract,
} from '../../core/rpc/index.ts';

/** `lost`: nobody answers, and it is tried again; `refused`: somebody does, but the token is not theirs. */
export type LinkState = 'open' | 'lost' | 'refused';

/** How the page reached its service, or why it cannot. */
export type Connection =
  { readonly kind: 'open'; readonly client: Client<UntornContract> } | { readonly kind: 'no-token' };

const tokenKey = 'untorn.token';

/**
 * Connects over the desktop app's bridge where there is one, else over a WebSocket with the token of the address. A socket that
 * is lost is opened again; calls that were under way then end with the error `closed`.
 */
export function connect(onState: (state: LinkState) => void): Connection {
  const bridge = (window as unknown as Record<string, Bridge | undefined>)[bridgeName];
  if (bridge) return { kind: 'open', client: connectClient(contract, bridgeTransport(bridge), report) };
  const token = takeToken();
  if (token === null) return { kind: 'no-token' };
  return { kind: 'open', client: reconnecting(token, onState) };
}

const retryMsMin = 400;
const retryMsMax = 5000;

function reconnecting(token: string, onState: (state: LinkState) => void): Client<UntornContract> {
  let retryMs = retryMsMin;
  let ended = false;
  let current = open();

  function open(): Client<UntornContract> {
    let opened = false;
    const onOpened = () => {
      opened = true;
      retryMs = retryMsMin;
      onState('open');
    };
    return connectClient(
      contract,
      webSocketTransport(token, onOpened, () => void onClosed(opened)),
      report,
    );
  }

  async function onClosed(opened: boolean): Promise<void> {
    if (ended) return;
    // Whoever serves the page but not the socket does not know the token: no patience helps.
    const refused = !opened && (await answers());
    onState(refused ? 'refused' : 'lost');
    if (refused) return;
    setTimeout(() => {
      if (!ended) current = open();
    }, retryMs);
    retryMs = Math.min(retryMsMax, retryMs * 2);
  }

  return {
    call: (name, input, onEvent) => current.call(name, input, onEvent),
    close() {
      ended = true;
      current.close();
    },
  };
}

async function answers(): Promise<boolean> {
  try {
    return (await fetch('/', { method: 'HEAD', cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

function report(error: Error): void {
  console.error(error.message);
}

const siblings = 'untorn.token';
const siblingMs = 300;

/**
 * To be called before anything connects: an address that was copied into a new window has no token, and another window of
 * this service, if one is open, gives it its own. Only pages that the service itself served hear of it.
 */
export async function shareToken(): Promise<void> {
  if (bridgeName in window) return;
  const channel = new BroadcastChannel(siblings);
  if (!location.hash.startsWith('#token=') && sessionStorage.getItem(tokenKey) === null) {
    const given = await askSiblings(channel);
    if (given !== null) sessionStorage.setItem(tokenKey, given);
  }
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const token = sessionStorage.getItem(tokenKey);
    if (data === 'ask' && token !== null) channel.postMessage({ token });
  });
}

function askSiblings(channel: BroadcastChannel): Promise<string | null> {
  return new Promise((resolve) => {
    const end = (token: string | null): void => {
      clearTimeout(timer);
      channel.removeEventListener('message', listen);
      resolve(token);
    };
    const listen = ({ data }: MessageEvent<unknown>): void => {
      if (typeof data !== 'object' || data === null || !('token' in data)) return;
      if (typeof data.token === 'string') end(data.token);
    };
    const timer = setTimeout(() => end(null), siblingMs);
    channel.addEventListener('message', listen);
    channel.postMessage('ask');
  });
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

function webSocketTransport(token: string, onOpened: () => void, onClosed: () => void): Transport {
  const socket = new WebSocket(`ws://${location.host}/rpc`, ['untorn.v1', `token.${token}`]);
  const waiting: string[] = [];
  socket.addEventListener('open', () => {
    for (const text of waiting.splice(0)) socket.send(text);
    onOpened();
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
