import { EventEmitter } from 'node:events';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { contract, serveRpc } from '../../core/rpc/index.ts';
import { serviceWith } from '../../test/support/service.ts';
import { webSocketTransport } from './channel.ts';

let sockets: WebSocketServer;
let accepted: Promise<[WebSocket]>;
let page: WebSocket;
beforeEach(async () => {
  sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(sockets, 'listening');
  accepted = once(sockets, 'connection') as Promise<[WebSocket]>;
  page = new WebSocket(`ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`);
  await once(page, 'open');
});
afterEach(() => {
  page.terminate();
  sockets.close();
});

it('asks nothing more of a service while its answers wait', async () => {
  const [socket] = await accepted;
  const megabyte = 'x'.repeat(2 ** 20);
  let asked = 0;
  const service = serviceWith({
    'examples.list': () => {
      asked++;
      return Promise.resolve([{ id: 'a', title: 'A', text: megabyte }]);
    },
  });
  serveRpc(contract, service, webSocketTransport(socket));
  const count = 200;
  page.pause();
  for (let id = 1; id <= count; id++)
    page.send(`{"kind":"request","id":${id},"procedure":"examples.list","input":{}}`);
  // What came in one piece is answered, most of it with `busy`. The kernel takes a few megabytes on the way; then it stands still.
  await expect.poll(() => socket.isPaused).toBe(true);
  expect(asked).toBeLessThan(40);
  expect(socket.bufferedAmount).toBeLessThan(40 * 2 ** 20);
  let answers = 0;
  page.on('message', () => answers++);
  page.resume();
  await expect.poll(() => answers, { timeout: 20_000 }).toBe(count);
});

/** The parts of a WebSocket that a channel takes, of which a test says how full it is. */
class FullSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  bufferedAmount = 0;
  readonly calls: string[] = [];
  close = (): void => void this.calls.push('close');
  pause = (): void => void this.calls.push('pause');
  resume = (): void => void this.calls.push('resume');
  send = (): void => void this.calls.push('send');
  terminate = (): void => void this.calls.push('terminate');
}

it('leaves a peer that reads nothing', () => {
  const socket = new FullSocket();
  const transport = webSocketTransport(socket);
  transport.send('a');
  socket.bufferedAmount = 2 ** 20 + 1;
  transport.send('b');
  socket.bufferedAmount = 256 * 2 ** 20 + 1;
  transport.send('c');
  expect(socket.calls).toEqual(['send', 'send', 'pause', 'terminate']);
});
