/**
 * The bytes contradict the ext4 format, or a checksum is wrong. This is a mistake of the input, told in one clear line:
 * which structure, in which block, and what is wrong with it.
 */
export class DamagedImage extends Error {
  override readonly name = 'DamagedImage';
  /** Structure at fault in the field's words: `superblock`, `group descriptor 3`, `inode 12`, `extent block of inode 12` … */
  readonly structure: string;
  /** Filesystem block that holds it; null where no block is known. */
  readonly block: number | null;

  constructor(structure: string, block: number | null, what: string) {
    super(block === null ? `${structure}: ${what}` : `${structure} (block ${block}): ${what}`);
    this.structure = structure;
    this.block = block;
  }
}
