import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan, StepInput } from '../../core/experiment/plan.ts';
import { Cancelled, InputError, Unable, type Progress } from '../../main/failure.ts';
import { formatImage, prepareTarget, runForReal } from '../../main/lab/index.ts';
import { ext4Plan, mountsIn, planOn, traces, usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

const temp = usePrivateTemp();
const reason = whyNotRoot() || whyNotProgram('mkfs.ext4') || whyNotProgram('mkfs.xfs');
const noJournal = { args: ['-O', '^has_journal'] };

const fileOfSixteenKiB: StepInput[] = [
  { op: 'create', file: 'a' },
  { op: 'write', file: 'a', offset: 0, length: '16KiB', sync: 'dsync' },
];

/** Runs a plan and lets `act` happen right before the step of the given index. */
async function runWith(plan: Plan, index: number, act: (mountPoint: string) => void) {
  const onProgress = ({ phase, done }: Progress): void => {
    if (phase === 'running' && done === index) act(mountsIn(temp())[0] ?? '');
  };
  return runForReal(plan, { onProgress });
}

describe.skipIf(reason)(`real runs${reason ? ` (${reason})` : ''}`, () => {
  it('gives results, layouts and nothing else', async () => {
    const plan = ext4Plan([
      ...fileOfSixteenKiB,
      { op: 'write', file: 'missing', offset: 0, length: 4096 },
      { op: 'write', file: 'a', offset: 0, length: '16KiB', atomic: true },
      { op: 'mkdir', file: 'd' },
      { op: 'create', file: 'd/b', direct: false },
      { op: 'write', file: 'd/b', offset: 0, length: 100, direct: false },
      { op: 'layout', file: 'd/b' },
      { op: 'many', prefix: 'm', count: 3, length: 4096, how: 'direct' },
      { op: 'create', file: 'gone' },
      { op: 'unlink', file: 'gone' },
      { op: 'remount' },
      { op: 'fallocate', file: 'm1', offset: 4096, length: 4096 },
    ]);
    const { outcome, disturbed } = await runForReal(plan);
    expect(disturbed).toEqual([]);
    const one = (logical: number, length: number, state = 'written') =>
      expect.objectContaining({ logical, length, state }) as unknown;
    expect(outcome.steps).toEqual([
      { op: 'create', result: 0 },
      { op: 'write', result: 16384 },
      { op: 'write', result: -1, errno: 'ENOENT' },
      { op: 'write', result: -1, errno: 'EOPNOTSUPP' },
      { op: 'mkdir', result: 0 },
      { op: 'create', result: 0 },
      { op: 'write', result: 100 },
      { op: 'layout', result: 0, extents: [one(0, 1)] },
      { op: 'many', result: 3 },
      { op: 'create', result: 0 },
      { op: 'unlink', result: 0 },
      { op: 'remount', result: 0 },
      { op: 'fallocate', result: 0 },
    ]);
    expect(outcome.files).toEqual({
      a: { extents: [one(0, 4)] },
      'd/b': { extents: [one(0, 1)] },
      m1: { extents: expect.arrayContaining([one(1, 1, 'unwritten')]) as unknown },
    });
    expect(outcome.allocator).toMatch(/^linux-\d+\.\d+/);
    expect(traces(temp())).toEqual([]);
  });

  it('gives the same twice', async () => {
    const plan = ext4Plan([
      { op: 'many', prefix: 'm', count: 400, length: '20KiB', how: 'buffered' },
      { op: 'unlink-every', prefix: 'm', count: 400, step: 2 },
      { op: 'sync' },
      { op: 'create', file: 'a', direct: false },
      { op: 'write', file: 'a', offset: 0, length: '4MiB', direct: false },
    ]);
    const first = await runForReal(plan);
    expect(first).toEqual(await runForReal(plan));
    expect(first.disturbed).toEqual([]);
  });

  it('shows the image before it is mounted, and the facts that matter', async () => {
    const lab = await prepareTarget(
      ext4Plan(fileOfSixteenKiB, { rotational: false, tid: 5, mountOptions: 'nodelalloc' }),
    );
    try {
      expect(mountsIn(temp())).toEqual([]);
      const image = lab.image ?? '';
      expect(readFileSync(image).readUInt16LE(1024 + 0x38)).toBe(0xef53);
      expect(lab.machine).toMatchObject({ rotational: false, threadId: 5, logicalBlockBytes: 512 });
      expect(lab.mountOptions).toBe('nodelalloc,commit=300');
      expect((await lab.execute()).outcome.steps).toHaveLength(2);
    } finally {
      await lab.dispose();
      await lab.dispose();
    }
    expect(traces(temp())).toEqual([]);
  });

  it.each(['cold', 'settled'] as const)('runs with %s buddies', async (buddies) => {
    const { outcome, disturbed } = await runForReal(ext4Plan(fileOfSixteenKiB, { buddies, size: '64MiB' }));
    expect(disturbed).toEqual([]);
    expect(outcome.files['a']).toHaveProperty('extents.length', 1);
  });

  it('runs on XFS, where writes of up to 64 KiB and more are atomic', async () => {
    const mkfs = { fs: 'xfs' as const, args: ['-m', 'reflink=1'] };
    const target = { kind: 'loop' as const, size: '512MiB', mkfs };
    const write = (length: number, offset = 0): StepInput => ({
      op: 'write',
      file: 'a',
      offset,
      length,
      atomic: true,
    });
    const steps = [write(4096), write(65536), write(12288), write(8192, 4096)];
    const { outcome } = await runForReal(
      planOn(target, [{ op: 'create', file: 'a' }, ...steps, { op: 'mkdir', file: 'd' }]),
    );
    expect(Object.keys(outcome.files)).toEqual(['a']);
    expect(outcome.steps.map((step) => step.errno ?? step.result)).toEqual([
      0,
      4096,
      65536,
      'EINVAL',
      'EINVAL',
      0,
    ]);
  });

  it('works on a copy of an image', async () => {
    const image = path.join(temp(), 'user.img');
    await formatImage(image, 32 * 2 ** 20, { fs: 'ext4', args: [] });
    const before = readFileSync(image);
    const target = { kind: 'image', path: 'user.img' } as const;
    const { outcome } = await runForReal(planOn(target, fileOfSixteenKiB), { planFolder: temp() });
    expect(outcome.files).toHaveProperty('a');
    expect(readFileSync(image).equals(before)).toBe(true);
    await rm(image);
    expect(traces(temp())).toEqual([]);
  });

  it('works in a new directory of a mounted filesystem, and removes it', async () => {
    const folder = path.join(temp(), 'mine');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'a'), 'the user’s own');
    const target = { kind: 'mounted', path: folder } as const;
    const { outcome } = await runForReal(planOn(target, fileOfSixteenKiB));
    expect(outcome.steps.map((step) => step.result)).toEqual([0, 16384]);
    expect(readdirSync(folder)).toEqual(['a']);
    await expect(runForReal(planOn(target, [{ op: 'remount' }]))).rejects.toBeInstanceOf(InputError);
    await rm(folder, { recursive: true });
    expect(traces(temp())).toEqual([]);
  });

  describe('that are disturbed', () => {
    const steps: StepInput[] = [
      ...fileOfSixteenKiB,
      { op: 'create', file: 'b' },
      { op: 'create', file: 'c' },
    ];

    it('by a foreign write say who and when', async () => {
      const { disturbed } = await runWith(ext4Plan(steps), 2, (mountPoint) => {
        execFileSync('dd', ['if=/dev/zero', `of=${mountPoint}/foreign`, 'bs=4096', 'count=4'], {
          stdio: 'ignore',
        });
      });
      expect(disturbed.join('\n')).toMatch(
        /another process \(.*\) changed the mounted filesystem before steps\[2\]/,
      );
    });

    it('by another thread of this process say so too', async () => {
      const { disturbed } = await runWith(ext4Plan(steps), 3, (mountPoint) => {
        writeFileSync(path.join(mountPoint, 'a'), 'foreign', { flag: 'r+' });
      });
      expect(disturbed.join('\n')).toMatch(/changed the mounted filesystem before steps\[3\]/);
    });

    it('by a commit that nobody asked for say so', async () => {
      const { disturbed } = await runWith(ext4Plan(steps), 3, (mountPoint) => {
        execFileSync('sync', ['-f', mountPoint]);
      });
      expect(disturbed).toEqual([
        'the journal committed before steps[3] (create) though nothing asked for it',
      ]);
    });

    it('by a foreign flush of delayed data say so', async () => {
      const plan = ext4Plan([
        { op: 'create', file: 'a', direct: false },
        { op: 'write', file: 'a', offset: 0, length: '1MiB', direct: false },
        { op: 'create', file: 'b' },
      ]);
      const { disturbed } = await runWith(plan, 2, (mountPoint) => {
        execFileSync('sync', ['-d', path.join(mountPoint, 'a')]);
      });
      expect(disturbed.join('\n')).toMatch(/delayed data was written before steps\[2\]/);
    });

    it('by a slow start without a journal say so', async () => {
      const { disturbed } = await runWith(ext4Plan(steps, noJournal), 3, () => {
        execFileSync('sleep', ['1.1']);
      });
      expect(disturbed.join('\n')).toMatch(/without a journal/);
    });

    it('by nobody, with or without a journal, say nothing', async () => {
      expect((await runForReal(ext4Plan(steps))).disturbed).toEqual([]);
      expect((await runForReal(ext4Plan(steps, noJournal))).disturbed).toEqual([]);
    });
  });

  it('records that a mount in use is not unmounted, and still leaves nothing', async () => {
    let holder: ChildProcess | null = null;
    const plan = ext4Plan([...fileOfSixteenKiB, { op: 'remount' }, { op: 'create', file: 'b' }]);
    const { outcome } = await runForReal(plan, {
      onProgress: ({ phase, done }) => {
        const [cwd] = mountsIn(temp());
        if (phase === 'running' && done === 2 && cwd !== undefined) holder = spawn('sleep', ['60'], { cwd });
        if (phase === 'running' && done === 3) holder?.kill('SIGKILL');
      },
    });
    expect(outcome.steps[2]).toEqual({ op: 'remount', result: -1, errno: 'EBUSY' });
    expect(outcome.files).toHaveProperty('b');
    expect(traces(temp())).toEqual([]);
  });

  it('leaves nothing when it is cancelled in the middle of a step', async () => {
    const controller = new AbortController();
    const plan = ext4Plan([{ op: 'many', prefix: 'm', count: 10_000_000, length: 0, how: 'buffered' }], {
      args: ['-N', '30000'],
    });
    const running = runForReal(plan, { signal: controller.signal });
    const isUnderWay = () => mountsIn(temp()).some((mountPoint) => existsSync(path.join(mountPoint, 'm20')));
    await expect.poll(isUnderWay, { timeout: 30_000 }).toBe(true);
    controller.abort();
    await expect(running).rejects.toBeInstanceOf(Cancelled);
    expect(traces(temp())).toEqual([]);
  });

  it.each([
    [
      'mkfs refuses',
      { args: ['-b', '4096', '-C', '4096', '-O', 'bigalloc', '-I', '7'] },
      InputError,
      /mkfs\.ext4 refuses/,
    ],
    [
      'the kernel does not mount it',
      { mountOptions: 'data=writeback,journal_ioprio=0', args: ['-O', '^has_journal'] },
      InputError,
      /does not mount/,
    ],
    ['the machine has fewer CPUs', { cpus: 8000 }, Unable, /target\.cpus/],
  ])('leaves nothing when %s', async (_, target, kind, message) => {
    const failed = await runForReal(ext4Plan(fileOfSixteenKiB, target)).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(kind);
    expect(String(failed)).toMatch(message);
    expect(traces(temp())).toEqual([]);
  });

  it.each([
    ['missing', /there is no file/],
    ['', /not a regular file/],
    ['random', /neither ext4 nor XFS/],
  ])('refuses the image "%s"', async (name, message) => {
    writeFileSync(path.join(temp(), 'random'), Buffer.alloc(100_000, 0x5a));
    const target = { kind: 'image', path: path.join(temp(), name) } as const;
    const failed = await runForReal(planOn(target, [])).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(InputError);
    expect(String(failed)).toMatch(message);
    await rm(path.join(temp(), 'random'));
    expect(traces(temp())).toEqual([]);
  });
});
