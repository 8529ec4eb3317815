import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBlockDevice } from './block-device.ts';
import { deviceNumber } from './device-number.ts';
import { countCpus, pageSizeBytes } from './facts.ts';
import { mountOf, parseMountinfo } from './mounts.ts';

describe('possible CPUs', () => {
  it.each([
    ['0', 1],
    ['0-1', 2],
    ['0-3,8-11', 8],
    ['0,2,5-6', 4],
  ])('%s', (list, count) => expect(countCpus(list)).toBe(count));
});

describe('the page size', () => {
  it('is a power of two of at least 4 KiB', () => {
    expect(Math.log2(pageSizeBytes()) % 1).toBe(0);
    expect(pageSizeBytes()).toBeGreaterThanOrEqual(4096);
  });
});

describe('device numbers', () => {
  it('come apart as glibc takes them apart', () => {
    expect(deviceNumber(0xfe00)).toEqual({ major: 254, minor: 0 });
    expect(deviceNumber(0x103_00_05)).toEqual({ major: 0x300, minor: 0x1005 });
    expect(deviceNumber(0x0000_1000_0010_0801n)).toEqual({ major: 0x1008, minor: 0x101 });
  });
});

describe('mounts', () => {
  const mounts = parseMountinfo(
    [
      '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard',
      '40 27 7:0 / /mnt/a\\040b rw shared:1 - xfs /dev/loop0 rw,attr2',
      '41 27 0:50 / /mnt rw - overlay overlay rw,lowerdir=/x',
      '42 27 0:51 / /mnt/a\\040b/deep rw - tmpfs none rw',
      '',
    ].join('\n'),
  );
  it('are read with their escapes and both lists of options', () => {
    expect(mounts[1]).toEqual({
      device: { major: 7, minor: 0 },
      root: '/',
      mountPoint: '/mnt/a b',
      options: 'rw,rw,attr2',
      fsType: 'xfs',
      source: '/dev/loop0',
    });
  });
  it('are found by device first, then by depth', () => {
    const on = (name: string, major: number, minor: number) =>
      mountOf(mounts, name, { major, minor })?.mountPoint;
    expect(on('/mnt/a b/f', 7, 0)).toBe('/mnt/a b');
    expect(on('/mnt/a b/deep/f', 0, 51)).toBe('/mnt/a b/deep');
    expect(on('/mnt/a b/deeper', 0, 99)).toBe('/mnt/a b');
    expect(on('/mnt/f', 0, 50)).toBe('/mnt');
    expect(on('/etc', 254, 0)).toBe('/');
  });
});

describe('block devices in sysfs', () => {
  let sysfs = '';
  beforeEach(() => {
    sysfs = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-sysfs-'));
  });
  afterEach(() => rmSync(sysfs, { recursive: true }));

  /** Writes a folder of sysfs from its files' texts, and its entry in dev/block. */
  function device(number: string, folder: string, files: Record<string, string | number>) {
    const whole = path.join(sysfs, 'devices', folder);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(whole, name)), { recursive: true });
      writeFileSync(path.join(whole, name), `${text}\n`);
    }
    mkdirSync(path.join(sysfs, 'dev/block'), { recursive: true });
    symlinkSync(whole, path.join(sysfs, 'dev/block', number));
    return whole;
  }
  const queue = {
    'queue/logical_block_size': 512,
    'queue/physical_block_size': 4096,
    'queue/rotational': 0,
    'queue/atomic_write_unit_min_bytes': 512,
    'queue/atomic_write_unit_max_bytes': 65536,
    'queue/atomic_write_max_bytes': 65536,
    'queue/atomic_write_boundary_bytes': 0,
  };

  it('give a partition the queue of its disk', () => {
    device('259:0', 'nvme0n1', {
      size: 2048,
      ro: 0,
      'device/model': 'DRIVE',
      'device/firmware_rev': '1.0',
      ...queue,
    });
    device('259:1', 'nvme0n1/nvme0n1p1', { size: 1024, start: 63, partition: 1, ro: 0 });
    const partition = readBlockDevice({ major: 259, minor: 1 }, sysfs);
    expect(partition).toMatchObject({
      kind: 'partition',
      rotational: false,
      facts: {
        name: 'nvme0n1p1',
        sizeBytes: 1024 * 512,
        logicalBlockBytes: 512,
        partitionStartBytes: 63 * 512,
        atomic: { unitMinBytes: 512, unitMaxBytes: 65536, maxBytes: 65536, boundaryBytes: 0 },
      },
      below: [{ kind: 'disk', title: 'DRIVE', firmware: '1.0', facts: { partitionStartBytes: null } }],
    });
  });

  it('follow device-mapper down, and leave unknown what is not there', () => {
    const disk = device('8:0', 'sda', { size: 2048, 'queue/logical_block_size': 4096 });
    const mapped = device('253:0', 'dm-0', { size: 2048, 'dm/name': 'vg-lv', ...queue });
    mkdirSync(path.join(mapped, 'slaves'));
    symlinkSync(disk, path.join(mapped, 'slaves/sda'));
    expect(readBlockDevice({ major: 253, minor: 0 }, sysfs)).toMatchObject({
      kind: 'device-mapper',
      title: 'vg-lv',
      below: [{ facts: { name: 'sda', atomic: 'unknown', logicalBlockBytes: 4096 }, rotational: 'unknown' }],
    });
    expect(readBlockDevice({ major: 1, minor: 1 }, sysfs)).toBeNull();
  });
});
