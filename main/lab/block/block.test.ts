import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fillUnit } from '../../../core/torn/index.ts';
import { bytesOf, placesOf, signatureOn } from './signature.ts';
import { signatures, type Signature } from './signatures.ts';

/** Odd on purpose: what lies at the end does so at whole blocks of its own size. */
const sizeBytes = 5 * 2 ** 20 + 3 * 4096 + 1536;

/** Zeros, but for what is written to it. */
class Disk {
  readonly bytes: Buffer;

  constructor(size = sizeBytes) {
    this.bytes = Buffer.alloc(size);
  }

  put(place: number, magic: Buffer): this {
    magic.copy(this.bytes, place);
    return this;
  }

  looksLike(): Promise<string | null> {
    const read = (into: Buffer, offset: number, length: number, place: number) => {
      const bytesRead = this.bytes.copy(into, offset, place, place + length);
      return Promise.resolve({ bytesRead, buffer: into });
    };
    return signatureOn({ read } as Parameters<typeof signatureOn>[0], this.bytes.length);
  }
}

describe('signatureOn', () => {
  it.each([
    [0x438, '\x53\xef', 'ext4'],
    [0, 'XFSB', 'XFS'],
    [0x10040, '_BHRfS_M', 'btrfs'],
    [512, 'LABELONE', 'LVM'],
    [0, 'LUKS\xba\xbe', 'LUKS'],
    [0x400000, 'SKUL\xba\xbe', 'LUKS'],
    [4096, '\xfc\x4e\x2b\xa9', 'md array'],
    [512, 'EFI PART', 'GPT'],
    [510, '\x55\xaa', 'partition table'],
    [4086, 'SWAPSPACE2', 'swap'],
    [32, 'NXSB', 'APFS'],
    [3, '-FVE-FS-', 'BitLocker'],
    // The 1 KiB roots of a ZFS pool are used in turn: the last of the first ring, and one of the second.
    [(128 + 127) * 1024, '\x0c\xb1\xba\0\0\0\0\0', 'ZFS'],
    [(256 + 128 + 4) * 1024, '\x0c\xb1\xba\0\0\0\0\0', 'ZFS'],
  ])('at %i knows %j as %s', async (place, text, name) => {
    const magic = Buffer.from(text, 'latin1');
    expect(await new Disk().put(place, magic).looksLike()).toContain(name);
    expect(await new Disk().put(place + 1, magic).looksLike()).toBeNull();
  });

  it.each([
    // Each where its own format says it is on a disk of 5 MiB, 13 KiB and 512 bytes (linux_raid.c, ddf_raid.c …).
    [5 * 2 ** 20 - 65536, '\xfc\x4e\x2b\xa9', 'md array'],
    [5 * 2 ** 20 + 3 * 4096 - 8192, '\xfc\x4e\x2b\xa9', 'md array'],
    [sizeBytes - 512, '\xde\x11\xde\x11', 'DDF'],
    [sizeBytes - 257 * 512, '\xde\x11\xde\x11', 'DDF'],
    [sizeBytes - 1024, 'Intel Raid ISM Cfg Sig. 1.3.00', 'Intel'],
    [sizeBytes - 4096 + 6, '\x34\x34', 'NILFS2'],
    [5 * 2 ** 20 + 3 * 4096 - 4096 + 6, '\x34\x34', 'NILFS2'],
    [sizeBytes - 1024, 'H+\0\x04', 'HFS+'],
    [sizeBytes - 1024 + 24, '\xc6\x85\x73\xf6\x66\xce\x90\xa9\xd9\x6a\x60\xcf\x80\x3d\xf7\xef', 'bcachefs'],
    [sizeBytes - 512, 'EFI PART', 'GPT'],
    [5 * 2 ** 20 + 3 * 4096 - 4096 + 60, '\x83\x74\x02\x6d', 'DRBD'],
    [5 * 2 ** 20 - 2 * 2 ** 18 + 131072 + 4096, '\x0c\xb1\xba\0\0\0\0\0', 'ZFS'],
    [5 * 2 ** 20 - 2 ** 18 + 16384, '\x01\x01\0\0\0\0\0\0\0\0\0\x01', 'ZFS'],
  ])('near the end, at %i, knows %j as %s', async (place, text, name) => {
    const magic = Buffer.from(text, 'latin1');
    expect(await new Disk().put(place, magic).looksLike()).toContain(name);
    expect(await new Disk().put(place + 1, magic).looksLike()).toBeNull();
  });

  it('knows each magic number at each place, and no two formats as one', async () => {
    for (const signature of signatures) {
      for (const place of placesOf(signature, sizeBytes)) {
        for (const magic of signature.magics) {
          const disk = new Disk().put(place, bytesOf(magic));
          expect(await disk.looksLike(), `${magic} at ${place}`).toBe(signature.name);
        }
      }
    }
  });

  it('finds nothing on an empty or a short device', async () => {
    for (const size of [0, 1, 512, 4096, 65536, sizeBytes])
      expect(await new Disk(size).looksLike()).toBeNull();
  });

  it('finds nothing in random bytes', async () => {
    const { bytes } = new Disk();
    let state = 1;
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      bytes.writeUInt32LE((state ^ (state >>> 15)) >>> 0, at);
    }
    const disk = new Disk();
    disk.put(0, bytes);
    expect(await disk.looksLike()).toBeNull();
  });

  it.each([512, 4096])(
    'finds nothing on a disk full of our own stamps, in blocks of %i',
    async (blockBytes) => {
      const disk = new Disk(4 * 2 ** 20);
      const unitBytes = 65536;
      for (let address = 0; address < disk.bytes.length; address += unitBytes) {
        const unit = disk.bytes.subarray(address, address + unitBytes);
        const write = { writer: 1, generation: 1 + address / unitBytes, address, bytes: unitBytes };
        fillUnit(unit, { run: 0x0123456789abcdefn, ...write, blockBytes });
      }
      expect(await disk.looksLike()).toBeNull();
    },
  );
});

describe('the list of signatures', () => {
  it("is the helper's, too", () => {
    const source = readFileSync(
      new URL('../../../native/helper/privileged/signatures.cc', import.meta.url),
      'utf8',
    );
    const row =
      /\{"([^"]+)",\s*k(Start|End),\s*(\w+),\s*\{([^{}]*)\},\s*\{([^{}]*)\}(?:,\s*(\d+),\s*(\d+))?\},/g;
    const theirs = [...source.matchAll(row)].map(
      ([, name = '', from, align, offsets = '', magics = '', every, count]) => ({
        name,
        from: from?.toLowerCase(),
        alignBytes: Number(align),
        offsets: offsets.split(',').map(Number),
        magics: [...magics.matchAll(/"([^"]*)"/g)].map(([, magic]) => magic),
        repeat: every === undefined ? undefined : { everyBytes: Number(every), count: Number(count) },
      }),
    );
    // A row that the pattern does not fit would be missed.
    expect(theirs).toHaveLength(source.match(/\bk(?:Start|End),/g)?.length ?? 0);
    const plain = (signature: Signature) => ({
      ...{ name: signature.name, from: signature.from, offsets: signature.offsets, magics: signature.magics },
      alignBytes: signature.from === 'end' ? signature.alignBytes : 1,
      repeat: signature.repeat,
    });
    expect(theirs).toEqual(signatures.map(plain));
  });
});
