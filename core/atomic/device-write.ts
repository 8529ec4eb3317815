import type { AtomicFacts, AtomicWriteRequest, DeviceFacts, Window } from './facts.ts';
import { formObstacle, shapeObstacle } from './form.ts';
import { isAtLeast } from './kernel.ts';
import { mostPagesOfBio } from './limits/queue.ts';
import type { Obstacle, RuleId } from './rules.ts';
import { sizeInWords } from './words.ts';

/** The page of every machine that Untorn runs on. */
const pageBytes = 4096;

type Found = Obstacle | null | 'unknown';

interface KnownDevice extends DeviceFacts {
  readonly sizeBytes: number;
  readonly logicalBlockBytes: number;
}

/** One write on a block device that takes `window` (block/fops.c, blkdev_write_iter(), blkdev_direct_IO()). */
export function deviceObstacle(
  { device, kernel }: AtomicFacts,
  window: Window,
  request: AtomicWriteRequest,
): Found {
  if (device === null || device === 'unknown') return 'unknown';
  const { sizeBytes, logicalBlockBytes } = device;
  if (sizeBytes === 'unknown' || logicalBlockBytes === 'unknown') return 'unknown';
  const known = { ...device, sizeBytes, logicalBlockBytes };
  return isAtLeast(kernel, 6, 13) ? checks(known, window, request) : checksBefore613(known, window, request);
}

function checks(device: KnownDevice, window: Window, request: AtomicWriteRequest): Found {
  return (
    beginObstacle(device, request) ??
    formObstacle(request) ??
    endObstacle(device, request) ??
    directObstacle(device, request) ??
    sizeObstacle(device, window, request) ??
    memoryObstacle(device, request)
  );
}

/** O_DIRECT was asked at open; a write over the end was cut short before its form was looked at. */
function checksBefore613(device: KnownDevice, window: Window, request: AtomicWriteRequest): Found {
  if (!request.direct)
    return obstacle(
      'block.open-direct',
      `${device.name} is not open with O_DIRECT`,
      'open the device with O_DIRECT',
    );
  const begin = beginObstacle(device, request);
  if (begin) return begin;
  const lengthBytes = Math.min(request.lengthBytes, device.sizeBytes - request.offsetBytes);
  const short = { ...request, lengthBytes };
  return (
    shapeObstacle(short) ??
    directObstacle(device, short) ??
    memoryObstacle(device, short) ??
    sizeObstacle(device, window, short)
  );
}

function beginObstacle(device: KnownDevice, { offsetBytes }: AtomicWriteRequest): Obstacle | null {
  if (device.readOnly === true)
    return obstacle('block.writable', `${device.name} is read-only`, `blockdev --setrw /dev/${device.name}`);
  if (offsetBytes < device.sizeBytes) return null;
  return obstacle('block.inside', `${device.name} ends at byte ${device.sizeBytes}`, null);
}

function endObstacle(device: KnownDevice, { offsetBytes, lengthBytes }: AtomicWriteRequest): Obstacle | null {
  if (offsetBytes + lengthBytes <= device.sizeBytes) return null;
  return obstacle('block.ends-inside', `${device.name} ends at byte ${device.sizeBytes}`, null);
}

function directObstacle(device: KnownDevice, request: AtomicWriteRequest): Obstacle | null {
  const { offsetBytes, lengthBytes, memoryAlignBytes = pageBytes } = request;
  const block = device.logicalBlockBytes;
  if (lengthBytes % block !== 0 || offsetBytes % block !== 0)
    return obstacle(
      'direct.sector-aligned',
      `the logical block of ${device.name} is ${sizeInWords(block)}`,
      null,
    );
  const pages = Math.ceil(lengthBytes / pageBytes) + (memoryAlignBytes < pageBytes ? 1 : 0);
  if (pages > mostPagesOfBio)
    return obstacle(
      'block.one-bio',
      `${sizeInWords(lengthBytes)} lie on ${pages} pages, and one bio holds ${mostPagesOfBio}`,
      `write ${sizeInWords(mostPagesOfBio * pageBytes)} or less, from page-aligned memory`,
    );
  return null;
}

/** Whether the buffer lies where the device can fetch it (dma_alignment; bio_split_io_at() and before it the callers). */
export function memoryObstacle(
  device: AtomicFacts['device'],
  { memoryAlignBytes = pageBytes }: AtomicWriteRequest,
): Found {
  if (memoryAlignBytes >= pageBytes || device === null || device === 'unknown') return null;
  const { memoryAlignBytes: needed = 'unknown' } = device;
  if (needed === 'unknown') return 'unknown';
  if (memoryAlignBytes >= needed) return null;
  return obstacle(
    'direct.memory-aligned',
    `the buffer lies on a multiple of ${sizeInWords(memoryAlignBytes)}`,
    `align the buffer to ${sizeInWords(needed)} (statx tells: stx_dio_mem_align)`,
  );
}

function sizeObstacle(
  { name }: KnownDevice,
  { minBytes, maxBytes }: Window,
  { lengthBytes }: AtomicWriteRequest,
): Obstacle | null {
  if (lengthBytes > maxBytes) {
    const because = `${name} writes at most ${sizeInWords(maxBytes)} atomically`;
    return obstacle('block.at-most-maximum', because, `write ${sizeInWords(maxBytes)} or less`);
  }
  if (lengthBytes % minBytes !== 0) {
    const because = `${name} writes no less than ${sizeInWords(minBytes)} atomically`;
    return obstacle('block.at-least-minimum', because, `write ${sizeInWords(minBytes)} or more`);
  }
  return null;
}

function obstacle(rule: RuleId, because: string, remedy: string | null): Obstacle {
  return { rule, because, remedy };
}
