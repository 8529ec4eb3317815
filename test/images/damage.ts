import type { ByteSource, ExtentNode, IndirectNode, InodeRecord, Volume } from '../../core/ext4/index.ts';

/** A piece of metadata that may be damaged, in bytes from the image's start. */
export interface Target {
  readonly what: string;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** One changed field: `bytes` at `offsetBytes` of the image. */
export interface Damage {
  readonly what: string;
  readonly offsetBytes: number;
  readonly bytes: readonly number[];
}

export function imageInMemory(source: ByteSource): ByteSource {
  const whole = source.read(0, source.sizeBytes);
  return { sizeBytes: whole.length, read: (offset, length) => checkedSlice(whole, offset, length) };
}

function checkedSlice(whole: Uint8Array, offset: number, length: number): Uint8Array {
  if (offset < 0 || length < 0 || offset + length > whole.length)
    throw new RangeError(`${length} bytes at ${offset}`);
  return whole.slice(offset, offset + length);
}

export function damagedBytes(base: ByteSource, damages: readonly Damage[]): ByteSource {
  return {
    sizeBytes: base.sizeBytes,
    read: (offset, length) => {
      const bytes = base.read(offset, length);
      for (const damage of damages) {
        for (const [at, byte] of damage.bytes.entries()) {
          const place = damage.offsetBytes + at - offset;
          if (place >= 0 && place < length) bytes[place] = byte;
        }
      }
      return bytes;
    },
  };
}

/** One to three damaged fields, by seed: flipped bits, extremes, neighbours, random numbers, a neighbour's bytes. */
export function damageOf(seed: number, targets: readonly Target[], base: ByteSource): Damage[] {
  const random = generator(seed);
  const kinds = [...new Set(targets.map(({ what }) => what))];
  return Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
    const what = kinds[Math.floor(random() * kinds.length)] as string;
    const ofKind = targets.filter((target) => target.what === what);
    const target = ofKind[Math.floor(random() * ofKind.length)] as Target;
    const width = [1, 2, 4, 8][Math.floor(random() * 4)] as number;
    const fields = Math.floor(target.lengthBytes / width);
    // Headers and first entries are at the start: half of the damage goes there.
    const field = Math.floor((random() < 0.5 ? Math.min(fields, Math.ceil(64 / width)) : fields) * random());
    const offsetBytes = target.offsetBytes + field * width;
    return { what, offsetBytes, bytes: changed([...base.read(offsetBytes, width)], random) };
  });
}

function changed(bytes: number[], random: () => number): number[] {
  const at = Math.floor(random() * bytes.length);
  const old = bytes[at] as number;
  switch (Math.floor(random() * 6)) {
    case 0:
      return bytes.map(() => 0);
    case 1:
      return bytes.map(() => 0xff);
    case 2:
      return bytes.map(() => Math.floor(random() * 256));
    case 3:
      return bytes.with(at, (old + 1) & 0xff);
    case 4:
      return bytes.with(at, (old - 1) & 0xff);
    default:
      return bytes.with(at, old ^ (1 << Math.floor(random() * 8)));
  }
}

/** mulberry32. */
function generator(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Every kind of metadata block of a sound image. */
export function targetsOf(volume: Volume): Target[] {
  const { blockSizeBytes, groupCount, inodesPerGroup, descriptorSizeBytes } = volume.geometry;
  const targets: Target[] = [{ what: 'superblock', offsetBytes: 1024, lengthBytes: 1024 }];
  const add = (what: string, block: number): void => {
    targets.push({ what, offsetBytes: block * blockSizeBytes, lengthBytes: blockSizeBytes });
  };
  const firstDescriptor = (Math.floor(1024 / blockSizeBytes) + 1) * blockSizeBytes;
  for (let group = 0; group < groupCount; group++) {
    const offsetBytes = firstDescriptor + group * descriptorSizeBytes;
    targets.push({ what: 'descriptor', offsetBytes, lengthBytes: descriptorSizeBytes });
    const descriptor = volume.descriptor(group);
    add('block bitmap', descriptor.blockBitmap);
    add('inode bitmap', descriptor.inodeBitmap);
    const bits = volume.inodeBitmap(group);
    for (let bit = 0; bit < inodesPerGroup; bit++) {
      if (((bits[bit >> 3] ?? 0) >> (bit & 7)) & 1)
        addInode(volume, group * inodesPerGroup + bit + 1, targets, add);
    }
  }
  const { journalInode } = volume.superblock;
  const journal = journalInode === 0 ? undefined : volume.extents(volume.inode(journalInode))[0];
  for (let at = 0; journal !== undefined && at < 60; at++) add('journal', journal.physical + at);
  return targets;
}

function addInode(
  volume: Volume,
  ino: number,
  targets: Target[],
  add: (what: string, block: number) => void,
): void {
  const { blockSizeBytes, inodesPerGroup, inodeSizeBytes } = volume.geometry;
  const inode: InodeRecord = volume.inode(ino);
  const table = volume.descriptor(inode.group).inodeTable * blockSizeBytes;
  const offsetBytes = table + ((ino - 1) % inodesPerGroup) * inodeSizeBytes;
  targets.push({ what: `inode of a ${inode.kind}`, offsetBytes, lengthBytes: inodeSizeBytes });
  if (inode.inlineData || inode.kind === 'other') return;
  if (inode.usesExtents) addExtentBlocks(volume.extentTree(inode), add);
  else if (inode.kind !== 'link') {
    const { single, double, triple } = volume.indirectMap(inode);
    for (const node of [single, double, triple]) addIndirectBlocks(node, add);
  }
  if (inode.kind !== 'directory') return;
  for (const block of volume.directoryBlocks(inode)) {
    if (block.physical !== null) add(`directory ${block.kind}`, block.physical);
  }
}

function addExtentBlocks(node: ExtentNode, add: (what: string, block: number) => void): void {
  if (node.physicalBlock !== null) add(`extent ${node.kind}`, node.physicalBlock);
  if (node.kind === 'index') for (const { child } of node.entries) addExtentBlocks(child, add);
}

function addIndirectBlocks(node: IndirectNode | null, add: (what: string, block: number) => void): void {
  if (node === null) return;
  add('indirect block', node.physicalBlock);
  for (const child of node.children) addIndirectBlocks(child, add);
}
