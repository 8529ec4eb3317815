import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../failure.ts';
import { deviceNumber } from '../machine/index.ts';
import type { Passport, StatxFacts } from './passport.ts';
import { probe } from './probe.ts';

/**
 * The probe over recorded trees: a file that really is in the temp folder, on a disk, a mount and a statx answer that
 * are made up. The devices of the trees have no nodes in /dev, so geometry stays unknown, as for an ordinary user.
 */
let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-probe-'));
  file = path.join(folder, 'file');
  writeFileSync(file, 'x');
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Disk {
  readonly unitMin?: number;
  readonly unitMax?: number;
  readonly boundary?: number;
  /** Start of a partition in sectors; left out for the whole disk. */
  readonly start?: number;
  readonly name?: string;
}

/** A sysfs with one disk, and with a partition on it, under the number of the temp folder's own device. */
function sysfs({ unitMin = 0, unitMax = 0, boundary = 0, start, name = 'untorntest0' }: Disk): string {
  const root = path.join(folder, 'sys');
  const disk = path.join(root, 'devices', name);
  const put = (where: string, text: string | number) => {
    mkdirSync(path.dirname(where), { recursive: true });
    writeFileSync(where, `${text}\n`);
  };
  put(path.join(disk, 'size'), 2 ** 21);
  put(path.join(disk, 'queue/logical_block_size'), 512);
  put(path.join(disk, 'queue/atomic_write_unit_min_bytes'), unitMin);
  put(path.join(disk, 'queue/atomic_write_unit_max_bytes'), unitMax);
  put(path.join(disk, 'queue/atomic_write_max_bytes'), unitMax);
  put(path.join(disk, 'queue/atomic_write_boundary_bytes'), boundary);
  let own = disk;
  if (start !== undefined) {
    own = path.join(disk, `${name}p1`);
    put(path.join(own, 'partition'), 1);
    put(path.join(own, 'start'), start);
    put(path.join(own, 'size'), 2 ** 20);
  }
  const { major, minor } = deviceNumber(statSync(file, { bigint: true }).dev);
  mkdirSync(path.join(root, 'dev/block'), { recursive: true });
  symlinkSync(own, path.join(root, 'dev/block', `${major}:${minor}`));
  return root;
}

function mountinfo(fsType: string, options = 'rw'): string {
  const { major, minor } = deviceNumber(statSync(file, { bigint: true }).dev);
  const where = path.join(folder, 'mountinfo');
  writeFileSync(where, `27 1 ${major}:${minor} / / rw - ${fsType} /dev/untorntest0 ${options}\n`);
  return where;
}

const nothing: StatxFacts = { direct: null, atomic: null };
const answered = (unitMinBytes: number, unitMaxBytes: number, unitMaxOptBytes = 0): StatxFacts => ({
  direct: { memoryAlignBytes: 512, offsetAlignBytes: 512 },
  atomic: { unitMinBytes, unitMaxBytes, unitMaxOptBytes, segmentsMax: unitMinBytes === 0 ? 0 : 1 },
});

function probed(fsType: string, disk: Disk, statx: StatxFacts, target = file): Promise<Passport> {
  return probe(target, {
    sysfs: sysfs(disk),
    mountinfo: mountinfo(fsType),
    statx: () => Promise.resolve(statx),
  });
}

describe('a passport', () => {
  it('says that a drive without limits lets nothing through, by rule and in words', async () => {
    const passport = await probed('ext4', {}, answered(0, 0));
    expect(passport).toMatchObject({ kind: 'file', possible: false, window: null, hardwareMaxBytes: null });
    expect(passport.verdict).toBe('nothing can be written untorn: untorntest0 advertises no atomic writes');
    expect(passport.layers.map(({ layer, rule }) => [layer, rule])).toEqual([
      ['file', 'ext4.device-capable'],
      ['ext4', 'ext4.device-capable'],
      ['untorntest0', 'block.device-capable'],
    ]);
  });

  it('takes the window that the kernel reports, and says what root would add', async () => {
    const passport = await probed('ext4', { unitMin: 512, unitMax: 65536 }, answered(4096, 16384));
    expect(passport).toMatchObject({ possible: true, window: { minBytes: 4096, maxBytes: 16384 } });
    expect(passport.verdict).toMatch(/^4 KiB to 16 KiB can be written untorn/);
    expect(passport.layers[0]?.why).toMatch(/the reason is not known/);
    expect(passport.layers[2]?.window).toEqual({ minBytes: 512, maxBytes: 65536 });
    expect(passport.missing.join()).toMatch(/geometry of the filesystem/);
  });

  it('names the partition that starts off the unit, with the remedy', async () => {
    const passport = await probed('ext4', { unitMin: 4096, unitMax: 65536, start: 63 }, answered(0, 0));
    expect(passport.possible).toBe(false);
    expect(passport.remedy).toMatch(/^move the partition to a multiple of 4 KiB/);
    expect(passport.layers.map(({ layer }) => layer)).toEqual([
      'file',
      'ext4',
      'untorntest0p1',
      'untorntest0',
    ]);
    expect(passport.layers[3]?.window).toEqual({ minBytes: 4096, maxBytes: 65536 });
  });

  it('tells software from hardware where the drive can do nothing', async () => {
    const passport = await probed('xfs', {}, answered(4096, 2 ** 20));
    expect(passport.verdict).toMatch(/in software, by remapping, since the device advertises nothing$/);
  });

  it('never guesses: what neither statx nor the rules tell is unknown', async () => {
    const silent = { sysfs: path.join(folder, 'none'), mountinfo: mountinfo('ext4') };
    const passport = await probe(file, { ...silent, statx: () => Promise.reject(new Error('no addon')) });
    expect(passport).toMatchObject({ possible: 'unknown', window: 'unknown', statx: null });
    expect(passport.missing[0]).toBe('statx could not be asked: no addon');
    expect(passport.missing[1]).toBe('the geometry of the filesystem: no device of / was found');
  });

  it('says so where kernel and rules contradict each other', async () => {
    const passport = await probed('btrfs', { unitMin: 512, unitMax: 65536 }, answered(4096, 4096));
    expect(passport).toMatchObject({ possible: true, window: { minBytes: 4096, maxBytes: 4096 } });
    expect(passport.layers[0]?.why).toMatch(
      /^the kernel reports 4 KiB only, where the rules known here give nothing/,
    );
  });

  it.each(['tmpfs', 'overlay', 'btrfs', 'fuse.sshfs'])('knows that %s takes nothing', async (fsType) => {
    const passport = await probed(fsType, { unitMin: 512, unitMax: 65536 }, nothing);
    expect(passport.verdict).toMatch(
      `nothing can be written untorn: ${fsType} does not support atomic writes: `,
    );
  });

  it('stands for new files where the path is a directory', async () => {
    const passport = await probed('ext4', {}, nothing, folder);
    expect(passport).toMatchObject({ kind: 'directory', possible: false });
    expect(passport.layers[0]?.layer).toBe('a new file here');
  });

  it('is refused for a path that is not there', async () => {
    await expect(probed('ext4', {}, nothing, path.join(folder, 'none'))).rejects.toThrow(InputError);
  });
});
