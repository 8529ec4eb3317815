import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import {
  bridgeName,
  contract,
  memoryTransports,
  serveRpc,
  type Bridge,
  type Transport,
  type UntornService,
} from '../../core/rpc/index.ts';
import { fromService, toService } from '../../main/electron/channels.ts';
import { webSocketTransport } from '../../main/serve/channel.ts';
import { startServer } from '../../main/serve/server.ts';
import { pageOf, site, startApp } from '../support/electron/app.ts';
import { openSocket } from '../support/serving.ts';

/** A channel to a service, seen from the page. */
export interface Connected {
  readonly page: Transport;
  /** Sends what is no text, in the ways that this transport knows. */
  sendOther(value: unknown): void;
  /** What procedures threw that was no RpcError. */
  readonly defects: unknown[];
  close(): Promise<void>;
}

export type Connect = (service: UntornService) => Promise<Connected>;

/** Every way from a page to the service. */
export const transports: Readonly<Record<string, Connect>> = {
  memory: connectInMemory,
  WebSocket: connectBySocket,
  'Electron (stand-in)': connectByElectron,
};

function connectInMemory(service: UntornService): Promise<Connected> {
  const [near, far] = memoryTransports();
  const defects: unknown[] = [];
  // As a transport delivers what was no text.
  let receive: (text: string | null) => void = () => undefined;
  const listening: Transport = {
    ...far,
    onMessage(receiver) {
      receive = receiver;
      far.onMessage(receiver);
    },
  };
  serveRpc(contract, service, listening, { onDefect: (error) => defects.push(error) });
  return Promise.resolve({
    page: near,
    sendOther: () => receive(null),
    defects,
    close: () => Promise.resolve(near.close()),
  });
}

async function connectBySocket(service: UntornService): Promise<Connected> {
  const defects: unknown[] = [];
  const settled = () => Promise.resolve();
  const onDefect = (error: unknown) => defects.push(error);
  const server = await startServer({ site, service, settled, port: 0, onDefect });
  const socket = await openSocket(server.url);
  return {
    page: webSocketTransport(socket),
    sendOther: (value) => socket.send(Buffer.from(String(value))),
    defects,
    async close() {
      socket.terminate();
      await server.close();
    },
  };
}

/** The app's real shell and its real preload script, over stand-ins of Electron on both sides. */
async function connectByElectron(service: UntornService): Promise<Connected> {
  const folder = await mkdtemp(join(tmpdir(), 'untorn-test-'));
  const defects: unknown[] = [];
  const { electron, window } = await startApp({ folder, service, onDefect: (error) => defects.push(error) });
  if (!window) throw new Error('no window');
  window.webContents.keepsSent = false;
  const page = pageOf(electron, window);

  const ipcRenderer = Object.assign(new EventEmitter(), {
    send: (channel: string, message: unknown) => {
      if (channel === toService) page.send(message);
    },
  });
  page.onText((text) => ipcRenderer.emit(fromService, {}, text));
  const bridge = await loadBridge(ipcRenderer);
  let onClosed = (): void => undefined;
  window.on('closed', () => onClosed());
  return {
    page: {
      send: (text) => bridge.send(text),
      onMessage: (receiver) => bridge.onMessage(receiver),
      onClose: (listener) => {
        onClosed = listener;
      },
      close: () => window.close(),
    },
    // Past the preload script, as a page that broke out of its world would.
    sendOther: (value) => page.send(value),
    defects,
    async close() {
      if (!window.destroyed) window.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function loadBridge(ipcRenderer: EventEmitter): Promise<Bridge> {
  const exposed = new Map<string, Bridge>();
  const contextBridge = { exposeInMainWorld: (name: string, api: Bridge) => exposed.set(name, api) };
  vi.resetModules();
  vi.doMock('electron', () => ({ ipcRenderer, contextBridge, webUtils: {} }));
  await import('../../main/electron/preload.ts');
  vi.doUnmock('electron');
  const bridge = exposed.get(bridgeName);
  if (!bridge) throw new Error('the preload script exposed no bridge');
  return bridge;
}
