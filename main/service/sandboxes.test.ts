import { describe, expect, it } from 'vitest';
import { laboratory, sandboxes, planText, setUpService } from '../../test/support/laboratory.ts';
import type { Laboratory } from './laboratory.ts';

const bench = setUpService();

describe('a kernel of a sandbox', () => {
  it('moves a plan on a loop device, and the history keeps what ran', async () => {
    const asked: unknown[] = [];
    const run: Laboratory['run'] = async (plan, work) => {
      asked.push(plan.target);
      return { ...(await laboratory.run(plan, work)), kernel: '6.18.15' };
    };
    const { client } = bench.connect({ run });
    const fresh = await client.call('plan.run', { text: planText, kernel: '6.18.15' }).result;
    expect(fresh.kernel).toBe('6.18.15');
    expect(asked).toMatchObject([
      { kind: 'sandbox', kernel: '6.18.15', size: 512 * 2 ** 20, drive: { kind: 'loop' } },
    ]);
    const kept = await client.call('runs.get', { id: fresh.keptAs ?? '' }).result;
    expect(JSON.parse(kept.plan)).toMatchObject({ target: { kind: 'sandbox', kernel: '6.18.15' } });
    expect(kept.host.kernel).toBe('Linux 6.18.15 in a sandbox');
  });

  it('is predicted for, and takes the place of the one in the plan', async () => {
    const asked: unknown[] = [];
    const predict: Laboratory['predict'] = async (plan, work) => {
      asked.push(plan.target);
      return laboratory.predict(plan, work);
    };
    const drive = { kind: 'nvme', atomicMax: '16KiB' };
    const text = JSON.stringify({ version: 1, target: { kind: 'sandbox', size: '64MiB', drive }, steps: [] });
    await bench.connect({ predict }).client.call('plan.predict', { text, kernel: '7.3' }).result;
    expect(asked).toMatchObject([{ kernel: '7.3', drive: { kind: 'nvme', atomicMax: 16384 } }]);
  });

  it('is a name, and no place for a plan on something of the user', async () => {
    const { client } = bench.connect();
    const path = client.call('plan.run', { text: planText, kernel: '/tmp/linux' });
    await expect(path.result).rejects.toMatchObject({ code: 'malformed' });
    const mounted = JSON.stringify({ version: 1, target: { kind: 'mounted', path: '/' }, steps: [] });
    await expect(client.call('plan.run', { text: mounted, kernel: 'uml' }).result).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining("this machine's own kernel") as string,
    });
  });
});

describe('sandboxes', () => {
  it('are listed, and what cannot be installed is told', async () => {
    const { client } = bench.connect();
    expect(await client.call('sandbox.list', {}).result).toEqual(sandboxes);
    const installed = client.call('sandbox.install', { what: 'uml', version: null });
    await expect(installed.result).rejects.toMatchObject({ code: 'unable', message: 'no network' });
  });
});
