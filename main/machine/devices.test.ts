import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listBlockDevices } from './devices.ts';
import { identityOf } from './identity.ts';
import { parseMountinfo } from './mounts.ts';
import { usersOf } from './users.ts';

describe('identityOf', () => {
  let sysfs = '';

  beforeAll(() => {
    sysfs = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-'));
    const device = (number: string, name: string, files: Record<string, string>): void => {
      const folder = path.join(sysfs, 'devices', name);
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        writeFileSync(path.join(folder, file), text, 'latin1');
      }
      mkdirSync(path.join(sysfs, 'dev/block'), { recursive: true });
      symlinkSync(folder, path.join(sysfs, 'dev/block', number));
    };
    device('259:0', 'nvme0n1', { 'device/serial': 'S4EV   \n', wwid: 'eui.0025385\n' });
    device('8:0', 'sda', { 'device/vpd_pg80': '\0\x80\0\x08ZX-12345', 'device/wwid': 'naa.5000c500\n' });
    device('8:1', 'sda/sda1', { partition: '1\n', 'device/serial': 'of the disk' });
    device('7:0', 'loop0', { dev: '7:0\n' });
  });

  afterAll(() => rmSync(sysfs, { recursive: true }));

  it.each([
    [259, 0, { serial: 'S4EV', wwn: 'eui.0025385' }],
    [8, 0, { serial: 'ZX-12345', wwn: 'naa.5000c500' }],
    [8, 1, { serial: null, wwn: null }],
    [7, 0, { serial: null, wwn: null }],
    [1, 1, { serial: null, wwn: null }],
  ])('of %i:%i', (major, minor, expected) => {
    expect(identityOf({ major, minor }, sysfs)).toEqual(expected);
  });
});

describe('usersOf and listBlockDevices', () => {
  let sysfs = '';
  const queue = { 'queue/logical_block_size': '512\n', 'queue/rotational': '0\n' };

  beforeAll(() => {
    sysfs = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-'));
    const device = (dev: string, name: string, files: Record<string, string>): void => {
      const folder = path.join(sysfs, 'devices', name);
      for (const [file, text] of Object.entries({ dev, ...files })) {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        writeFileSync(path.join(folder, file), text);
      }
      for (const place of ['dev/block', 'block']) mkdirSync(path.join(sysfs, place), { recursive: true });
      symlinkSync(folder, path.join(sysfs, 'dev/block', dev));
      if (!name.includes('/')) symlinkSync(folder, path.join(sysfs, 'block', name));
    };
    device('8:0', 'sda', { size: '4096\n', 'device/model': 'DRIVE A', ...queue });
    device('8:2', 'sda/sda2', { size: '1024\n', partition: '2\n' });
    device('8:10', 'sda/sda10', { size: '1024\n', partition: '10\n' });
    mkdirSync(path.join(sysfs, 'devices/sda/sda10/holders/dm-0'), { recursive: true });
    device('253:0', 'dm-0', { size: '1024\n', 'dm/name': 'vg-lv', ...queue });
    device('7:0', 'loop0', { size: '0\n', ...queue });
    device('8:16', 'sdb', { size: '2048\n', 'device/serial': 'B-1', ...queue });
  });

  afterAll(() => rmSync(sysfs, { recursive: true }));

  const uses = () => ({
    sysfs,
    mounts: parseMountinfo('30 1 8:2 / /data rw - ext4 /dev/sda2 rw\n31 1 253:0 / /lv rw - xfs /dev/dm-0 rw'),
    swap: ['sdb'],
  });

  it('tell who uses a disk, its partitions among it', () => {
    expect(usersOf({ major: 8, minor: 0 }, uses())).toEqual(['part of dm-0', 'mounted on /data']);
    expect(usersOf({ major: 8, minor: 2 }, uses())).toEqual(['mounted on /data']);
    expect(usersOf({ major: 8, minor: 16 }, uses())).toEqual(['swap space']);
    expect(usersOf({ major: 9, minor: 9 }, uses())).toEqual([]);
  });

  it('list what has a size, partitions behind their disk in the order of their numbers', () => {
    const list = listBlockDevices(uses());
    expect(list.map((entry) => entry.path)).toEqual([
      '/dev/dm-0',
      '/dev/sda',
      '/dev/sda2',
      '/dev/sda10',
      '/dev/sdb',
    ]);
    expect(list[1]).toMatchObject({ device: { title: 'DRIVE A', kind: 'disk' }, users: { length: 2 } });
    expect(list[4]).toMatchObject({ identity: { serial: 'B-1' }, users: ['swap space'] });
  });
});
