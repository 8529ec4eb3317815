import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../core/experiment/generate/random.ts';
import { connectClient, contract } from '../../core/rpc/index.ts';
import { webSocketTransport } from '../../main/serve/channel.ts';
import { startServer, type RunningServer } from '../../main/serve/server.ts';
import { site } from '../support/electron/app.ts';
import { serviceWith } from '../support/service.ts';
import { openSocket } from '../support/serving.ts';

/** Below the contract: bytes that are no HTTP and no frames of a WebSocket, on connections of their own. */

const seed = Number(process.env['UNTORN_FUZZ_SEED'] ?? 1);
const connections = 500;
const executed: string[] = [];
const defects: unknown[] = [];
let server: RunningServer;
let address: URL;

beforeAll(async () => {
  const service = serviceWith({ 'examples.list': () => Promise.resolve([]) }, (name) => executed.push(name));
  const settled = () => Promise.resolve();
  server = await startServer({ site, service, settled, port: 0, onDefect: (error) => defects.push(error) });
  address = new URL(server.url);
});
afterAll(() => server.close());

function bytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.between(0, 255)));
}

/** Sends the pieces one after the other; resolves with what came back once the server has closed, or has nothing to say. */
function talk(pieces: readonly Buffer[]): Promise<string> {
  return new Promise((resolve) => {
    const socket: Socket = connect(Number(address.port), '127.0.0.1');
    let heard = '';
    const end = () => {
      socket.destroy();
      resolve(heard);
    };
    socket.on('data', (data: Buffer) => (heard += data.toString('latin1')));
    socket.on('error', end);
    socket.on('close', end);
    for (const piece of pieces) socket.write(piece);
    socket.end();
  });
}

async function isAlive(): Promise<void> {
  const socket = await openSocket(server.url);
  const client = connectClient(contract, webSocketTransport(socket));
  expect(await client.call('examples.list', {}).result).toEqual([]);
  socket.terminate();
}

const upgrade = (token: string) =>
  Buffer.from(
    [
      'GET /rpc HTTP/1.1',
      `Host: ${address.host}`,
      `Origin: http://${address.host}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      `Sec-WebSocket-Protocol: untorn.v1, token.${token}`,
      '',
      '',
    ].join('\r\n'),
  );

/** A frame as RFC 6455 draws it, with bits that it does not allow. */
function frame(random: Random): Buffer {
  const first = random.between(0, 255);
  const payload = bytes(random, random.between(0, 125));
  const claimed = random.chance(50) ? payload.length : random.between(0, 127);
  const header = Buffer.from([first, (random.chance(70) ? 0x80 : 0) | claimed]);
  return Buffer.concat([header, bytes(random, random.between(0, 12)), payload]);
}

describe(`${connections} connections each (seed ${seed})`, () => {
  it('of any bytes are answered as bad requests, or closed', { timeout: 120_000 }, async () => {
    const random = new Random(seed);
    for (let n = 0; n < connections; n++) {
      const start = random.chance(50)
        ? upgrade('wrong').subarray(0, random.between(0, 200))
        : Buffer.alloc(0);
      const heard = await talk([start, bytes(random, random.between(0, 300))]);
      expect(heard).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
    }
    await isAlive();
  });

  it('of frames that are none, behind a good beginning, are closed', { timeout: 120_000 }, async () => {
    const random = new Random(seed);
    const token = address.hash.slice('#token='.length);
    for (let n = 0; n < connections; n++) {
      const frames = Array.from({ length: random.between(1, 5) }, () => frame(random));
      expect(await talk([upgrade(token), ...frames])).toMatch(/^HTTP\/1\.1 101 /);
    }
    await isAlive();
  });

  it('have done nothing', () => {
    expect(executed).toEqual([]);
    expect(defects).toEqual([]);
  });
});
