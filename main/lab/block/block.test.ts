import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityOf } from './identity.ts';
import { signatureAreaBytes, signatureIn } from './signature.ts';

describe('signatureIn', () => {
  const beginning = (offset: number, text: string): Uint8Array => {
    const bytes = Buffer.alloc(signatureAreaBytes);
    bytes.write(text, offset, 'latin1');
    return bytes;
  };

  it.each([
    [0x438, '\x53\xef', 'ext4'],
    [0, 'XFSB', 'XFS'],
    [0x10040, '_BHRfS_M', 'btrfs'],
    [512, 'LABELONE', 'LVM'],
    [0, 'LUKS\xba\xbe', 'LUKS'],
    [4096, '\xfc\x4e\x2b\xa9', 'md array'],
    [512, 'EFI PART', 'GPT'],
    [510, '\x55\xaa', 'partition table'],
    [4086, 'SWAPSPACE2', 'swap'],
  ])('at %i knows %j as %s', (offset, text, name) => {
    expect(signatureIn(beginning(offset, text))).toContain(name);
    expect(signatureIn(beginning(offset + 1, text))).toBeNull();
  });

  it('finds nothing on an empty or a short device', () => {
    expect(signatureIn(new Uint8Array(signatureAreaBytes))).toBeNull();
    expect(signatureIn(new Uint8Array(0))).toBeNull();
  });
});

describe('identityOf', () => {
  let sysfs = '';

  beforeAll(() => {
    sysfs = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-'));
    const device = (number: string, name: string, files: Record<string, string>): void => {
      const folder = path.join(sysfs, 'devices', name);
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        writeFileSync(path.join(folder, file), text);
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
