import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../test/support/atomic-cases.ts';
import { judgeRfcDeviceWrite, judgeRfcWrite, rfcStatx, type RfcFacts } from '../index.ts';

/** `block/cluster flags | device | write | answer`; the RFC's checks before the mapping. */
const writes = `
4K         | 512-512K | 4K@0     | goes on
4K         | 512-512K | 16K@16K  | goes on
4K         | 512-512K | 512K@0   | goes on
1K         | 512-512K | 4K@0     | goes on
1K         | 512-512K | 1K@1K    | goes on
4K         | 512-512K | 0@5      | goes on
4K         | 512-512K | 1M@0     | EIO rfc.device-maximum
4K         | 512-512K | 2K@0     | EIO rfc.whole-blocks
4K         | 512-512K | 6K@0     | EIO rfc.whole-blocks
4K         | 512-512K | 12K@4K   | EIO rfc.naturally-aligned
4K         | 512-512K | 12K@12K  | EIO rfc.power-of-two
4K         | 512-512K | 12K@0    | EIO rfc.power-of-two
4K         | 512-512K | 16K@8K   | EIO rfc.naturally-aligned
4K         | 8K-512K  | 4K@0     | EIO rfc.device-unit
4K         | 8K-512K  | 8K@0     | goes on
4K         | 0-0      | 4K@0     | EIO rfc.device-capable
4K         | 0-0      | 6K@0     | EIO rfc.whole-blocks
4K/16K     | 512-512K | 16K@0    | EIO rfc.bigalloc
4K/16K     | 512-512K | 3@1      | EIO rfc.bigalloc
4K/16K indirect | 512-512K | 16K@0 | EIO rfc.bigalloc
4K indirect | 512-512K | 4K@0    | EIO rfc.extent-file
4K indirect | 512-512K | 3@1     | EIO rfc.extent-file
4K         | 512-512K | 4K@0 buffered  | buffered rfc.page-cache
4K/16K     | 512-512K | 3@1 buffered   | buffered rfc.page-cache
4K nodio   | 512-512K | 4K@0     | buffered rfc.page-cache
4K/16K nodio | 512-512K | 16K@0  | buffered rfc.page-cache
`;

/** What statx shows: 1024 and 524288 on a filesystem of 1 KiB blocks is the thread's own example. */
const statx = `
1K          | 512-512K | 1024-524288
4K          | 512-512K | 4096-524288
4K          | 8K-512K  | 8192-524288
4K          | 512-2K   | nothing
4K          | 512-4K   | 4096-4096
4K/16K      | 512-512K | nothing
4K indirect | 512-512K | nothing
4K nodio    | 512-512K | 4096-524288
4K          | 0-0      | nothing
`;

/** Patch 5 on the device itself. */
const device = `
512-64K | 4K@0   | goes on
512-64K | 256@0  | EINVAL rfc.device-unit
512-64K | 12K@0  | EINVAL rfc.power-of-two
512-64K | 128K@0 | EINVAL rfc.device-maximum
512-64K | 8K@4K  | EINVAL rfc.naturally-aligned
0-0     | 4K@0   | EINVAL rfc.device-capable
512-64K | 12K@0 buffered | goes on
`;

function rows(table: string): [string, string[]][] {
  const lines = table.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => [line.replace(/\s+/g, ' '), line.split('|').map((cell) => cell.trim())]);
}

function windowOf(text: string): RfcFacts['device'] {
  const [min = '0', max = '0'] = text.split('-');
  return { minBytes: bytesOf(min), maxBytes: bytesOf(max) };
}

function factsOf(text: string, window: string): RfcFacts {
  const [sizes = '4K', ...flags] = text.split(' ');
  const [block = '4K', cluster = block] = sizes.split('/');
  return {
    blockBytes: bytesOf(block),
    clusterBytes: bytesOf(cluster),
    extentFile: !flags.includes('indirect'),
    directIo: !flags.includes('nodio'),
    device: windowOf(window),
  };
}

function requestOf(text: string) {
  const [range = '', word] = text.split(' ');
  const [length = '0', offset = '0'] = range.split('@');
  return { lengthBytes: bytesOf(length), offsetBytes: bytesOf(offset), direct: word !== 'buffered' };
}

describe('the RFC judges a write on a file', () => {
  it.each(rows(writes))('%s', (_, [file = '', window = '', request = '', expected = '']) => {
    const verdict = judgeRfcWrite(factsOf(file, window), requestOf(request));
    const errno = verdict.kind === 'refused' ? verdict.errno : verdict.kind;
    expect(verdict.kind === 'goes on' ? verdict.kind : `${errno} ${verdict.rule}`).toBe(expected);
    if (verdict.kind === 'refused') expect(verdict.warnings.at(-1)).toBe('Atomic write checks failed.');
  });

  it('logs the reason first where it has one', () => {
    const verdict = judgeRfcWrite(factsOf('4K/16K', '512-512K'), requestOf('16K@0'));
    expect(verdict).toMatchObject({
      warnings: ['Atomic write not supported with bigalloc', 'Atomic write checks failed.'],
    });
  });
});

describe('the RFC answers statx', () => {
  it.each(rows(statx))('%s', (_, [file = '', window = '', expected = '']) => {
    const shown = rfcStatx(factsOf(file, window));
    expect(shown ? `${shown.minBytes}-${shown.maxBytes}` : 'nothing').toBe(expected);
  });
});

describe('the RFC judges a write on a device', () => {
  it.each(rows(device))('%s', (_, [window = '', request = '', expected = '']) => {
    const broken = judgeRfcDeviceWrite(windowOf(window), requestOf(request));
    expect(broken ? `${broken.errno} ${broken.rule}` : 'goes on').toBe(expected);
  });
});
