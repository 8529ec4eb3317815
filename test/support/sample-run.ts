import type { RunRecord } from '../../core/record/index.ts';

const extents = [0, 100, 4, 0, 4, 300, 4, 1];

/** A kept run whose prediction and kernel agree, for tests that need one; `change` replaces parts of it. */
export function sampleRun(change: Partial<RunRecord> = {}): RunRecord {
  const file = { file: 'f', extents, inline: false, errno: null, uncertain: [] };
  const step = {
    op: 'create',
    result: 0,
    errno: null,
    extents: null,
    uncertain: false,
    warnings: [],
    crash: null,
  };
  const outcome = {
    allocator: 'linux-6.18',
    profileExact: true,
    uncertain: null,
    steps: [step],
    files: [file],
  };
  return {
    format: 'untorn-run',
    version: 1,
    id: '20261122T181503Z-4f1c9a',
    title: 'a sample',
    began: '2026-11-22T18:15:03.250Z',
    tookMs: 1250,
    host: { untorn: '0.1.0', kernel: 'Linux 6.18.44', machine: 'x86_64', cpus: 2 },
    plan: '{}',
    result: {
      volume: {
        fs: 'ext4',
        blockBytes: 4096,
        clusterBytes: 4096,
        blockCount: 131_072,
        firstBlock: 0,
        blocksPerGroup: 32_768,
      },
      predicted: outcome,
      actual: outcome,
      match: true,
      disturbed: [],
      differences: [],
    },
    ...change,
  };
}

/** The same, but the kernel put the second extent elsewhere and refused the step. */
export function differingRun(change: Partial<RunRecord> = {}): RunRecord {
  const sample = sampleRun();
  const [file] = sample.result.actual.files;
  const actual = {
    ...sample.result.actual,
    steps: [
      {
        op: 'create',
        result: -1,
        errno: 'ENOSPC' as const,
        extents: null,
        uncertain: false,
        warnings: [],
        crash: null,
      },
    ],
    files: file ? [{ ...file, extents: [0, 100, 4, 0, 4, 308, 4, 1] }] : [],
  };
  const differences = [
    { text: 'step 0 (create): predicted 0, the kernel answered ENOSPC', step: 0, file: null },
    {
      text: 'f, logical block 4: predicted 300, the kernel has 308 & <b>',
      step: null,
      file: 'f',
    },
  ];
  return sampleRun({
    id: '20261122T190000Z-000001',
    title: 'a <differing> one',
    result: { ...sample.result, actual, match: false, differences },
    ...change,
  });
}
