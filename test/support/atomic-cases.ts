import {
  judgeAtomicWrite,
  parseKernelRelease,
  type AtomicFacts,
  type AtomicWriteRequest,
  type DeviceFacts,
  type Ext4Facts,
  type FilesystemFacts,
  type KernelVersion,
  type XfsFacts,
} from '../../core/atomic/index.ts';
import { assert } from '../../core/assert.ts';
import { sampleXfsGeometry } from './sample-xfs.ts';

/**
 * Cases as lines: `kernel | file | device | write | what the kernel says`.
 *
 * - file: `ext4 4K/16K journal` (block, cluster, flags), `xfs 4K noreflink`, `block`, `directory`, `fifo`, or a
 *   filesystem's name; `ro` for a read-only mount
 * - device: `512-64K`, with `b64K` for a boundary, `@1M` for a partition's start, `lb4K`, `size1G`, `ro`, `dma512`;
 *   `none` without limits, `?` unknown, `-` where there is no device
 * - write: `16K@8K`, with `v2` for two buffers, `buffered`, `read`, `mem512`, `at-written`, `at-crooked`, `at-mixed`
 * - the answer: a way, an errno with its rule, `not atomic` with its rule, or `unknown`
 */
export interface Case {
  readonly line: string;
  readonly facts: AtomicFacts;
  readonly request: AtomicWriteRequest;
  readonly expected: string;
}

/** Reads a table; blank lines and lines that begin with `#` are left out. */
export function readCases(table: string): Case[] {
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(readCase);
}

function readCase(line: string): Case {
  const cells = line.split('|').map((cell) => cell.trim());
  assert(cells.length === 5, `a case has five cells: ${line}`);
  const [kernel = '', file = '', device = '', request = '', expected = ''] = cells;
  return {
    line: line.replace(/\s+/g, ' '),
    facts: { kernel: kernelOf(kernel), file: fileOf(file), device: deviceOf(device, file) },
    request: requestOf(request),
    expected,
  };
}

export function kernelOf(text: string): KernelVersion {
  const version = parseKernelRelease(text);
  assert(version !== null, `${text} is a kernel`);
  return version;
}

/** `16K`, `1M`, `512`. */
export function bytesOf(text: string): number {
  const found = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(text);
  assert(found !== null, `${text} is a size`);
  const unit = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }[found[2] ?? ''] ?? 1;
  return Number(found[1]) * unit;
}

/** The verdict in words, in the form of the last cell. */
export function answerOf({ facts, request }: Pick<Case, 'facts' | 'request'>): string {
  const verdict = judgeAtomicWrite(facts, request);
  switch (verdict.kind) {
    case 'allowed':
      return verdict.way === 'not atomic' ? `not atomic ${verdict.rule}` : verdict.way;
    case 'refused':
      return `${verdict.errno} ${verdict.rule}`;
    case 'unknown':
      return 'unknown';
  }
}

function fileOf(text: string): AtomicFacts['file'] {
  const [name = '', ...words] = text.split(' ');
  const readOnly = words.includes('ro');
  if (name === 'block') return { kind: 'block' };
  if (name === 'directory') return { kind: 'directory' };
  if (name === 'fifo') return { kind: 'other' };
  return { kind: 'regular', readOnly, filesystem: filesystemOf(name, words) };
}

function filesystemOf(name: string, words: readonly string[]): FilesystemFacts {
  if (name === 'ext4') return ext4Of(words);
  return name === 'xfs' ? xfsOf(words) : { kind: 'other', name };
}

function ext4Of([sizes = '4K', ...flags]: readonly string[]): Ext4Facts {
  const [block = '4K', cluster = block] = sizes.split('/');
  const has = (flag: string) => flags.includes(flag);
  const known = (flag: string) => (has(`${flag}?`) ? ('unknown' as const) : has(flag));
  return {
    kind: 'ext4',
    blockBytes: sizes === '?' ? 'unknown' : bytesOf(block),
    clusterBytes: sizes === '?' || cluster === '?' ? 'unknown' : bytesOf(cluster),
    extentFeature: !has('noext'),
    extentFile: has('extents?') ? 'unknown' : !has('noext') && !has('indirect') && !has('inline'),
    inlineFile: known('inline'),
    encryption: has('crypt') ? 'page cache' : has('blkcrypt') ? 'blk-crypto' : 'none',
    verity: known('verity'),
    journalledData: known('journal'),
    dax: known('dax'),
  };
}

function xfsOf([size = '4K', ...flags]: readonly string[]): XfsFacts {
  const value = (name: string) => flags.find((flag) => flag.startsWith(`${name}=`))?.slice(name.length + 1);
  const blockBytes = bytesOf(size);
  const groups = value('groups');
  const option = value('max');
  return {
    kind: 'xfs',
    geometry: {
      ...sampleXfsGeometry,
      blockBytes,
      groupBlocks: groups === undefined ? (512 * 2 ** 20) / 4 / blockBytes : bytesOf(groups) / blockBytes,
      reflink: !flags.includes('noreflink'),
      realtimeBlocks: flags.includes('rt') ? 1000 : 0,
    },
    realtimeFile: flags.includes('rt'),
    maxAtomicWriteBytes: option === undefined ? null : bytesOf(option),
    dax: flags.includes('dax') ? true : flags.includes('dax?') ? 'unknown' : false,
  };
}

function deviceOf(text: string, file: string): AtomicFacts['device'] {
  if (text === '-') return null;
  if (text === '?') return 'unknown';
  const [window = '', ...words] = text.split(' ');
  const word = (pattern: RegExp) =>
    words.map((each) => pattern.exec(each)?.[1]).find((found) => found !== undefined);
  const size = (pattern: RegExp, other: number) => {
    const found = word(pattern);
    return found === undefined ? other : bytesOf(found);
  };
  const [min = '0', max = '0'] = window === 'none' ? [] : window.split('-');
  const maxBytes = bytesOf(max);
  const start = word(/^@(.+)$/);
  const facts: DeviceFacts = {
    name: file === 'block' && window === 'none' ? 'loop0' : 'nvme0n1',
    sizeBytes: size(/^size(.+)$/, 2 ** 40),
    logicalBlockBytes: size(/^lb(.+)$/, 512),
    atomic:
      window === 'unknown'
        ? 'unknown'
        : {
            unitMinBytes: bytesOf(min),
            unitMaxBytes: maxBytes,
            maxBytes,
            boundaryBytes: size(/^b(\d.*)$/, 0),
          },
    partitionStartBytes: start === undefined ? null : start === '?' ? 'unknown' : bytesOf(start),
    readOnly: words.includes('ro'),
    memoryAlignBytes: size(/^dma(.+)$/, 4),
  };
  return facts;
}

function requestOf(text: string): AtomicWriteRequest {
  const [range = '', ...words] = text.split(' ');
  const [length = '', offset = '0'] = range.split('@');
  const memory = words.map((word) => /^mem(.+)$/.exec(word)?.[1]).find((found) => found !== undefined);
  const vectors = words.map((word) => /^v(\d+)$/.exec(word)?.[1]).find((found) => found !== undefined);
  const mapping = mappingOf(words);
  return {
    lengthBytes: bytesOf(length),
    offsetBytes: bytesOf(offset),
    vectors: Number(vectors ?? 1),
    direct: !words.includes('buffered'),
    ...(words.includes('read') ? { read: true } : {}),
    ...(memory === undefined ? {} : { memoryAlignBytes: bytesOf(memory) }),
    ...(mapping ? { mapping } : {}),
  };
}

function mappingOf(words: readonly string[]): AtomicWriteRequest['mapping'] {
  if (words.includes('at-written')) return { state: 'written', oneAlignedExtent: true };
  if (words.includes('at-unwritten')) return { state: 'unwritten', oneAlignedExtent: true };
  if (words.includes('at-crooked')) return { state: 'written', oneAlignedExtent: false };
  if (words.includes('at-mixed')) return { state: 'mixed', oneAlignedExtent: false };
  return words.includes('at-hole') ? { state: 'hole', oneAlignedExtent: false } : undefined;
}
