import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type RunningServer } from '../../main/serve/server.ts';
import { site } from '../support/electron/app.ts';
import { serviceWith } from '../support/service.ts';
import { openBrowser, whyNoBrowser } from './harness.ts';

/** What a real browser lets the pages of other sites do to a service on the same machine. */
describe.skipIf(whyNoBrowser)(
  `pages of other sites${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`,
  () => {
    const executed: string[] = [];
    let server: RunningServer;
    let address: URL;
    let other: Server;
    let otherPort: number;
    let browser: Browser;
    let closeBrowser: () => Promise<void>;
    let page: Page;

    beforeAll(async () => {
      const answers = { 'examples.list': () => Promise.resolve([{ id: 'secret', title: '', text: '' }]) };
      const service = serviceWith(answers, (name) => executed.push(name));
      const settled = () => Promise.resolve();
      server = await startServer({ site, service, settled, port: 0, onDefect: () => undefined });
      address = new URL(server.url);
      other = createServer((_request, response) => {
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><title>another site</title>');
      });
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      otherPort = (other.address() as AddressInfo).port;
      // A name that its owner points at this machine.
      const rebound = '--host-resolver-rules=MAP evil.example 127.0.0.1';
      ({ browser, close: closeBrowser } = await openBrowser([rebound]));
    });
    afterAll(async () => {
      await closeBrowser();
      await server.close();
      await new Promise((resolve) => other.close(resolve));
    });
    beforeEach(async () => {
      page = await browser.newPage();
      return () => page.close();
    });

    /** What comes of a channel that the page opens: what it is answered, or that it is refused. */
    const openChannel = (host: string, token: string) =>
      page.evaluate(
        ([url, key]) =>
          new Promise<string>((resolve) => {
            const socket = new WebSocket(`ws://${url}/rpc`, ['untorn.v1', `token.${key}`]);
            socket.onopen = () =>
              socket.send('{"kind":"request","id":1,"procedure":"examples.list","input":{}}');
            socket.onmessage = ({ data }) => resolve(String(data));
            socket.onerror = () => resolve('refused');
          }),
        [host, token] as const,
      );
    const token = () => address.hash.slice('#token='.length);

    it('the service answers its own page', async () => {
      await page.goto(server.url);
      expect(await openChannel(address.host, token())).toContain('secret');
      expect(await openChannel(address.host, 'wrong')).toBe('refused');
    });

    it('a page of another origin gets no channel, with the right token neither', async () => {
      await page.goto(`http://127.0.0.1:${otherPort}/`);
      expect(await openChannel(address.host, token())).toBe('refused');
      expect(await openChannel(`localhost:${address.port}`, token())).toBe('refused');
    });

    it('a page of another origin reads no file and frames nothing', async () => {
      await page.goto(`http://127.0.0.1:${otherPort}/`);
      const read = (mode: 'cors' | 'no-cors') =>
        page.evaluate(
          ([url, how]) =>
            fetch(url, { mode: how }).then(
              () => 'read',
              () => 'refused',
            ),
          [address.origin, mode] as const,
        );
      expect(await read('cors')).toBe('refused');
      expect(await read('no-cors')).toBe('refused');
      const frame = await page.evaluate(
        (url) =>
          new Promise<string>((resolve) => {
            const element = document.createElement('iframe');
            element.onload = () => resolve(element.contentDocument === null ? 'not ours to see' : 'open');
            element.src = url;
            document.body.append(element);
          }),
        address.origin,
      );
      expect(frame).toBe('not ours to see');
      expect(page.frames().map((one) => one.url())).not.toContain(`${address.origin}/`);
    });

    it('a name that is pointed at this machine gets neither files nor a channel', async () => {
      const response = await page.goto(`http://evil.example:${address.port}/`);
      expect(response?.status()).toBe(403);
      expect(await openChannel(`evil.example:${address.port}`, token())).toBe('refused');
      expect(await openChannel(address.host, token())).toBe('refused');
    });

    it('have done nothing', () => {
      expect(executed).toEqual([]);
    });
  },
);
