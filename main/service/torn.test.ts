import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectClient, contract, memoryTransports, serveRpc } from '../../core/rpc/index.ts';
import { sampleCrash, sampleShutdown, sampleStorm } from '../../test/support/sample-torn.ts';
import { Unable } from '../failure.ts';
import { openRunStore } from '../runs/index.ts';
import { openRecentFiles } from './recent.ts';
import type { Laboratory } from './laboratory.ts';
import { createService } from './service.ts';
import type { TornLaboratory } from './torn-laboratory.ts';

const able = { possible: true, why: '', remedy: '' } as const;
const laboratory: TornLaboratory = {
  storm: (_, { onEvent }) => {
    for (let done = 0; done < 1000; done++)
      onEvent?.({ type: 'phase', phase: 'verifying', done, total: 1000 });
    return Promise.resolve(sampleStorm());
  },
  shutdowns: () => Promise.resolve(sampleShutdown()),
  crash: () => Promise.reject(new Unable('no recorder')),
  info: () =>
    Promise.resolve({ laboratory: able, recorder: able, ring: able, crashPlans: [], folder: '/tmp' }),
};
const crashPlan = JSON.stringify({
  version: 1,
  target: { kind: 'loop', size: '300MiB', mkfs: { fs: 'ext4' } },
  files: [{ file: 'a', unit: '2KiB', units: 1 }],
  writes: { count: 1 },
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'untorn-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

function connect(change: Partial<TornLaboratory> = {}, allowDestructive = false) {
  const [near, far] = memoryTransports();
  const service = createService({
    laboratory: {} as Laboratory,
    torn: { ...laboratory, ...change },
    version: '1.2.3',
    examplesFolder: folder,
    runs: openRunStore(join(folder, 'runs')),
    recent: openRecentFiles(join(folder, 'recent.json')),
    desktop: null,
    allowDestructive,
  });
  serveRpc(contract, service, far);
  return connectClient(contract, near);
}

describe('torn runs over the contract', () => {
  it('tell events at a bounded rate, give the result of the command line, and are kept', async () => {
    const client = connect();
    const events: unknown[] = [];
    const request = { path: join(folder, 'units'), sizeBytes: 65536, unitBytes: [16384] };
    const { result, keptAs } = await client.call('torn.storm', request, (event) => events.push(event)).result;
    expect(result).toEqual(sampleStorm());
    expect(events.length).toBeLessThanOrEqual(3);
    expect(events.at(-1)).toMatchObject({ done: 999 });
    const { runs } = await client.call('runs.list', { words: 'storm' }).result;
    expect(runs).toMatchObject([{ id: keptAs, kind: 'storm' }]);
    const kept = await client.call('runs.get', { id: keptAs ?? '' }).result;
    expect(JSON.parse(kept.plan)).toEqual(request);
    expect((await client.call('torn.shutdown', { filesystem: 'xfs' }).result).result.rounds).toHaveLength(2);
  });

  it.each([
    ['units of no power of two', { path: '/tmp/x', unitBytes: [3000] }],
    ['no writer', { path: '/tmp/x', writers: 0 }],
    ['no time', { path: '/tmp/x', seconds: 0 }],
    ['a member that nobody knows', { path: '/tmp/x', record: '/etc' }],
    ['no path', { path: '' }],
  ])('refuse %s before anything is done', async (_, request) => {
    const client = connect({ storm: () => Promise.reject(new Error('it was begun')) });
    await expect(client.call('torn.storm', request).result).rejects.toMatchObject({ code: 'malformed' });
  });

  it('refuse what destroys, unless they have leave', async () => {
    const path = join(folder, 'precious');
    await writeFile(path, 'something');
    const asked = { path, destroy: path };
    await expect(connect().call('torn.storm', asked).result).rejects.toMatchObject({
      code: 'refused',
      issues: [{ place: 'path' }],
    });
    expect((await connect({}, true).call('torn.storm', asked).result).result.kind).toBe('storm');
  });

  it('run one at a time', async () => {
    let finish = (): void => undefined;
    const first = new Promise<void>((resolve) => (finish = resolve));
    const client = connect({ storm: () => first.then(() => sampleStorm()) });
    const running = client.call('torn.storm', { path: '/tmp/x' });
    const second = client.call('torn.shutdown', { filesystem: 'ext4' });
    await expect(second.result).rejects.toMatchObject({ code: 'busy' });
    finish();
    await running.result;
    expect((await client.call('torn.shutdown', { filesystem: 'ext4' }).result).keptAs).not.toBeNull();
  });

  it('can be stopped, and what was found until then is told', async () => {
    const client = connect({
      storm: (_, { signal }) =>
        new Promise((resolve) => {
          const end = () => resolve(sampleStorm({ endedBy: 'interrupted' }));
          if (signal?.aborted) end();
          signal?.addEventListener('abort', end);
        }),
    });
    const call = client.call('torn.storm', { path: '/tmp/x' });
    call.cancel();
    expect((await call.result).result.endedBy).toBe('interrupted');
  });
});

describe('crash checks over the contract', () => {
  it('name what is wrong with a plan, and what the machine cannot do', async () => {
    const client = connect();
    await expect(client.call('torn.crash', { text: '{}' }).result).rejects.toMatchObject({
      code: 'input',
      issues: [{ place: 'version' }, {}, {}, {}],
    });
    await expect(client.call('torn.crash', { text: crashPlan }).result).rejects.toMatchObject({
      code: 'unable',
    });
  });

  it('keep the states of the last check at hand, and let go of those before', async () => {
    const closed: string[] = [];
    let number = 0;
    const client = connect({
      crash: () => {
        const name = String(++number);
        const exploration = {
          pointCount: 3,
          points: () => [{ index: 0, position: number, free: 0, counts: [] }],
          state: () => null,
        };
        const examined = { report: sampleCrash(), exploration, close: () => closed.push(name) };
        return Promise.resolve(examined as never);
      },
    });
    const { exploration, report } = await client.call('torn.crash', { text: crashPlan }).result;
    expect(report).toEqual(sampleCrash());
    const page = { exploration, skip: 0, take: 10 };
    expect((await client.call('torn.points', page).result).total).toBe(3);
    await expect(client.call('torn.state', { exploration, state: '0:' }).result).rejects.toMatchObject({
      message: 'this check has not looked at the state 0:',
    });
    await client.call('torn.crash', { text: crashPlan }).result;
    expect(closed).toEqual(['1']);
    await expect(client.call('torn.points', page).result).rejects.toMatchObject({ code: 'input' });
  });
});
