import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, type Stats } from 'node:fs';
import type { ByteSource } from '../../core/ext4/source.ts';
import { PageCache } from './page-cache.ts';

/** The path cannot serve as an image: the message is one line that names it. */
export class UnreadableSource extends Error {
  override readonly name = 'UnreadableSource';
}

/** An image file or block device, opened read-only. Close it when done. */
export interface FileSource extends ByteSource {
  readonly path: string;
  close(): void;
}

/**
 * Opens `path`, a regular file or a block device, for reading alone. Small reads go through a cache of a few pages, so
 * that neighbouring inodes and bitmaps cost one system call together. Throws UnreadableSource for anything else.
 */
export function openFileSource(path: string): FileSource {
  const descriptor = openReadOnly(path);
  try {
    const sizeBytes = sizeOf(path, fstatSync(descriptor));
    const pages = new PageCache((offset, length) => readFully(path, descriptor, offset, length), sizeBytes);
    return {
      path,
      sizeBytes,
      read: (offset, length) => {
        checkRange(path, sizeBytes, offset, length);
        return pages.read(offset, length);
      },
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function openReadOnly(path: string): number {
  try {
    // Not blocking: opening a FIFO must not wait for a writer, it is refused below.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UnreadableSource(`${path}: cannot be opened (${code ?? String(error)})`);
  }
}

function sizeOf(path: string, stats: Stats): number {
  if (stats.isFile()) return stats.size;
  if (stats.isBlockDevice()) return deviceSizeBytes(path, stats.rdev);
  const kind = stats.isDirectory() ? 'a directory' : 'neither a file nor a block device';
  throw new UnreadableSource(`${path}: is ${kind}, not an image or a block device`);
}

/** sysfs counts in 512-byte sectors, whatever the device's own are (Documentation/ABI/stable/sysfs-block). */
function deviceSizeBytes(path: string, device: number): number {
  const numbers = `${(device >>> 8) & 0xfff}:${(device & 0xff) | ((device >>> 12) & 0xfff00)}`;
  try {
    return Number(readFileSync(`/sys/dev/block/${numbers}/size`, 'utf8')) * 512;
  } catch {
    throw new UnreadableSource(
      `${path}: the size of block device ${numbers} cannot be found in /sys/dev/block`,
    );
  }
}

function checkRange(path: string, sizeBytes: number, offset: number, length: number): void {
  const sound = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (sound && offset + length <= sizeBytes) return;
  throw new RangeError(`${path}: ${length} bytes at ${offset} are not inside its ${sizeBytes} bytes`);
}

function readFully(path: string, descriptor: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const got = readSync(descriptor, bytes, done, length - done, offset + done);
    if (got === 0)
      throw new UnreadableSource(`${path}: ended at byte ${offset + done}, it was cut while open`);
    done += got;
  }
  return bytes;
}
