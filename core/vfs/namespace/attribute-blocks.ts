import { NotModelled } from '../../errno.ts';
import { DamagedImage, type InodeRecord, type Volume } from '../../ext4/index.ts';
import { freeFlags, type BlockAllocator } from '../../mballoc/index.ts';
import type { Inode } from '../inode.ts';
import { hasAttributesInside } from './directory/inline-capacity.ts';

/** EXT4_XATTR_MAGIC; h_refcount follows it (struct ext4_xattr_header). */
const magic = 0xea020000;

/**
 * The blocks of extended attributes outside of inodes. Inodes with the same attributes share one, which goes with the
 * last of them (fs/ext4/xattr.c: ext4_xattr_delete_inode(), ext4_xattr_release_block()). Nothing makes new ones here.
 */
export class AttributeBlocks {
  readonly #volume: Pick<Volume, 'block' | 'geometry'>;
  readonly #blockOf = new WeakMap<Inode, number>();
  /** References by block, once one has gone. */
  readonly #references = new Map<number, number>();

  constructor(volume: Pick<Volume, 'block' | 'geometry'>) {
    this.#volume = volume;
  }

  /** Remembers which block an inode read from disk refers to. */
  note(inode: Inode, record: InodeRecord): void {
    if (record.fileAclBlock !== 0) this.#blockOf.set(inode, record.fileAclBlock);
  }

  /** Drops an inode's reference when the inode is deleted; frees the block if it was the last. */
  release(inode: Inode, allocator: Pick<BlockAllocator, 'free'>): void {
    const block = this.#blockOf.get(inode);
    const hasAttributes = block !== undefined || hasAttributesInside(inode.attributeArea);
    if (hasAttributes && this.#volume.geometry.features.eaInode) {
      throw new NotModelled('unlinking a file whose attributes may be inodes of their own (ea_inode)');
    }
    if (block === undefined) return;
    const references = (this.#references.get(block) ?? this.#referencesOnDisk(block)) - 1;
    this.#references.set(block, references);
    if (references === 0) allocator.free(inode, block, 1, freeFlags.metadata | freeFlags.forget);
  }

  #referencesOnDisk(block: number): number {
    const bytes = this.#volume.block(block);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(0, true) !== magic)
      throw new DamagedImage('extended attributes', block, 'wrong magic number');
    const references = view.getUint32(4, true);
    if (references === 0) throw new DamagedImage('extended attributes', block, 'no references');
    return references;
  }
}
