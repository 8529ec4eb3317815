/** Sandboxes as the interface sees them: the real service over this machine, as whoever runs the tests. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectClient, contract, memoryTransports, serveRpc } from '../../core/rpc/index.ts';
import { here } from '../../main/service/index.ts';
import { umlOrReason } from '../support/sandbox.ts';

const { kernel, reason } = umlOrReason();

describe.skipIf(reason)(`sandboxes over the contract${reason ? ` (${reason})` : ''}`, () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-service-'));
  const before = process.env['XDG_STATE_HOME'];
  beforeAll(() => (process.env['XDG_STATE_HOME'] = folder));
  afterAll(() => {
    if (before === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = before;
    rmSync(folder, { recursive: true });
  });

  function connect() {
    const [near, far] = memoryTransports();
    serveRpc(contract, here({ allowDestructive: false }).service, far);
    return connectClient(contract, near);
  }

  it('are found, and make real runs possible', async () => {
    const client = connect();
    const { kernels, usual } = await client.call('sandbox.list', {}).result;
    expect(usual).toBe('uml');
    expect(kernels[0]).toMatchObject({
      name: 'uml',
      release: kernel?.release,
      drives: ['scsi', 'loop'],
      run: { possible: true },
    });
    expect((await client.call('host.info', {}).result).run.possible).toBe(true);
  });

  it('run a plan on a loop device, as predicted for their kernel, and the history knows where', async () => {
    const client = connect();
    const text = readFileSync('examples/bigalloc-16k.json', 'utf8');
    const predicted = await client.call('plan.predict', { text, kernel: 'uml' }).result;
    const fresh = await client.call('plan.run', { text, kernel: 'uml' }).result;
    expect(fresh).toMatchObject({ match: true, kernel: kernel?.release, predicted: predicted.predicted });
    const kept = await client.call('runs.get', { id: fresh.keptAs ?? '' }).result;
    expect(kept).toMatchObject({ host: { kernel: `Linux ${kernel?.release ?? ''} in a sandbox` } });
  });
});
