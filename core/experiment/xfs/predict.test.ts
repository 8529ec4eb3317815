import { describe, expect, it } from 'vitest';
import { sampleXfsGeometry as geometry } from '../../../test/support/sample-xfs.ts';
import { NotModelled } from '../../errno.ts';
import { parsePlan, type StepInput } from '../plan.ts';
import { predictOnXfs, type XfsMount } from '../xfs.ts';

const mount: XfsMount = {
  kernel: { major: 6, minor: 18, patch: 0 },
  geometry,
  device: {
    name: 'loop',
    sizeBytes: 2 ** 29,
    logicalBlockBytes: 512,
    atomic: { unitMinBytes: 0, unitMaxBytes: 0, maxBytes: 0, boundaryBytes: 0 },
    partitionStartBytes: null,
  },
  maxAtomicWriteBytes: null,
};

function predict(steps: StepInput[], on: XfsMount = mount) {
  const target = { kind: 'loop', size: '512MiB', mkfs: { fs: 'xfs' } };
  const plan = parsePlan({ version: 1, target, steps });
  const { steps: records, files } = predictOnXfs(plan.steps, on);
  return { answers: records.map(({ result, errno }) => errno ?? result), files };
}

describe('a plan on XFS', () => {
  it('answers atomic writes by the rules', () => {
    const write = (length: string | number, offset: string | number, rest = {}): StepInput => ({
      op: 'write',
      file: 'a',
      offset,
      length,
      atomic: true,
      ...rest,
    });
    const { answers } = predict([
      { op: 'create', file: 'a' },
      write('4KiB', 0),
      write('1MiB', '1MiB'),
      write('2MiB', 0),
      write('2KiB', 0),
      write('12KiB', 0),
      write('16KiB', '4KiB'),
      write('16KiB', 0, { vectors: 2 }),
      write('16KiB', 0, { direct: false }),
      write(0, 0),
    ]);
    expect(answers).toEqual([
      0,
      4096,
      2 ** 20,
      'EINVAL',
      'EINVAL',
      'EINVAL',
      'EINVAL',
      'EINVAL',
      'EOPNOTSUPP',
      0,
    ]);
  });

  it('answers names as the kernel looks them up', () => {
    const { answers, files } = predict([
      { op: 'write', file: 'a', offset: 0, length: 1, direct: false },
      { op: 'create', file: 'a' },
      { op: 'create', file: 'a' },
      { op: 'mkdir', file: 'd' },
      { op: 'mkdir', file: 'd' },
      { op: 'create', file: 'd/b' },
      { op: 'create', file: 'a/b' },
      { op: 'create', file: 'e/b' },
      { op: 'create', file: 'n'.repeat(255) },
      { op: 'create', file: 'é'.repeat(128) },
      { op: 'unlink', file: 'd' },
      { op: 'unlink', file: 'a' },
      { op: 'open', file: 'a' },
      { op: 'open', file: 'd' },
      { op: 'fsync', file: 'd' },
      { op: 'fsync', file: 'e' },
      { op: 'layout', file: 'd' },
      { op: 'close', file: 'a' },
    ]);
    expect(answers).toEqual([
      'ENOENT',
      0,
      'EEXIST',
      0,
      'EEXIST',
      0,
      'ENOTDIR',
      'ENOENT',
      0,
      'ENAMETOOLONG',
      'EISDIR',
      0,
      'ENOENT',
      'EISDIR',
      0,
      'ENOENT',
      'EOPNOTSUPP',
      0,
    ]);
    expect(files).toEqual({ 'd/b': { extents: null }, ['n'.repeat(255)]: { extents: null } });
  });

  it('answers direct writes off the sector, and fallocate by its modes', () => {
    const fallocate = (offset: number, length: number, ...mode: string[]) =>
      ({ op: 'fallocate', file: 'a', offset, length, mode }) as StepInput;
    const { answers } = predict([
      { op: 'create', file: 'a' },
      { op: 'write', file: 'a', offset: 0, length: 1000 },
      { op: 'write', file: 'a', offset: 100, length: 512 },
      { op: 'write', file: 'a', offset: 100, length: 1000, direct: false },
      fallocate(0, 0),
      fallocate(0, 65536),
      fallocate(0, 4096, 'punch-hole'),
      fallocate(0, 4096, 'collapse-range'),
      fallocate(0, 1000, 'collapse-range'),
      fallocate(0, 65536, 'collapse-range'),
      fallocate(0, 4096, 'insert-range', 'keep-size'),
      fallocate(0, 4096, 'punch-hole', 'zero-range'),
      fallocate(65536, 4096, 'insert-range'),
      fallocate(4096, 4096, 'insert-range'),
      fallocate(65536, 4096, 'collapse-range'),
    ]);
    expect(answers).toEqual([
      0,
      'EINVAL',
      'EINVAL',
      1000,
      'EINVAL',
      0,
      0,
      0,
      'EINVAL',
      'EINVAL',
      'EOPNOTSUPP',
      'EOPNOTSUPP',
      'EINVAL',
      0,
      'EINVAL',
    ]);
  });

  it('makes and removes many files, and leaves those out of the layouts', () => {
    const { answers, files } = predict([
      { op: 'many', prefix: 'f', count: 10, length: '4KiB', how: 'buffered' },
      { op: 'unlink-every', prefix: 'f', count: 10, step: 3 },
      { op: 'unlink-every', prefix: 'f', count: 10, step: 3 },
      { op: 'many', prefix: 'g', count: 2, length: 100, how: 'direct' },
      { op: 'truncate', file: 'f1', size: 0 },
    ]);
    expect(answers).toEqual([10, 4, 'ENOENT', 'EINVAL', 0]);
    expect(files).toEqual({ f1: { extents: null } });
  });

  it('is not predicted where space could run short', () => {
    const steps: StepInput[] = [
      { op: 'create', file: 'a' },
      { op: 'write', file: 'a', offset: 0, length: '400MiB' },
    ];
    expect(() => predict(steps)).toThrow(NotModelled);
  });

  it('gives back the space of files that go', () => {
    const round: StepInput[] = [
      { op: 'create', file: 'a' },
      { op: 'write', file: 'a', offset: 0, length: '200MiB' },
      { op: 'unlink', file: 'a' },
    ];
    expect(predict([...round, ...round, ...round]).answers).toHaveLength(9);
  });
});
