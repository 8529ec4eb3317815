/** Byte sources that touch the machine: image files and block devices, read only. */
export { PageCache } from './page-cache.ts';
export { type FileSource, openFileSource, UnreadableSource } from './file-source.ts';
