import { describe, expect, it } from 'vitest';
import { bytesOf, kernelOf } from '../../../test/support/atomic-cases.ts';
import {
  nvmeLimits,
  queueLimits,
  scsiLimits,
  type HardwareOutcome,
  type NvmeClaims,
  type QueueOutcome,
  type ScsiClaims,
} from '../index.ts';

/** Claims and shapes as `name=number` words; what is left out is 0. */
function words(text: string): (name: string, other?: number) => number {
  const found = new Map(
    text.split(' ').map((word) => {
      const [name = '', value = '1'] = word.split('=');
      return [name, bytesOf(value)] as const;
    }),
  );
  return (name, other = 0) => found.get(name) ?? other;
}

function rows(table: string): [string, string[]][] {
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.replace(/\s+/g, ' '), line.split('|').map((cell) => cell.trim())]);
}

/** `512-65536 max 65536 boundary 0, rules`, or the rule that leaves nothing. */
function hardwareInWords(outcome: HardwareOutcome): string {
  if (outcome.kind === 'unknown') return 'unknown';
  if (outcome.kind === 'none') return outcome.rule;
  const { unitMinBytes, unitMaxBytes, maxBytes, boundaryBytes } = outcome.limits;
  const rules = outcome.reasons.map(({ rule }) => rule).join(' ');
  return `${unitMinBytes}-${unitMaxBytes} max ${maxBytes} boundary ${boundaryBytes} ${rules}`.trim();
}

function queueInWords(outcome: QueueOutcome): string {
  return hardwareInWords(outcome);
}

/** NSABP is NSFEAT bit 1. All counts are 0-based but `nabo`; `lb` is the logical block. */
const nvme = rows(`
# the namespace's own unit counts where NSFEAT bit 1 says that it is defined
6.11 | lb=512 nsabp nawupf=127           | 512-65536 max 65536 boundary 0 nvme.namespace-unit
6.18 | lb=512 nsabp nawupf=127           | 512-65536 max 65536 boundary 0 nvme.namespace-unit
7.3  | lb=512 nsabp nawupf=127           | 512-65536 max 65536 boundary 0 nvme.namespace-unit
6.18 | lb=4K nsabp nawupf=3              | 4096-16384 max 16384 boundary 0 nvme.namespace-unit
6.18 | lb=512 nsabp nawupf=31            | 512-16384 max 16384 boundary 0 nvme.namespace-unit
6.18 | lb=512 nsabp nawupf=1             | 512-1024 max 1024 boundary 0 nvme.namespace-unit
# units that are no power of two are rounded down; the maximum is not
6.18 | lb=512 nsabp nawupf=100           | 512-32768 max 51712 boundary 0 nvme.namespace-unit
6.18 | lb=4K nsabp nawupf=6              | 4096-16384 max 28672 boundary 0 nvme.namespace-unit
# it wins over the controller's, also where that is larger
6.18 | lb=512 nsabp nawupf=7 awupf=127   | 512-4096 max 4096 boundary 0 nvme.namespace-unit
6.18 | lb=512 nsabp nawupf=127 awupf=7   | 512-65536 max 65536 boundary 0 nvme.namespace-unit
# without NSFEAT bit 1 the field does not count; the controller's does, up to 6.19
6.12 | lb=512 nawupf=127                 | 512-512 max 512 boundary 0 nvme.controller-unit
6.18 | lb=512 nawupf=127 awupf=7         | 512-4096 max 4096 boundary 0 nvme.controller-unit
6.18 | lb=512 awupf=127                  | 512-65536 max 65536 boundary 0 nvme.controller-unit
6.18 | lb=4K awupf=15                    | 4096-65536 max 65536 boundary 0 nvme.controller-unit
6.19 | lb=512 awupf=127                  | 512-65536 max 65536 boundary 0 nvme.controller-unit
6.18 | lb=512 nsabp awupf=127            | 512-65536 max 65536 boundary 0 nvme.controller-unit
6.18 | lb=512                            | 512-512 max 512 boundary 0 nvme.controller-unit
6.18 | lb=4K                             | 4096-4096 max 4096 boundary 0 nvme.controller-unit
# from 7.0 on AWUPF is ignored: one logical block is left
7.0  | lb=512 awupf=127                  | 512-512 max 512 boundary 0 nvme.controller-unit-ignored
7.1  | lb=512 awupf=127                  | 512-512 max 512 boundary 0 nvme.controller-unit-ignored
7.3  | lb=4K awupf=15                    | 4096-4096 max 4096 boundary 0 nvme.controller-unit-ignored
7.0  | lb=512 nsabp awupf=127            | 512-512 max 512 boundary 0 nvme.controller-unit-ignored
7.0  | lb=512 nsabp nawupf=7 awupf=127   | 512-4096 max 4096 boundary 0 nvme.namespace-unit
# boundaries: NABSPF, 0-based, read beside NAWUPF only; NABSN, NACWU, NAWUN are not read
6.18 | lb=512 nsabp nawupf=31 nabspf=127 | 512-16384 max 16384 boundary 65536 nvme.namespace-unit nvme.boundary
6.18 | lb=512 nsabp nawupf=127 nabspf=127 | 512-65536 max 65536 boundary 65536 nvme.namespace-unit nvme.boundary
6.18 | lb=4K nsabp nawupf=3 nabspf=15    | 4096-16384 max 16384 boundary 65536 nvme.namespace-unit nvme.boundary
6.18 | lb=512 nsabp nabspf=127 awupf=31  | 512-16384 max 16384 boundary 0 nvme.controller-unit
6.18 | lb=512 nabspf=127 awupf=31        | 512-16384 max 16384 boundary 0 nvme.controller-unit
6.18 | lb=512 nsabp nawupf=31 nabsn=15   | 512-16384 max 16384 boundary 0 nvme.namespace-unit
6.18 | lb=512 nsabp nawupf=31 nacwu=255  | 512-16384 max 16384 boundary 0 nvme.namespace-unit
6.18 | lb=512 nsabp nawun=255            | 512-512 max 512 boundary 0 nvme.controller-unit
6.18 | lb=512 nsabp nawupf=31 nawun=255  | 512-16384 max 16384 boundary 0 nvme.namespace-unit
# an offset of the boundaries closes everything
6.11 | lb=512 nsabp nawupf=127 nabo=8    | nvme.boundary-offset
6.18 | lb=512 nsabp nawupf=127 nabo=8    | nvme.boundary-offset
7.3  | lb=512 nsabp nawupf=127 nabspf=127 nabo=1 | nvme.boundary-offset
6.18 | lb=512 awupf=127 nabo=1           | nvme.boundary-offset
`);

/** Counts of logical blocks; `page` is the page's length with its header. */
const scsi = rows(`
# what scsi_debug claims with atomic_wr=1, and with its parameters
lb=512 pb=512 page=64 max=128 align=2 gran=2    | 1024-65536 max 65536 boundary 0 scsi.unit
lb=512 pb=512 page=64 max=32 align=1 gran=1     | 512-16384 max 16384 boundary 0 scsi.unit
lb=4K pb=4K page=64 max=16                      | 4096-65536 max 65536 boundary 0 scsi.unit
# the granularity is the smallest unit, else the physical block
lb=512 pb=4K page=64 max=128                    | 4096-65536 max 65536 boundary 0 scsi.unit
lb=512 pb=4K page=64 max=128 gran=1             | 512-65536 max 65536 boundary 0 scsi.unit
lb=512 pb=512 page=64 max=128 gran=8            | 4096-65536 max 65536 boundary 0 scsi.unit
# units are rounded down, and then have to fit
lb=512 pb=512 page=64 max=100                   | 512-32768 max 51200 boundary 0 scsi.unit
lb=512 pb=512 page=64 max=96 gran=3             | scsi.granularity
lb=512 pb=512 page=64 max=96 align=3            | scsi.alignment
lb=512 pb=512 page=64 max=128 align=8           | 512-65536 max 65536 boundary 0 scsi.unit
lb=512 pb=4K page=64 max=128 align=16           | scsi.alignment
lb=512 pb=512 page=64 max=4 gran=8              | scsi.granularity
# only with boundary: the largest boundary is the largest unit
lb=512 pb=512 page=64 wmax=128 bound=64         | 512-32768 max 65536 boundary 0 scsi.boundary-mode
lb=512 pb=512 page=64 max=32 wmax=128 bound=128 | 512-16384 max 16384 boundary 0 scsi.unit
# nothing claimed, a short page, type 2 protection
lb=512 pb=512 page=64                           | scsi.length
lb=512 pb=512 page=60 max=128                   | scsi.page
lb=512 pb=512 page=16                           | scsi.page
lb=512 pb=512 page=64 max=128 type2             | scsi.protection
lb=512 pb=512 page=64 type2                     | scsi.length
`);

/** A claim of the driver, then the rest of the queue: maximum transfer, segments, chunk. */
const queue = rows(`
6.18 | min=512 max=64K hw=64K             | xfer=1280K seg=128          | 512-65536 max 65536 boundary 0
6.18 | min=512 max=64K hw=64K             | xfer=0 seg=65535            | 512-65536 max 65536 boundary 0
# max_hw_sectors limits units and maximum
6.18 | min=512 max=64K hw=64K             | xfer=32K seg=128            | 512-32768 max 32768 boundary 0 limits.one-request
6.18 | min=512 max=64K hw=64K             | xfer=48K seg=128            | 512-32768 max 49152 boundary 0 limits.one-request
6.11 | min=512 max=64K hw=64K             | xfer=32K seg=128            | 512-32768 max 32768 boundary 0 limits.one-request
# segments: a page each but the first and last, which hold one logical block for sure
6.18 | min=512 max=64K hw=64K             | xfer=1280K seg=16           | 512-32768 max 65536 boundary 0 limits.one-request
6.18 | min=512 max=64K hw=64K             | xfer=1280K seg=17           | 512-32768 max 65536 boundary 0 limits.one-request
6.18 | min=512 max=64K hw=64K             | xfer=1280K seg=18           | 512-65536 max 65536 boundary 0
6.18 | min=512 max=64K hw=64K             | xfer=1280K seg=2            | 512-1024 max 65536 boundary 0 limits.one-request
6.18 | min=512 max=64K hw=64K             | xfer=1280K seg=1            | 512-512 max 65536 boundary 0 limits.one-request
6.18 | min=4K max=64K hw=64K lb=4K        | xfer=1280K seg=1            | 4096-4096 max 65536 boundary 0 limits.one-request
6.18 | min=512 max=4M hw=4M               | xfer=8M seg=65535           | 512-524288 max 4194304 boundary 0 limits.one-request
# a claim without order
6.18 | hw=0                               | xfer=1280K seg=128          | limits.claimed
6.18 | min=3K max=48K hw=48K              | xfer=1280K seg=128          | limits.powers-of-two
6.18 | min=512 max=48K hw=64K             | xfer=1280K seg=128          | limits.powers-of-two
6.18 | min=16K max=8K hw=64K              | xfer=1280K seg=128          | limits.ordered
6.18 | min=512 max=64K hw=32K             | xfer=1280K seg=128          | limits.ordered
6.12 | min=16K max=8K hw=64K              | xfer=1280K seg=128          | 16384-8192 max 65536 boundary 0
# chunks, since 6.17
6.18 | min=512 max=64K hw=64K             | xfer=1280K seg=128 chunk=32K | limits.chunk-holds-maximum
6.18 | min=512 max=64K hw=64K             | xfer=1280K seg=128 chunk=64K | 512-65536 max 65536 boundary 0
6.16 | min=512 max=64K hw=64K             | xfer=1280K seg=128 chunk=32K | 512-65536 max 65536 boundary 0
# boundaries
6.18 | min=512 max=64K hw=64K bound=64K   | xfer=1280K seg=128          | 512-65536 max 65536 boundary 65536
6.18 | min=512 max=64K hw=64K bound=128K  | xfer=1280K seg=128          | 512-65536 max 65536 boundary 131072
6.18 | min=512 max=64K hw=64K bound=32K   | xfer=1280K seg=128          | limits.boundary-holds-maximum
6.12 | min=512 max=64K hw=64K bound=32K   | xfer=1280K seg=128          | 512-65536 max 65536 boundary 32768
6.18 | min=512 max=32K hw=32K bound=96K   | xfer=1280K seg=128          | limits.boundary-power-of-two
6.18 | min=512 max=32K hw=32K bound=64K   | xfer=1280K seg=128 chunk=96K | limits.boundary-fits-chunk
6.18 | min=512 max=32K hw=32K bound=64K   | xfer=1280K seg=128 chunk=128K | 512-32768 max 32768 boundary 65536
6.18 | min=512 max=32K hw=32K bound=64K   | xfer=1280K seg=128 chunk=32K | 512-32768 max 32768 boundary 65536
6.14 | min=512 max=32K hw=32K bound=64K   | xfer=1280K seg=128 chunk=32K | limits.boundary-fits-chunk
6.14 | min=512 max=32K hw=32K bound=64K   | xfer=1280K seg=128 chunk=128K | 512-32768 max 32768 boundary 65536
`);

function nvmeClaims(text: string): NvmeClaims {
  const at = words(text);
  return {
    logicalBlockBytes: at('lb', 512),
    controller: { powerFailUnit: at('awupf') },
    namespace: {
      atomicsDefined: at('nsabp') === 1,
      normalUnit: at('nawun'),
      powerFailUnit: at('nawupf'),
      compareUnit: at('nacwu'),
      normalBoundary: at('nabsn'),
      boundaryOffset: at('nabo'),
      powerFailBoundary: at('nabspf'),
    },
  };
}

function scsiClaims(text: string): ScsiClaims {
  const at = words(text);
  return {
    pageBytes: at('page'),
    maximumLength: at('max'),
    alignment: at('align'),
    granularity: at('gran'),
    maximumLengthWithBoundary: at('wmax'),
    maximumBoundary: at('bound'),
  };
}

describe('what the NVMe driver makes of Identify', () => {
  it.each(nvme)('%s', (_, [kernel = '', claims = '', expected = '']) => {
    expect(hardwareInWords(nvmeLimits(nvmeClaims(claims), kernelOf(kernel)))).toBe(expected);
  });
});

describe('what the SCSI driver makes of page B0h', () => {
  it.each(scsi)('%s', (_, [claims = '', expected = '']) => {
    const at = words(claims);
    const disk = {
      logicalBlockBytes: at('lb'),
      physicalBlockBytes: at('pb'),
      protectionType2: at('type2') === 1,
    };
    expect(hardwareInWords(scsiLimits(scsiClaims(claims), disk))).toBe(expected);
  });
});

describe('what a queue makes of its driver', () => {
  it.each(queue)('%s', (_, [kernel = '', claims = '', shape = '', expected = '']) => {
    const claim = words(claims);
    const rest = words(shape);
    const limits = {
      maxBytes: claim('hw'),
      unitMinBytes: claim('min'),
      unitMaxBytes: claim('max'),
      boundaryBytes: claim('bound'),
    };
    const queueShape = {
      logicalBlockBytes: claim('lb', 512),
      maxTransferBytes: rest('xfer'),
      maxSegments: rest('seg'),
      chunkBytes: rest('chunk'),
      minimumIoBytes: 512,
      pageBytes: 4096,
    };
    expect(queueInWords(queueLimits(limits, queueShape, kernelOf(kernel)))).toBe(expected);
  });
});
