import { scsiPageBytes, type ScsiClaims } from '../claims/scsi.ts';
import { roundDownToPowerOfTwo } from '../powers.ts';
import { sizeInWords } from '../words.ts';
import { none, type HardwareOutcome } from './outcome.ts';

/** What the driver knows of the disk besides the page. */
export interface ScsiDisk {
  readonly logicalBlockBytes: number;
  readonly physicalBlockBytes: number;
  /** T10 protection type 2. */
  readonly protectionType2: boolean;
}

/** What the SCSI disk driver makes of page B0h (drivers/scsi/sd.c, sd_config_atomic()). */
export function scsiLimits(claims: ScsiClaims, disk: ScsiDisk): HardwareOutcome {
  const { maximumLength, maximumLengthWithBoundary: withBoundary, granularity, alignment } = claims;
  if (claims.pageBytes < scsiPageBytes)
    return none('scsi.page', `its Block Limits page has ${claims.pageBytes} bytes`);
  if (maximumLength === 0 && withBoundary === 0)
    return none('scsi.length', 'it claims no atomic transfer length');
  if (disk.protectionType2) return none('scsi.protection', 'it is formatted with type 2 protection');

  const { logicalBlockBytes: block } = disk;
  const unitMin = roundDownToPowerOfTwo(granularity || disk.physicalBlockBytes / block);
  const unitMax = roundDownToPowerOfTwo(maximumLength || claims.maximumBoundary);
  const misfit = (step: number) =>
    step > 1 && [unitMin, unitMax].find((unit) => unit > 1 && unit % step !== 0);
  const odd = misfit(granularity);
  if (odd)
    return none('scsi.granularity', `${odd} blocks are no multiple of the granularity, ${granularity}`);
  const crooked = misfit(alignment);
  if (crooked)
    return none('scsi.alignment', `${crooked} blocks are no multiple of the alignment, ${alignment}`);

  const window = `${sizeInWords(unitMin * block)} to ${sizeInWords(unitMax * block)}`;
  return {
    kind: 'limits',
    limits: {
      maxBytes: (maximumLength || withBoundary) * block,
      unitMinBytes: unitMin * block,
      unitMaxBytes: unitMax * block,
      // The driver asks for one boundary around the write itself, so the queue has none.
      boundaryBytes: 0,
    },
    reasons: [
      maximumLength > 0
        ? { rule: 'scsi.unit', because: `${window} by its Block Limits page` }
        : {
            rule: 'scsi.boundary-mode',
            because: `${window}: only a length with boundary is claimed, and its boundary is at most ${claims.maximumBoundary} blocks`,
          },
    ],
  };
}
