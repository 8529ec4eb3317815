/** What is written into an image for UDisks2 places nothing: superblocks, and the owner of the root directory. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatImage } from '../../main/lab/index.ts';
import {
  adoptExt4,
  adoptXfs,
  lookAtImage,
  readStoredOptions,
} from '../../main/lab/privileges/udisks-image.ts';
import { whyNotProgram } from '../support/machine.ts';

const blockBytes = 4096;
const longest = `commit=300,${'mb_optimize_scan=1,'.repeat(2)}resuid=65534`.padEnd(63, '0');

/** Blocks that differ between two images of one size. */
function changedBlocks(before: Buffer, after: Buffer): number[] {
  expect(after.length).toBe(before.length);
  const changed: number[] = [];
  for (let at = 0; at < before.length; at += blockBytes) {
    if (before.compare(after, at, at + blockBytes, at, at + blockBytes) !== 0) changed.push(at / blockBytes);
  }
  return changed;
}

describe('an image for UDisks2', () => {
  let image: string;

  beforeEach(() => {
    image = path.join(mkdtempSync(path.join(os.tmpdir(), 'untorn-test-image-')), 'image');
  });
  afterEach(() => rmSync(path.dirname(image), { recursive: true, force: true }));

  const missing = whyNotProgram('debugfs') || whyNotProgram('mkfs.ext4');
  describe.skipIf(missing)(`with ext4${missing ? ` (${missing})` : ''}`, () => {
    it.each([
      ['checksums', []],
      ['no checksums', ['-O', '^metadata_csum']],
      ['64-bit addresses off', ['-O', '^64bit']],
    ])('and %s differs in nothing that says what is free or where a file lies', async (_what, args) => {
      await formatImage(image, 64 * 2 ** 20, { fs: 'ext4', args: ['-b', '4096', ...args] });
      const before = readFileSync(image);
      await adoptExt4(image, longest, 65_534);
      expect(longest).toHaveLength(63);
      expect(await readStoredOptions(image)).toBe(longest);
      const tableBlock = Number(/Inode table at (\d+)/.exec(said('dumpe2fs', image))?.[1]);
      // One group: the superblock with its group descriptors behind it, and the block of the root's inode.
      expect([0, 1, tableBlock]).toEqual(expect.arrayContaining(changedBlocks(before, readFileSync(image))));
      const { status } = spawnSync('e2fsck', ['-f', '-n', image]);
      expect(status).toBe(0);
      expect(said('debugfs', '-R', 'stat <2>', image)).toMatch(/User: 65534/);
    });

    it('says what it holds, and what is in the way', async () => {
      await formatImage(image, 16 * 2 ** 20, { fs: 'ext4', args: ['-b', '4096'] });
      said('debugfs', '-w', '-R', 'mkdir taken', image);
      said('debugfs', '-w', '-R', 'set_super_value mount_opts stripe=8', image);
      const found = { fs: 'ext4', storedOptions: 'stripe=8' };
      expect(await lookAtImage(image, ['free', 'takenaway/x', 'other*'], 1000)).toEqual({
        ...found,
        obstacle: null,
      });
      const inTheWay = {
        ...found,
        obstacle: expect.stringContaining('taken in the image belongs to user 0'),
      };
      expect(await lookAtImage(image, ['taken/x'], 1000)).toEqual(inTheWay);
      expect(await lookAtImage(image, ['tak*'], 1000)).toEqual(inTheWay);
      expect(await lookAtImage(image, ['taken'], 0)).toEqual({ ...found, obstacle: null });
    });
  });

  const noXfs = whyNotProgram('xfs_db') || whyNotProgram('mkfs.xfs');
  it.skipIf(noXfs)(`with XFS belongs to the user and is whole${noXfs ? ` (${noXfs})` : ''}`, async () => {
    await formatImage(image, 320 * 2 ** 20, { fs: 'xfs', args: [] });
    await adoptXfs(image, 70_000);
    expect(said('xfs_db', '-r', '-c', 'sb 0', '-c', 'addr rootino', '-c', 'print core.uid', image)).toContain(
      '70000',
    );
    expect(spawnSync('xfs_repair', ['-n', image]).status).toBe(0);
    expect(await lookAtImage(image, [], 70_000)).toMatchObject({ fs: 'xfs', obstacle: expect.any(String) });
  });
});

function said(command: string, ...args: readonly string[]): string {
  const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  return spawnSync(command, args, { encoding: 'utf8', env: { PATH } }).stdout;
}
