import { closeSync, constants, openSync, statSync } from 'node:fs';
import { mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatImage } from '../../main/lab/index.ts';
import {
  attachLoop,
  blockDeviceFacts,
  canClaimBlockDevice,
  cpuAffinity,
  detachLoop,
  fallocate,
  fallocateFlags,
  fiemap,
  mount,
  preadv2,
  pwritev2,
  statx,
  syncfs,
  unmount,
  writeFlags,
} from '../../main/native/index.ts';
import { usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

const temp = usePrivateTemp();
const pageBytes = 4096;

function pattern(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => (index * 31) % 251);
}

async function inFile(name: string, use: (descriptor: number, file: string) => Promise<void>): Promise<void> {
  const file = path.join(temp(), name);
  const descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT);
  try {
    await use(descriptor, file);
  } finally {
    closeSync(descriptor);
  }
}

describe('calls on ordinary files', () => {
  it('reads what it wrote, past 4 GiB and in several vectors', async () => {
    await inFile('far', async (descriptor) => {
      const data = pattern(4 * 1000);
      const offset = 5n * 2n ** 30n + 3n;
      expect(await pwritev2(descriptor, data, offset, { vectors: 4 })).toBe(data.length);
      expect(await preadv2(descriptor, data.length, Number(offset), { vectors: 5 })).toEqual(data);
      expect(await preadv2(descriptor, 8000, offset, { vectors: 2 })).toEqual(data);
    });
  });

  it('takes the bytes as they are at the moment of the call', async () => {
    await inFile('moment', async (descriptor) => {
      const data = pattern(pageBytes);
      const writing = pwritev2(descriptor, data, 0);
      const before = data.slice();
      data.fill(0);
      await writing;
      expect(await preadv2(descriptor, pageBytes, 0)).toEqual(before);
    });
  });

  it.each([
    [0.5, RangeError],
    [Number.MAX_SAFE_INTEGER + 2, RangeError],
    [NaN, RangeError],
    [2n ** 63n, RangeError],
    ['0' as unknown as number, TypeError],
  ])('refuses the offset %s before any call', async (offset, kind) => {
    await inFile('offsets', async (descriptor) => {
      await expect(pwritev2(descriptor, pattern(8), offset)).rejects.toBeInstanceOf(kind);
    });
  });

  it('tells errno, its name, the call and the path', async () => {
    await inFile('errors', async (descriptor) => {
      await expect(pwritev2(descriptor, pattern(8), -2)).rejects.toMatchObject({
        errno: 22,
        code: 'EINVAL',
        syscall: 'pwritev2',
        path: `descriptor ${descriptor}`,
      });
      await expect(pwritev2(descriptor, pattern(8), 0, { flags: 0x40000000 })).rejects.toMatchObject({
        errno: 95,
        code: 'EOPNOTSUPP',
      });
    });
    const missing = path.join(temp(), 'missing');
    await expect(statx(missing)).rejects.toMatchObject({
      errno: 2,
      code: 'ENOENT',
      syscall: 'statx',
      path: missing,
    });
    await expect(statx('a\0b')).rejects.toBeInstanceOf(TypeError);
  });

  it('reads the same facts as stat(2)', async () => {
    await inFile('facts', async (_, file) => {
      await writeFile(file, pattern(10_000));
      const facts = await statx(file);
      const known = statSync(file, { bigint: true });
      expect(facts).toMatchObject({ inode: known.ino, sizeBytes: known.size, blocks512: known.blocks });
      expect(facts.mode).toBe(Number(known.mode));
    });
  });

  it('punches holes and keeps sizes', async () => {
    await inFile('holes', async (descriptor, file) => {
      await pwritev2(descriptor, pattern(4 * pageBytes), 0);
      const punch = fallocateFlags.punchHole | fallocateFlags.keepSize;
      await fallocate(descriptor, punch, pageBytes, 2n * BigInt(pageBytes));
      const bytes = await readFile(file);
      expect(bytes.length).toBe(4 * pageBytes);
      expect(bytes.subarray(pageBytes, 3 * pageBytes).every((byte) => byte === 0)).toBe(true);
      await expect(fallocate(descriptor, fallocateFlags.punchHole, 0, 1)).rejects.toMatchObject({
        code: 'EOPNOTSUPP',
        syscall: 'fallocate',
      });
    });
  });

  it('knows that a file is no block device', async () => {
    await inFile('plain', async (_, file) => {
      await expect(blockDeviceFacts(file)).rejects.toMatchObject({ code: 'ENOTBLK', path: file });
    });
  });

  it('names the CPUs of this thread', () => {
    expect(cpuAffinity().length).toBeGreaterThan(0);
  });
});

const reason = whyNotRoot() || whyNotProgram('mkfs.ext4') || whyNotProgram('mkfs.xfs');

describe.skipIf(reason)(`calls on loop devices${reason ? ` (${reason})` : ''}`, () => {
  const attached: string[] = [];
  const mounts: string[] = [];

  afterAll(async () => {
    for (const mountPoint of mounts) await unmount(mountPoint);
    for (const device of attached) await detachLoop(device);
  });

  async function mountFresh(
    name: string,
    fs: 'ext4' | 'xfs',
    args: string[] = [],
  ): Promise<{ device: string; root: string }> {
    const image = path.join(temp(), `${name}.img`);
    await formatImage(image, 512 * 2 ** 20, { fs, args });
    const loop = await attachLoop(image);
    closeSync(loop.descriptor);
    attached.push(loop.path);
    const root = path.join(temp(), name);
    await mkdir(root);
    await mount(loop.path, root, fs);
    mounts.unshift(root);
    return { device: loop.path, root };
  }

  it('gives each of many callers at once a loop device of its own', async () => {
    const images = Array.from({ length: 12 }, (_, index) => path.join(temp(), `race-${index}.img`));
    for (const image of images) {
      await writeFile(image, '');
      await truncate(image, 2 ** 20);
    }
    const loops = await Promise.all(images.map((image) => attachLoop(image, { logicalBlockBytes: 4096 })));
    try {
      expect(new Set(loops.map((loop) => loop.path)).size).toBe(images.length);
      for (const [index, loop] of loops.entries()) {
        const backing = await readFile(`/sys/block/loop${loop.number}/loop/backing_file`, 'utf8');
        expect(backing.trim()).toBe(images[index]);
        expect(await blockDeviceFacts(loop.path)).toMatchObject({
          sizeBytes: 2n ** 20n,
          logicalSectorBytes: 4096,
          readOnly: false,
        });
      }
    } finally {
      for (const loop of loops) {
        closeSync(loop.descriptor);
        await detachLoop(loop.path);
      }
    }
    await expect(detachLoop(loops[0]?.path ?? '')).rejects.toMatchObject({
      code: 'ENXIO',
      syscall: 'ioctl LOOP_CLR_FD',
    });
  });

  it('pages through a layout of more extents than one call returns', async () => {
    const { root, device } = await mountFresh('pages', 'ext4');
    expect(await canClaimBlockDevice(device)).toBe(false);
    const file = await open(path.join(root, 'sparse'), 'w+');
    try {
      const extents = 1300;
      for (let index = 0; index < extents; index++) {
        await pwritev2(file.fd, pattern(pageBytes), 2 * index * pageBytes);
      }
      await syncfs(root);
      const map = await fiemap(file.fd, { sync: true });
      expect(Array.from(map.logicalBytes, Number)).toEqual(
        Array.from({ length: extents }, (_, index) => 2 * index * pageBytes),
      );
      expect(new Set(map.physicalBytes).size).toBe(extents);
    } finally {
      await file.close();
    }
  });

  it('writes atomically on XFS with reflink, in powers of two from one block on', async () => {
    const { root } = await mountFresh('atomic', 'xfs', ['-m', 'reflink=1']);
    const name = path.join(root, 'a');
    const descriptor = openSync(name, constants.O_RDWR | constants.O_CREAT | constants.O_DIRECT);
    try {
      const facts = await statx(name);
      expect(facts).toMatchObject({
        hasAtomicWrite: true,
        atomicUnitMinBytes: pageBytes,
        atomicSegmentsMax: 1,
      });
      const largest = facts.atomicUnitMaxBytes;
      expect(largest).toBeGreaterThanOrEqual(64 * 1024);
      const flags = writeFlags.atomic;
      for (let length = pageBytes; length <= largest; length *= 2) {
        expect(await pwritev2(descriptor, pattern(length), length, { flags })).toBe(length);
      }
      const refused = async (length: number, offset: number, vectors = 1): Promise<unknown> =>
        pwritev2(descriptor, pattern(length), offset, { flags, vectors }).catch((error: unknown) => error);
      expect(await refused(2 * largest, 0)).toMatchObject({ code: 'EINVAL' });
      expect(await refused(512, 0)).toMatchObject({ code: 'EINVAL' });
      expect(await refused(3 * pageBytes, 0)).toMatchObject({ code: 'EINVAL' });
      expect(await refused(2 * pageBytes, pageBytes)).toMatchObject({ code: 'EINVAL' });
      expect(await refused(2 * pageBytes, 0, 2)).toMatchObject({ code: 'EINVAL' });
      await expect(preadv2(descriptor, pageBytes, 0, { flags })).rejects.toMatchObject({
        code: 'EOPNOTSUPP',
      });
    } finally {
      closeSync(descriptor);
    }
  });
});
