import { NotModelled } from '../errno.ts';
import type { ByteSource } from './source.ts';
import type { Volume } from './volume.ts';

/** Opens the filesystem that `source` holds. Throws DamagedImage or NotModelled. */
export function openVolume(source: ByteSource): Volume {
  throw new NotModelled(`reading ${source.sizeBytes} bytes`);
}
