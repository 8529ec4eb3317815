/** Plans as an ordinary user with UDisks2, for real, and nobody is asked for a password (docs/privilege.md). */
import { spawnSync } from 'node:child_process';
import { chownSync, copyFileSync, statSync, truncateSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunReport } from '../../main/run/index.ts';
import { planOf } from '../cli/untorn.ts';
import { nobody } from '../privilege/user.ts';
import { Bus } from '../support/bus/index.ts';
import { granted, UdisksStage, whyNoUdisks } from './stage.ts';

const reason = whyNoUdisks();
const ext4 = { kind: 'loop', size: '64MiB', mkfs: { fs: 'ext4', args: ['-b', '4096'] } };
const create = { op: 'create', file: 'a' };
const write = { op: 'write', file: 'a', offset: 0, length: '64KiB', direct: false };

describe.skipIf(reason)(`through UDisks2${reason ? ` (${reason})` : ''}, a plan`, () => {
  let bus: Bus;
  let stage: UdisksStage;

  beforeAll(async () => {
    const grants = [{ user: nobody.name, actions: granted }];
    bus = await Bus.start({
      grants,
      daemons: ['polkitd', 'udevd', 'udisksd'],
      labs: '/tmp/untorn-test-cli-*',
    });
  });
  afterAll(() => bus.close());
  beforeEach(() => {
    stage = new UdisksStage(bus);
  });
  afterEach(() => {
    expect(stage.leftBehind()).toEqual([]);
    stage.remove();
  });

  it.each([
    ...['bigalloc-16k', 'buffered-mix', 'database-pages', 'fragmented', 'interleaved', 'rfc-thread-1k'],
    ...['rfc-thread-4k', 'small-then-page', 'xfs-atomic'],
  ])('of the examples, %s, comes out as predicted', async (example) => {
    const { report, code, stderr } = await stage.report(`${process.cwd()}/examples/${example}.json`);
    const { match, differences, unwatched } = report;
    expect({ match, differences, code, stderr }).toEqual({
      match: true,
      differences: [],
      code: 0,
      stderr: '',
    });
    // Of ext4 it is told what was not watched; the match stands all the same.
    expect(unwatched?.[0] ?? '').toMatch(example.startsWith('xfs') ? /^$/ : /tracepoints/);
  });

  it.each([
    ['options of ext4’s', { mountOptions: 'nodelalloc,commit=600,data=writeback' }],
    ['options of every filesystem’s', { mountOptions: 'noatime,lazytime' }],
    ['cold buddies', { buddies: 'cold' }],
    ['no journal', { mkfs: { fs: 'ext4', args: ['-b', '4096', '-O', '^has_journal'] } }],
    ['no checksums', { mkfs: { fs: 'ext4', args: ['-b', '1024', '-O', '^metadata_csum'] } }],
  ])('with %s comes out as predicted', async (_what, change) => {
    const steps = [
      create,
      write,
      { op: 'sync' },
      { op: 'remount' },
      { ...write, offset: '1MiB' },
      { op: 'layout', file: 'a' },
    ];
    const plan = stage.files.write('plan.json', planOf(steps, { target: { ...ext4, ...change } }));
    const { report, code } = await stage.report(plan);
    expect({ code, match: report.match, differences: report.differences }).toEqual({
      ...{ code: 0, match: true, differences: [] },
    });
  });

  it('may use the reserved blocks, as root would', async () => {
    const steps = [
      create,
      { op: 'fallocate', file: 'a', offset: 0, length: '50MiB' },
      { op: 'write', file: 'a', offset: '50MiB', length: '1MiB' },
    ];
    const target = { ...ext4, mkfs: { fs: 'ext4', args: ['-b', '4096', '-m', '20', '-J', 'size=4'] } };
    const { report } = await stage.report(stage.files.write('full.json', planOf(steps, { target })));
    expect(report.actual.steps.map(({ result }) => result)).toEqual([0, 0, 2 ** 20]);
    expect(report.match).toBe(true);
  });

  describe('on an image of the user’s', () => {
    let image: string;

    beforeEach(() => {
      image = stage.files.write('own.img', '');
      truncateSync(image, 32 * 2 ** 20);
      expect(spawnSync('mkfs.ext4', ['-q', '-F', '-b', '4096', image]).status).toBe(0);
      chownSync(image, nobody.uid, nobody.gid);
    });
    const planFor = (steps: readonly object[], change = {}): string =>
      stage.files.write(
        'plan.json',
        planOf(steps, { target: { kind: 'image', path: 'own.img', ...change } }),
      );

    it('works on a copy, and the image keeps its bytes', async () => {
      const before = `${stage.files.folder}/before`;
      copyFileSync(image, before);
      const { report, code } = await stage.report(planFor([create, write, { op: 'layout', file: 'a' }]));
      expect({ code, match: report.match }).toEqual({ code: 0, match: true });
      expect(spawnSync('cmp', [before, image]).status).toBe(0);
    });

    it('that names somebody else’s file in it is refused', async () => {
      spawnSync('debugfs', ['-w', '-R', 'mkdir taken', image]);
      const { code, stderr } = await stage.run('run', planFor([{ op: 'create', file: 'taken/a' }]));
      expect(code).toBe(3);
      expect(stderr).toContain(
        'taken in the image belongs to user 0, and only the root directory is made yours',
      );
    });

    it('whose journal is unclean is refused', async () => {
      spawnSync('debugfs', ['-w', '-R', 'feature needs_recovery', image]);
      const { code, stderr } = await stage.run('run', planFor([create]));
      expect(code).toBe(3);
      expect(stderr).toContain('journal is unclean');
    });

    it('that is not there is refused as ever', async () => {
      const { code, stderr } = await stage.run('run', planFor([create], { path: 'missing.img' }));
      expect(code).toBe(2);
      expect(stderr).toContain('there is no file');
    });
  });

  it.each([
    [
      'settled buddies',
      { buddies: 'settled' },
      [],
      'UDisks2 cannot run this plan: when the buddies are settled',
    ],
    ['a trace', {}, ['--trace'], 'tracepoints are root’s to record'],
    [
      'too long a list of options',
      { mountOptions: 'inode_readahead_blks=16,max_batch_time=15000,min_batch_time=0,max_dir_size_kb=64' },
      [],
      'room for 63 characters',
    ],
    ['errors=continue', { mountOptions: 'errors=continue' }, [], 'it mounts ext4 with errors=remount-ro'],
    [
      'another rotational flag',
      { rotational: !rotationalHere() },
      [],
      'rotational flag of the disk under it',
    ],
    [
      'an option of XFS’s',
      { size: '320MiB', mkfs: { fs: 'xfs', args: [] }, mountOptions: 'swalloc' },
      [],
      'does not pass XFS’s option swalloc on',
    ],
  ])(
    'that wants %s is refused where nothing else is there, and says why',
    async (_what, change, flags, why) => {
      const plan = stage.files.write('plan.json', planOf([create], { target: { ...ext4, ...change } }));
      const { code, stderr } = await stage.run('run', plan, ...flags);
      expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(why) });
      expect(stderr).toContain('UDisks2 cannot run this plan');
    },
  );

  it('which the kernel does not mount like that is refused and leaves nothing', async () => {
    const target = { ...ext4, mountOptions: 'data=journal,delalloc' };
    const { code } = await stage.run('run', stage.files.write('plan.json', planOf([create], { target })));
    expect(code).toBe(2);
  });

  it('during which another process writes there is disturbed', async () => {
    const running = stage.start(['run', stage.longPlan(), '--json']);
    await expect.poll(() => stage.mounted(), { timeout: 60_000 }).toHaveLength(1);
    const [mount] = bus.loopMounts();
    const wrote = bus.succeeds(
      nobody.uid,
      'dd',
      'if=/dev/zero',
      `of=${mount?.mountPoint}/foreign`,
      'bs=4096',
      'count=4',
    );
    expect(wrote).toBe(true);
    const { code, stdout } = await running.answer;
    const { match, disturbed } = JSON.parse(stdout) as { match: boolean; disturbed: string[] };
    expect({ code, match }).toEqual({ code: 1, match: false });
    expect(disturbed.join()).toContain('another process changed the mounted filesystem');
  });

  it('whose device a desktop has mounted by itself comes out as predicted all the same', async () => {
    const example = `${process.cwd()}/examples/buffered-mix.json`;
    // As often as it takes for the desktop to be the quicker one.
    for (let wasQuicker = false, tries = 0; !wasQuicker && tries < 10; tries++) {
      const running = stage.start(['run', example, '--json']);
      const device = (): string | undefined => /^loop\d+(?=: )/.exec(stage.held()[0] ?? '')?.[0];
      await expect.poll(device, { timeout: 60_000, interval: 2 }).toBeDefined();
      wasQuicker = bus.succeeds(nobody.uid, 'udisksctl', 'mount', '-b', `/dev/${device() ?? ''}`);
      const { code, stdout, stderr } = await running.answer;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect((JSON.parse(stdout) as RunReport).match).toBe(true);
      if (tries === 9) expect(wasQuicker).toBe(true);
    }
  });

  it('of somebody whom polkit would have to ask does not go this way', async () => {
    const plan = stage.files.write('plan.json', planOf([create]));
    const { code, stderr } = await stage.start(['run', plan], { HOME: '/' }, 1).answer;
    expect(code).toBe(3);
    expect(stderr).toMatch(/takes root, and neither .* nor sudo/);
  });
});

/** Of the disk below the temp folder, as a loop device inherits it. */
function rotationalHere(): boolean {
  if (reason) return false;
  const { dev } = statSync('/tmp');
  const [major, minor] = [Math.floor(dev / 256), dev % 256];
  const { stdout } = spawnSync('cat', [`/sys/dev/block/${major}:${minor}/queue/rotational`], {
    encoding: 'utf8',
  });
  return stdout.trim() === '1';
}
