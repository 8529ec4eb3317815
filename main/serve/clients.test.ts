import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectClient, contract } from '../../core/rpc/index.ts';
import { site } from '../../test/support/electron/app.ts';
import { serviceWith } from '../../test/support/service.ts';
import { openSocket } from '../../test/support/serving.ts';
import { webSocketTransport } from './channel.ts';
import { startServer, type Patience, type RunningServer } from './server.ts';

/** How many calls wait until they are cancelled. */
let watching = 0;
const service = serviceWith({
  'examples.list': async () => [{ id: 'one', title: 'One', text: '{}' }],
  'desktop.watch': async (_, { cancellation }) => {
    watching++;
    await new Promise<void>((resolve) => cancellation.onRequest(resolve));
    watching--;
    return {};
  },
});

const start = (patience: Partial<Patience> = {}) =>
  startServer({
    site,
    service,
    settled: () => Promise.resolve(),
    port: 0,
    onDefect: () => undefined,
    patience,
  });

let server: RunningServer;
let address: URL;
beforeAll(async () => {
  server = await start();
  address = new URL(server.url);
});
afterAll(() => server.close());
const open = () => openSocket(server.url);

describe('several browsers', () => {
  it('have each their own calls, also under the same numbers', async () => {
    const clients = await Promise.all(
      Array.from({ length: 3 }, async () => connectClient(contract, webSocketTransport(await open()))),
    );
    const [left, ...others] = clients.map((client) => ({
      client,
      watching: client.call('desktop.watch', {}).result.catch((error: unknown) => error),
    }));
    await expect.poll(() => watching).toBe(3);
    left?.client.close();
    await expect.poll(() => watching).toBe(2);
    for (const { client } of others) expect(await client.call('examples.list', {}).result).toHaveLength(1);
    for (const { client } of others) client.close();
    await expect.poll(() => watching).toBe(0);
  });

  it('are 16 at most; the next one is let in when one has left', async () => {
    const sockets = await Promise.all(Array.from({ length: 16 }, () => open()));
    await expect(open()).rejects.toThrow('503');
    sockets[0]?.terminate();
    await expect.poll(() => open().then((socket) => sockets.push(socket), String)).toBe(17);
    for (const socket of sockets) socket.terminate();
  });
});

describe('the loopback of IPv6', () => {
  const hasV6 = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address: one }) => one === '::1'),
  );

  it.skipIf(!hasV6)(`is served, too${hasV6 ? '' : ' (skipped: there is none)'}`, async () => {
    const origin = `http://[::1]:${address.port}`;
    expect((await fetch(origin)).status).toBe(200);
    const url = server.url.replace('127.0.0.1', '[::1]');
    const client = connectClient(contract, webSocketTransport(await openSocket(url)));
    expect(await client.call('examples.list', {}).result).toHaveLength(1);
    client.close();
    await expect(openSocket(url, { origin: `http://127.0.0.1:${address.port}` })).rejects.toThrow('403');
  });
});

describe('who is silent', () => {
  const ended = (socket: Duplex) =>
    new Promise<string>((resolve) => {
      let heard = '';
      socket.on('data', (data: Buffer) => (heard += data.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(heard));
    });

  it('in the middle of a request, is let go', async () => {
    const impatient = await start({ headersMs: 50, requestMs: 100 });
    const socket = connect(Number(new URL(impatient.url).port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
    expect(await ended(socket)).toMatch(/^HTTP\/1\.1 408 /);
    await impatient.close();
  });

  it('in a channel, is let go, and what it had under way is cancelled', async () => {
    const pinging = await start({ pingMs: 50 });
    const gone = await openSocket(pinging.url, { autoPong: false });
    const there = connectClient(contract, webSocketTransport(await openSocket(pinging.url)));
    const left = once(gone, 'close');
    gone.send('{"kind":"request","id":1,"procedure":"desktop.watch","input":{}}');
    await expect.poll(() => watching).toBe(1);
    await left;
    await expect.poll(() => watching).toBe(0);
    expect(await there.call('examples.list', {}).result).toHaveLength(1);
    await pinging.close();
  });
});
