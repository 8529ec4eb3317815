import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NotModelled } from '../../core/errno.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import {
  connectClient,
  contract,
  memoryTransports,
  serveRpc,
  type SandboxList,
} from '../../core/rpc/index.ts';
import { Cancelled, InputError, Unable } from '../failure.ts';
import { openRunStore } from '../runs/index.ts';
import type { Laboratory } from './laboratory.ts';
import { openRecentFiles } from './recent.ts';
import { createService } from './service.ts';

const outcome: Outcome = {
  allocator: 'linux-6.18',
  steps: [{ op: 'create', result: 0 }],
  files: { a: { extents: [{ logical: 0, physical: 7, length: 1, state: 'written' }] } },
};
const volume = {
  fs: 'ext4',
  blockBytes: 4096,
  clusterBytes: 4096,
  blockCount: 99,
  firstBlock: 0,
  blocksPerGroup: 32768,
} as const;

const laboratory: Laboratory = {
  predict: async (_, { onProgress }) => {
    onProgress({ phase: 'formatting' });
    onProgress({ phase: 'steps', done: 1, total: 2 });
    return { outcome, volume };
  },
  run: async () => ({
    report: {
      predicted: outcome,
      actual: outcome,
      match: false,
      differences: [{ kind: 'step', step: 0, op: 'create', predicted: '0', actual: 'EIO' }],
      disturbed: ['another writer'],
      doubts: [],
    },
    volume: null,
    kernel: null,
  }),
  versus: () => Promise.reject(new Unable('no allocator')),
  probe: async (path) => ({
    path,
    kind: 'file',
    kernel: '6.18.0',
    possible: 'no',
    opening: { state: 'closed', window: null },
    verdict: 'nothing',
    remedy: '',
    ways: null,
    findings: [],
    layers: [],
    scale: { fromBytes: 512, toBytes: 4096 },
    layout: null,
    missing: [],
    withRoot: [],
  }),
  devices: () => ({ devices: [], filesystems: [] }),
  privilege: () => ({ possible: false, why: 'no root', remedy: 'sudo' }),
  sandboxes: () => sandboxes,
  installSandbox: () => Promise.reject(new Unable('no network')),
};

const sandboxes: SandboxList = {
  kernels: [],
  emulator: null,
  usual: null,
  here: { possible: false, why: 'no root', remedy: 'sudo' },
  missing: [],
};

const target = { kind: 'loop', size: '512MiB', mkfs: { fs: 'ext4', args: ['-b', '1024'] } };
const planText = JSON.stringify({ version: 1, name: 'n', target, steps: [{ op: 'create', file: 'a' }] });

let examplesFolder: string;
beforeEach(async () => {
  examplesFolder = await mkdtemp(join(tmpdir(), 'untorn-test-'));
});
afterEach(() => rm(examplesFolder, { recursive: true }));

function connect(change: Partial<Laboratory> = {}, allowDestructive = false) {
  const [near, far] = memoryTransports();
  const defects: unknown[] = [];
  const service = createService({
    laboratory: { ...laboratory, ...change },
    version: '1.2.3',
    examplesFolder,
    runs: openRunStore(join(examplesFolder, 'runs')),
    recent: openRecentFiles(join(examplesFolder, 'state', 'recent.json')),
    desktop: null,
    allowDestructive,
  });
  serveRpc(contract, service, far, { onDefect: (error) => defects.push(error) });
  return { client: connectClient(contract, near), defects };
}

describe('host.info', () => {
  it('says where it is and what is possible', async () => {
    const info = await connect().client.call('host.info', {}).result;
    expect(info).toMatchObject({
      version: '1.2.3',
      run: { possible: false, why: 'no root' },
      destructive: false,
    });
    expect(info.kernel).toMatch(/^Linux /);
  });
});

describe('plan.versus', () => {
  const units = { aligned: 1, misaligned: 0, split: 0, missing: 0, refused: 0 };
  const none = { refusedSteps: 0, warnings: 0, crashed: false, files: 1, extents: 1, leftOverBlocks: 0 };

  it("asks for the plan's own allocator and the other one", async () => {
    const versus: Laboratory['versus'] = async (plan, allocators, unitBytes) => ({
      plan,
      sides: allocators.map((allocator) => ({
        allocator,
        writes: 'as-asked',
        steps: [{ result: -1, errno: 'EINVAL', extents: [], units, leftOverBlocks: unitBytes ?? 0 }],
        totals: { ...none, units, free: null },
      })),
      outcomes: allocators.map((allocator) => ({ allocator, steps: [], files: {} })),
      blockBytes: 4096,
      clusterBytes: 16384,
    });
    const input = { text: planText, other: 'rfc-2023-11', unitBytes: 8192 };
    const answer = await connect({ versus }).client.call('plan.versus', input).result;
    expect(answer.sides.map(({ allocator }) => allocator)).toEqual(['auto', 'rfc-2023-11']);
    expect(answer.sides[0]?.steps).toEqual([
      { result: -1, errno: 'EINVAL', warnings: [], crash: null, extents: [], units, leftOverBlocks: 8192 },
    ]);
    expect(answer).toMatchObject({ clusterBytes: 16384, assumed: { minBytes: 512 } });
  });

  it('says what stands against it', async () => {
    const { client } = connect();
    const other = 'linux-6.18';
    const unable = client.call('plan.versus', { text: planText, other, unitBytes: null }).result;
    await expect(unable).rejects.toMatchObject({ code: 'unable', message: 'no allocator' });
    const wrong = client.call('plan.versus', { text: '{}', other, unitBytes: null }).result;
    await expect(wrong).rejects.toMatchObject({ code: 'input' });
  });

  it('knows every allocator by the name that plans use', async () => {
    const { allocators, auto } = await connect().client.call('allocators.list', {}).result;
    const names = allocators.map(({ name }) => name);
    expect(names).toContain('rfc-2023-11');
    expect([...names, '']).toContain(auto.name);
  });
});

describe('examples.list', () => {
  it('lists plans in order, with their names', async () => {
    await writeFile(join(examplesFolder, '2.json'), '{ broken');
    await writeFile(join(examplesFolder, '1.json'), '{ "name": "one" }');
    await writeFile(join(examplesFolder, 'README.md'), 'no plan');
    expect(await connect().client.call('examples.list', {}).result).toEqual([
      { id: '1', title: 'one', text: '{ "name": "one" }' },
      { id: '2', title: '2', text: '{ broken' },
    ]);
  });
});

describe('plan.check', () => {
  it('summarises a good plan', async () => {
    const check = await connect().client.call('plan.check', { text: planText }).result;
    expect(check).toEqual({
      ok: true,
      summary: {
        name: 'n',
        target: 'a loop device of 512\u00a0MiB, formatted ext4',
        details: ['mkfs.ext4 -b 1024'],
        steps: [{ op: 'create', file: 'a', detail: '' }],
        destructive: false,
      },
    });
  });

  it('names the place of what is wrong', async () => {
    const text = planText.replace('"a"', '"../a"');
    const check = await connect().client.call('plan.check', { text }).result;
    expect(check).toMatchObject({ ok: false, issues: [{ place: 'steps[0].file' }] });
  });
});

describe('plan.predict', () => {
  it('reports progress and the prediction', async () => {
    const phases: unknown[] = [];
    const call = connect().client.call('plan.predict', { text: planText }, (event) => phases.push(event));
    expect(await call.result).toMatchObject({
      volume,
      predicted: { files: [{ file: 'a', extents: [0, 7, 1, 0] }] },
    });
    expect(phases).toEqual([
      { phase: 'formatting', done: null, total: null },
      { phase: 'steps', done: 1, total: 2 },
    ]);
  });

  it('can be cancelled', async () => {
    const predict: Laboratory['predict'] = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Cancelled('cancelled')));
      });
    const call = connect({ predict }).client.call('plan.predict', { text: planText });
    call.cancel();
    await expect(call.result).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.each([
    ['wrong input', new InputError('no image', 'target.path'), 'input'],
    ['a machine that cannot', new Unable('no mkfs'), 'unable'],
    ['what the mirror does not model', new NotModelled('inline data'), 'unable'],
  ])('tells %s', async (_, error, code) => {
    const predict = () => Promise.reject(error);
    const call = connect({ predict }).client.call('plan.predict', { text: planText });
    await expect(call.result).rejects.toMatchObject({ code, message: error.message });
  });

  it('keeps a defect to itself', async () => {
    const { client, defects } = connect({
      predict: () => Promise.reject(new TypeError('x is not a function')),
    });
    await expect(client.call('plan.predict', { text: planText }).result).rejects.toMatchObject({
      code: 'internal',
    });
    expect(defects).toHaveLength(1);
  });

  it('refuses a broken plan with all places', async () => {
    const call = connect().client.call('plan.predict', { text: '{}' });
    await expect(call.result).rejects.toMatchObject({
      code: 'input',
      issues: [{ place: 'version' }, {}, {}],
    });
  });
});

describe('plan.run', () => {
  it('reports both sides, the differences and the disturbance', async () => {
    const result = await connect().client.call('plan.run', { text: planText }).result;
    expect(result).toMatchObject({
      match: false,
      disturbed: ['another writer'],
      differences: [{ step: 0, file: null, text: expect.stringContaining('EIO') as string }],
      volume: null,
    });
  });

  it('keeps the run, and the history has it', async () => {
    const { client } = connect();
    const { keptAs, notKept } = await client.call('plan.run', { text: planText }).result;
    expect(notKept).toBe('');
    const id = keptAs ?? '';
    const { runs } = await client.call('runs.list', { words: 'disturbed' }).result;
    expect(runs).toMatchObject([{ id, title: 'n', verdict: 'disturbed', differences: 1 }]);
    expect(await client.call('runs.get', { id }).result).toMatchObject({ plan: planText });
    const compared = await client.call('runs.compare', { one: id, other: id }).result;
    expect(compared).toEqual({ same: true, differences: [], samePlan: true });
    const { text } = await client.call('runs.export', { id, format: 'json' }).result;
    await client.call('runs.remove', { id }).result;
    await expect(client.call('runs.get', { id }).result).rejects.toMatchObject({ code: 'input' });
    expect(await client.call('runs.import', { text }).result).toMatchObject({ id });
    await expect(client.call('runs.import', { text: '{}' }).result).rejects.toMatchObject({ code: 'input' });
  });

  it('tells a run that cannot be kept all the same', async () => {
    await writeFile(join(examplesFolder, 'runs'), 'in the way');
    const fresh = await connect().client.call('plan.run', { text: planText }).result;
    expect(fresh).toMatchObject({ match: false, keptAs: null });
    expect(fresh.notKept).toContain('the run cannot be kept in');
  });

  it('refuses a second run beside the first, and takes one after it', async () => {
    let finish = (): void => undefined;
    const first = new Promise<void>((resolve) => (finish = resolve));
    const run: Laboratory['run'] = async (...args) => {
      await first;
      return laboratory.run(...args);
    };
    const { client } = connect({ run });
    const running = client.call('plan.run', { text: planText });
    await expect(client.call('plan.run', { text: planText }).result).rejects.toMatchObject({ code: 'busy' });
    finish();
    await running.result;
    expect((await client.call('plan.run', { text: planText }).result).match).toBe(false);
  });

  it('refuses a device unless it has leave', async () => {
    const block = JSON.stringify({ version: 1, target: { kind: 'block', path: '/dev/nope' }, steps: [] });
    const refused = connect().client.call('plan.run', { text: block });
    await expect(refused.result).rejects.toMatchObject({
      code: 'refused',
      issues: [{ place: 'target.kind' }],
    });
    const allowed = connect({}, true).client.call('plan.run', { text: block });
    expect((await allowed.result).match).toBe(false);
  });

  it('hands on by what name a device may be lost, and no other', async () => {
    const block = JSON.stringify({ version: 1, target: { kind: 'block', path: '/dev/nope' }, steps: [] });
    const named: (string | undefined)[] = [];
    const run: Laboratory['run'] = async (plan, work) => {
      named.push(work.destroy);
      return laboratory.run(plan, work);
    };
    const { client } = connect({ run }, true);
    await client.call('plan.run', { text: block, destroy: 'S4EWNX0' }).result;
    await client.call('plan.run', { text: block }).result;
    expect(named).toEqual(['S4EWNX0', undefined]);
  });
});

describe('a kernel of a sandbox', () => {
  it('moves a plan on a loop device, and the history keeps what ran', async () => {
    const asked: unknown[] = [];
    const run: Laboratory['run'] = async (plan, work) => {
      asked.push(plan.target);
      return { ...(await laboratory.run(plan, work)), kernel: '6.18.15' };
    };
    const { client } = connect({ run });
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
    await connect({ predict }).client.call('plan.predict', { text, kernel: '7.3' }).result;
    expect(asked).toMatchObject([{ kernel: '7.3', drive: { kind: 'nvme', atomicMax: 16384 } }]);
  });

  it('is a name, and no place for a plan on something of the user', async () => {
    const { client } = connect();
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
    const { client } = connect();
    expect(await client.call('sandbox.list', {}).result).toEqual(sandboxes);
    const installed = client.call('sandbox.install', { what: 'uml', version: null });
    await expect(installed.result).rejects.toMatchObject({ code: 'unable', message: 'no network' });
  });
});
