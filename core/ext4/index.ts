/**
 * The reader of ext4's on-disk format. It works on any {@link ByteSource}: an image, a device, a fixture. Damage is
 * answered with {@link DamagedImage}, features it does not know with NotModelled (core/errno.ts), by name.
 */
export { DamagedImage } from './damaged.ts';
export { inodeFlags } from './inode.ts';
export type { GroupDescriptor } from './descriptor.ts';
export type { Extent, ExtentNode } from './extent-tree.ts';
export type { Geometry } from './geometry.ts';
export type { IndirectMap, IndirectNode } from './indirect-map.ts';
export type { InodeRecord } from './inode.ts';
export type { ByteSource } from './source.ts';
export type { Superblock } from './superblock.ts';
export type { JournalReplay, Volume } from './volume.ts';
export { openVolume } from './open.ts';
export { decodeUtf8, encodeUtf8 } from './utf8.ts';
