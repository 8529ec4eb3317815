import { isAtLeast, type KernelVersion } from '../kernel.ts';
import { isPowerOfTwo, roundDownToPowerOfTwo } from '../powers.ts';
import { sizeInWords } from '../words.ts';
import { none, type HardwareLimits, type QueueOutcome, type QueueShape } from './outcome.ts';

/** BIO_MAX_VECS (include/linux/bio.h). */
export const mostPagesOfBio = 256;
const sectorBytes = 512;

/**
 * The limits that a queue shows, from what its driver claims (block/blk-settings.c, blk_validate_atomic_write_limits()
 * and blk_atomic_writes_update_limits()). `claimed` is null where the driver claims nothing.
 */
export function queueLimits(
  claimed: HardwareLimits | null,
  shape: QueueShape,
  kernel: KernelVersion,
): QueueOutcome {
  if (claimed === null || claimed.maxBytes === 0)
    return none('limits.claimed', 'the driver claims no atomic writes');
  const refusal =
    (isAtLeast(kernel, 6, 13) ? whyUnordered(claimed) : null) ??
    (isAtLeast(kernel, 6, 17) ? whyBeyondChunk(claimed, shape) : null) ??
    whyBoundary(claimed, shape, kernel);
  if (refusal) return refusal;
  const most = mostOfOneRequest(shape);
  const limits = {
    maxBytes: Math.min(wholeSectors(claimed.maxBytes), shape.maxTransferBytes || Infinity),
    unitMinBytes: Math.min(claimed.unitMinBytes, most),
    unitMaxBytes: Math.min(claimed.unitMaxBytes, most),
    boundaryBytes: wholeSectors(claimed.boundaryBytes),
  };
  const because = `one request surely holds ${sizeInWords(most)}, and the driver claims ${sizeInWords(claimed.unitMaxBytes)}`;
  const narrowed = limits.unitMaxBytes < claimed.unitMaxBytes;
  return {
    kind: 'limits',
    limits,
    reasons: narrowed ? [{ rule: 'limits.one-request', because }] : [],
  };
}

function whyUnordered({ unitMinBytes, unitMaxBytes, maxBytes }: HardwareLimits) {
  const odd = [unitMinBytes, unitMaxBytes].find((unit) => !isPowerOfTwo(unit));
  if (odd !== undefined)
    return none('limits.powers-of-two', `a unit of ${sizeInWords(odd)} is claimed, no power of two`);
  if (unitMinBytes > unitMaxBytes || unitMaxBytes > maxBytes) {
    const claim = `${sizeInWords(unitMinBytes)} to ${sizeInWords(unitMaxBytes)} below ${sizeInWords(maxBytes)}`;
    return none('limits.ordered', `the claim is in no order: ${claim}`);
  }
  return null;
}

function whyBeyondChunk({ maxBytes }: HardwareLimits, { chunkBytes }: QueueShape) {
  if (chunkBytes === 0 || maxBytes <= chunkBytes) return null;
  return none(
    'limits.chunk-holds-maximum',
    `the maximum of ${sizeInWords(maxBytes)} is above the chunk of ${sizeInWords(chunkBytes)}`,
  );
}

function whyBoundary(
  { maxBytes, boundaryBytes }: HardwareLimits,
  { chunkBytes }: QueueShape,
  kernel: KernelVersion,
) {
  const boundary = wholeSectors(boundaryBytes);
  if (boundary === 0) return null;
  const shown = sizeInWords(boundary);
  if (isAtLeast(kernel, 6, 13) && maxBytes > boundary)
    return none(
      'limits.boundary-holds-maximum',
      `the maximum of ${sizeInWords(maxBytes)} is above the boundary of ${shown}`,
    );
  const fits = isAtLeast(kernel, 6, 17) ? multiples(chunkBytes, boundary) : chunkBytes % boundary === 0;
  if (!fits)
    return none(
      'limits.boundary-fits-chunk',
      `the boundary of ${shown} and the chunk of ${sizeInWords(chunkBytes)} do not fit`,
    );
  if (!isPowerOfTwo(boundary))
    return none('limits.boundary-power-of-two', `the boundary of ${shown} is no power of two`);
  return null;
}

/** blk_valid_atomic_writes_boundary(): one is a multiple of the other; 0 fits with everything. */
export function multiples(chunkBytes: number, boundaryBytes: number): boolean {
  if (chunkBytes === 0 || boundaryBytes === 0) return true;
  return chunkBytes % boundaryBytes === 0 || boundaryBytes % chunkBytes === 0;
}

/** blk_queue_max_guaranteed_bio() within max_hw_sectors, rounded down to a power of two. */
export function mostOfOneRequest(shape: QueueShape): number {
  const segments = Math.min(mostPagesOfBio, shape.maxSegments);
  const inner = Math.max(segments - 2, 0) * shape.pageBytes;
  const guaranteed = Math.min(segments, 2) * shape.logicalBlockBytes + inner;
  return roundDownToPowerOfTwo(Math.min(guaranteed, shape.maxTransferBytes || Infinity));
}

function wholeSectors(bytes: number): number {
  return bytes - (bytes % sectorBytes);
}
