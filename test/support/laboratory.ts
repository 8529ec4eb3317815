import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Outcome } from '../../core/experiment/outcome.ts';
import {
  connectClient,
  contract,
  memoryTransports,
  serveRpc,
  type SandboxList,
} from '../../core/rpc/index.ts';
import { Unable } from '../../main/failure.ts';
import { openRunStore } from '../../main/runs/index.ts';
import {
  createService,
  openRecentFiles,
  type Desktop,
  type Laboratory,
  type Overwriting,
} from '../../main/service/index.ts';
import type { ServiceOptions } from '../../main/service/service.ts';

/** The real service over a laboratory that does nothing, and what it answers. */

export const outcome: Outcome = {
  allocator: 'linux-6.18',
  steps: [{ op: 'create', result: 0 }],
  files: { a: { extents: [{ logical: 0, physical: 7, length: 1, state: 'written' }] } },
};
/** A desktop that has nothing but an answer to whether something may be overwritten. */
export function desktopThatConfirms(answer: (what: Overwriting) => boolean): Desktop {
  return {
    chooseFile: () => Promise.resolve(null),
    chooseSave: () => Promise.resolve(null),
    confirmOverwriting: (what) => Promise.resolve(answer(what)),
    watch: () => () => undefined,
  };
}

export const volume = {
  fs: 'ext4',
  blockBytes: 4096,
  clusterBytes: 4096,
  blockCount: 99,
  firstBlock: 0,
  blocksPerGroup: 32768,
} as const;

export const laboratory: Laboratory = {
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

export const sandboxes: SandboxList = {
  kernels: [],
  emulator: null,
  usual: null,
  here: { possible: false, why: 'no root', remedy: 'sudo' },
  missing: [],
};

export const target = { kind: 'loop', size: '512MiB', mkfs: { fs: 'ext4', args: ['-b', '1024'] } };
export const planText = JSON.stringify({
  version: 1,
  name: 'n',
  target,
  steps: [{ op: 'create', file: 'a' }],
});

/** To be called at the top of a test file: the folder of each test's examples and runs, and a service over it. */
export function setUpService() {
  const bench = { folder: '', connect };
  beforeEach(async () => {
    bench.folder = await mkdtemp(join(tmpdir(), 'untorn-test-'));
  });
  afterEach(() => rm(bench.folder, { recursive: true }));

  function connect(change: Partial<Laboratory> = {}, options: Partial<ServiceOptions> = {}) {
    const [near, far] = memoryTransports();
    const defects: unknown[] = [];
    const service = createService({
      laboratory: { ...laboratory, ...change },
      version: '1.2.3',
      examplesFolder: bench.folder,
      runs: openRunStore(join(bench.folder, 'runs')),
      recent: openRecentFiles(join(bench.folder, 'state', 'recent.json')),
      desktop: null,
      allowDestructive: false,
      ...options,
    });
    serveRpc(contract, service, far, { onDefect: (error) => defects.push(error) });
    return { client: connectClient(contract, near), defects };
  }
  return bench;
}
