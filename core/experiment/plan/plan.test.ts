import { describe, expect, it } from 'vitest';
import { parsePlan, parsePlanText, PlanError } from '../plan.ts';

const target = { kind: 'loop', size: '512MiB', mkfs: { fs: 'ext4', args: ['-b', '4096'] } };
const plan = (change: object) => ({ version: 1, name: 'p', target, steps: [], ...change });
const steps = (...list: object[]) => plan({ steps: list });
const mkfs = (fs: string, ...args: string[]) => plan({ target: { ...target, mkfs: { fs, args } } });

/** The places that a plan is refused for, each as `path: message`. */
function refusals(input: unknown): string[] {
  try {
    parsePlan(input);
  } catch (error) {
    expect(error).toBeInstanceOf(PlanError);
    return (error as PlanError).issues.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

describe('a good plan', () => {
  it('is read with sizes in bytes and defaults filled in', () => {
    const read = parsePlan(steps({ op: 'write', file: 'a', offset: '1MiB', length: '16KiB', atomic: true }));
    expect(read.allocator).toBe('auto');
    expect(read.target).toMatchObject({
      kind: 'loop',
      size: 512 * 2 ** 20,
      buddies: 'warm',
      tid: 0,
      mountOptions: '',
    });
    expect(read.steps).toEqual([
      {
        op: 'write',
        file: 'a',
        offset: 2 ** 20,
        length: 16384,
        atomic: true,
        direct: true,
        sync: 'none',
        vectors: 1,
      },
    ]);
  });

  it('may give every kind of target and of step', () => {
    for (const kind of [
      { kind: 'image', path: 'x.img' },
      { kind: 'mounted', path: '/mnt' },
      { kind: 'block', path: '/dev/sdx', mkfs: { fs: 'xfs' } },
      { kind: 'sandbox', size: '256MiB', mkfs: { fs: 'ext4' }, drive: { atomicMax: '64KiB' } },
    ]) {
      expect(refusals(plan({ target: kind }))).toEqual([]);
    }
    expect(
      refusals(
        steps(
          { op: 'create', file: 'd/a', direct: false },
          { op: 'fallocate', file: 'a', offset: 0, length: 1, mode: ['punch-hole', 'keep-size'] },
          { op: 'many', prefix: 'd/f', count: 3, length: '4KiB', how: 'buffered' },
          { op: 'unlink-every', prefix: 'd/f', count: 3, step: 2 },
          { op: 'sync' },
          { op: 'remount' },
        ),
      ),
    ).toEqual([]);
  });
});

describe('a plan that breaks the format', () => {
  it.each([
    [
      'a negative length',
      steps({ op: 'write', file: 'a', offset: 0, length: -1 }),
      /^steps\[0\]\.length: must be a whole/,
    ],
    [
      'a broken size',
      steps({ op: 'write', file: 'a', offset: '1 KiB', length: 1 }),
      /^steps\[0\]\.offset: .*"1 KiB"/,
    ],
    ['a leading zero', steps({ op: 'truncate', file: 'a', size: '01KiB' }), /^steps\[0\]\.size/],
    [
      'a size past 2^53',
      steps({ op: 'truncate', file: 'a', size: '9007199254740992TiB' }),
      /^steps\[0\]\.size/,
    ],
    [
      'an unknown field',
      steps({ op: 'close', file: 'a', force: true }),
      /^steps\[0\]\.force: is not a field/,
    ],
    ['a missing field', steps({ op: 'close' }), /^steps\[0\]\.file: is missing/],
    ['an unknown step', steps({ op: 'chmod', file: 'a' }), /^steps\[0\]\.op: .*chmod/],
    ['a way out', steps({ op: 'create', file: '../../x' }), /^steps\[0\]\.file: must be a relative name/],
    [
      'an absolute name',
      steps({ op: 'create', file: '/etc/x' }),
      /^steps\[0\]\.file: must be a relative name/,
    ],
    [
      'a prefix that leads out',
      steps({ op: 'many', prefix: '../', count: 1, length: 0, how: 'direct' }),
      /prefix/,
    ],
    [
      'vectors that do not divide',
      steps({ op: 'write', file: 'a', offset: 0, length: 4096, vectors: 3 }),
      /vectors: must divide/,
    ],
    ['another version', plan({ version: 2 }), /^version: must be 1/],
    ['an unknown target', plan({ target: { kind: 'nfs' } }), /^target\.kind: .*nfs/],
    ['an allocator of no form', plan({ allocator: 'windows' }), /^allocator: /],
    [
      'a raw device with a create',
      plan({ target: { kind: 'block', path: '/dev/x' }, steps: [{ op: 'sync' }] }),
      /^steps\[0\]: a block/,
    ],
  ])('names the place of %s', (_, input, expected) => {
    expect(refusals(input)[0]).toMatch(expected);
  });

  it('names JSON errors and things that are no object', () => {
    expect(() => parsePlanText('{')).toThrow(/^plan: JSON: /);
    expect(() => parsePlanText('7')).toThrow(PlanError);
  });
});

describe('the allow-lists', () => {
  it.each([
    ['-d', '/etc'],
    ['-l', '/etc/passwd'],
    ['-z', '/tmp/undo'],
    ['-J', 'device=/dev/sda'],
    ['-O', 'journal_dev'],
    ['-E', 'offset=4096'],
    ['-e', 'panic'],
    ['-c'],
    ['/dev/sda'],
    ['--', 'x'],
    ['-b'],
  ])('refuse mkfs.ext4 %s %s', (...args) => {
    expect(refusals(mkfs('ext4', ...args))[0]).toMatch(/^target\.mkfs\.args\[\d\]: /);
  });

  it.each([
    ['-d', 'file,name=/etc/x'],
    ['-l', 'logdev=/dev/sda'],
    ['-p', '/etc/proto'],
    ['-c', 'options=/etc/x'],
  ])('refuse mkfs.xfs %s %s', (...args) => {
    expect(refusals(mkfs('xfs', ...args))[0]).toMatch(/^target\.mkfs\.args\[\d\]: /);
  });

  it('let ordinary formats through', () => {
    expect(
      refusals(
        mkfs('ext4', '-b4096', '-O', 'bigalloc,^has_journal', '-C', '16384', '-E', 'stride=4,root_owner'),
      ),
    ).toEqual([]);
    expect(refusals(mkfs('xfs', '-m', 'reflink=1', '-b', 'size=4096', '-K'))).toEqual([]);
  });

  it('judge mount options by the filesystem', () => {
    const mounted = (mountOptions: string) => refusals(plan({ target: { ...target, mountOptions } }));
    expect(mounted('commit=30,nodelalloc,data=writeback')).toEqual([]);
    for (const bad of [
      'journal_path=/dev/sda',
      'errors=panic',
      'sb=1',
      'commit',
      'nodelalloc=1',
      'noatime,,x',
    ]) {
      expect(mounted(bad)[0]).toMatch(/^target\.mountOptions: /);
    }
  });
});
