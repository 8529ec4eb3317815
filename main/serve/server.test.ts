import { request, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectClient, contract } from '../../core/rpc/index.ts';
import { serviceWith } from '../../test/support/service.ts';
import { openSocket, type Saying } from '../../test/support/serving.ts';
import type { Site } from '../web/index.ts';
import { webSocketTransport } from './channel.ts';
import { startServer, type RunningServer } from './server.ts';

const page = {
  body: Buffer.from('<!doctype html>'),
  gzip: null as Buffer | null,
  contentType: 'text/html; charset=utf-8',
  immutable: false,
};
const script = {
  body: Buffer.from('1'),
  gzip: Buffer.from('compressed'),
  contentType: 'text/javascript; charset=utf-8',
  immutable: true,
};
const site: Site = new Map([
  ['/', page],
  ['/assets/a.js', script],
]);

const service = serviceWith({
  'examples.list': async () => [{ id: 'one', title: 'One', text: '{}' }],
});

let server: RunningServer;
let address: URL;
let token: string;
const defects: unknown[] = [];
const settled = () => Promise.resolve();

beforeAll(async () => {
  server = await startServer({ site, service, settled, port: 0, onDefect: (error) => defects.push(error) });
  address = new URL(server.url);
  token = address.hash.slice('#token='.length);
});
afterAll(() => server.close());

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

function get(
  path: string,
  options: { method?: string; host?: string; accepts?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      host: options.host ?? address.host,
      ...(options.accepts === undefined ? {} : { 'accept-encoding': options.accepts }),
    };
    const sent = request({
      port: address.port,
      host: '127.0.0.1',
      path,
      method: options.method ?? 'GET',
      headers,
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let body = '';
      response.on('data', (part: Buffer) => (body += part.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.end();
  });
}

const open = (saying?: Saying) => openSocket(server.url, saying);

describe('the address', () => {
  it('is on the loopback, with the token where no request carries it', () => {
    expect(address.hostname).toBe('127.0.0.1');
    expect(Number(address.port)).toBeGreaterThan(1023);
    expect(address.search).toBe('');
    expect(token.length).toBeGreaterThan(40);
  });
});

describe('files', () => {
  it.each(['gzip', 'deflate, gzip;q=0.5', 'br, GZIP'])(
    'are sent compressed to who accepts %s',
    async (accepts) => {
      const { headers, body } = await get('/assets/a.js', { accepts });
      expect(body).toBe('compressed');
      expect(headers).toMatchObject({
        'content-encoding': 'gzip',
        'content-length': '10',
        'content-type': 'text/javascript; charset=utf-8',
        vary: 'accept-encoding',
      });
    },
  );

  it.each([undefined, 'identity', 'br', 'gzip;q=0', 'x-gzip2'])(
    'are sent as they are for %s',
    async (accepts) => {
      const { headers, body } = await get('/assets/a.js', accepts === undefined ? {} : { accepts });
      expect(body).toBe('1');
      expect(headers).not.toHaveProperty('content-encoding');
      expect(headers).toMatchObject({ 'content-length': '1', vary: 'accept-encoding' });
    },
  );

  it('have no compressed form where none was made', async () => {
    const { headers, body } = await get('/', { accepts: 'gzip' });
    expect(body).toBe('<!doctype html>');
    expect(headers).not.toHaveProperty('content-encoding');
  });

  it('come with a strict policy', async () => {
    const { status, headers, body } = await get('/');
    expect([status, body]).toEqual([200, '<!doctype html>']);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
    expect((await get('/assets/a.js')).headers['cache-control']).toContain('immutable');
  });

  it.each([
    '/../package.json',
    '/..%2fpackage.json',
    '//etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/../../x',
    '/assets',
  ])('do not include %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it('are not handed to another host name, and only by GET and HEAD', async () => {
    expect((await get('/', { host: 'evil.example' })).status).toBe(403);
    expect((await get('/', { method: 'POST' })).status).toBe(405);
    expect(await get('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });
});

describe('the channel', () => {
  it('carries the contract', async () => {
    const client = connectClient(contract, webSocketTransport(await open()));
    expect(await client.call('examples.list', {}).result).toHaveLength(1);
    client.close();
  });

  it.each([
    ['a wrong token', { token: 'x' }, 401],
    ['another origin', { origin: 'http://evil.example' }, 403],
    ['another host', { host: 'evil.example' }, 403],
    ['another path', { path: '/' }, 404],
  ])('is refused to %s', async (_, options, status) => {
    await expect(open(options)).rejects.toThrow(`Unexpected server response: ${status}`);
  });

  it('answers nonsense with an error and goes on', async () => {
    const socket = await open();
    const answers: unknown[] = [];
    const three = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        answers.push(JSON.parse(data.toString()));
        if (answers.length === 3) resolve();
      });
    });
    socket.send('{');
    socket.send(Buffer.from([1, 2, 3]));
    socket.send('{"kind":"request","id":1,"procedure":"examples.list","input":{}}');
    await three;
    expect(answers).toMatchObject([
      { kind: 'error', id: null, error: { code: 'malformed' } },
      { kind: 'error', id: null, error: { code: 'malformed' } },
      { kind: 'result', id: 1 },
    ]);
    socket.close();
  });

  it('is closed on a message that is far too long', async () => {
    const socket = await open();
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(49 * 2 ** 20));
    expect(await closed).toBe(1009);
  });

  it('tells of a defect on the service side only', async () => {
    const client = connectClient(contract, webSocketTransport(await open()));
    await expect(client.call('host.info', {}).result).rejects.toMatchObject({ code: 'internal' });
    expect(String(defects.at(-1))).toContain('host.info is not in this test');
    client.close();
  });
});

describe('the token', () => {
  it('is told by no answer, refusal or defect', async () => {
    const answers = [await get('/'), await get('/rpc'), await get('/none'), await get('/', { host: 'evil' })];
    const told = JSON.stringify([answers, defects.map(String)]);
    expect(told).not.toContain(token);
    await expect(open({ token: `${token}x` })).rejects.toThrow(/^Unexpected server response: 401$/);
  });
});

describe('startServer', () => {
  it('says which port is taken', async () => {
    const taken = startServer({
      site,
      service,
      settled,
      port: Number(address.port),
      onDefect: () => undefined,
    });
    await expect(taken).rejects.toThrow(`cannot listen on 127.0.0.1:${address.port}: EADDRINUSE`);
  });
});
