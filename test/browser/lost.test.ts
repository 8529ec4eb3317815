import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { openPage, planNamed, writePlan } from './harness.ts';
import { describeInBrowser } from './stage.ts';
import { standIn } from './stand-in.ts';

/** A way to the service that can be cut and mended, as a tunnel or a sleeping laptop does. */
async function openTunnel(to: number) {
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port, cut, mend: () => listen(port) };
}

describeInBrowser('a lost connection', standIn, (stage) => {
  it('is said, ends what was under way, and is taken up again', async () => {
    const address = new URL(stage.server.url);
    const tunnel = await openTunnel(Number(address.port));
    address.port = String(tunnel.port);
    const { page, close } = await openPage(stage.browser, address.href);
    await writePlan(page, planNamed('endless'));
    await page.getByText('a loop device of 512').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    await tunnel.cut();
    const alert = page.getByRole('alert').getByText('The service is gone');
    await alert.waitFor();
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await verdict.getByText('the connection was closed').waitFor();
    await tunnel.mend();
    await alert.waitFor({ state: 'detached', timeout: 30_000 });
    await writePlan(page, planNamed('match again'));
    await page.getByText('a loop device of 512').waitFor();
    await page.keyboard.press('Control+Shift+Enter');
    await verdict.getByText('Match').waitFor();
    expect(await page.getByRole('grid').isVisible()).toBe(true);
    await close();
    await tunnel.cut();
  });
});
