import { closeSync, constants, ftruncateSync, openSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import {
  judgeAtomicWrite,
  type AtomicFacts,
  type AtomicVerdict,
  type AtomicWriteRequest,
} from '../../core/atomic/index.ts';
import { fallocate, isSystemCallError, pwritev2, writeFlags } from '../../main/native/index.ts';
import { atomicFactsOf } from '../../main/probe/index.ts';
import { usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';
import { makeScene, type SceneOrder } from './scene.ts';

/**
 * The rules against the running kernel, call by call: every combination of size, offset, vectors, O_DIRECT and what
 * lies in the range. The facts come from the probe, so that it is judged too.
 */
const reason = whyNotRoot() || whyNotProgram('mkfs.xfs') || whyNotProgram('mkfs.ext4');
const KiB = 1024;
const MiB = 1024 * KiB;
const fileBytes = 8 * MiB;

const lengths = [
  ...Array.from({ length: 13 }, (_, power) => 512 * 2 ** power),
  ...[1000, 1536, 12 * KiB, 1.5 * MiB],
];
const ranges = ['hole', 'unwritten', 'written', 'mixed'] as const;
type Range = (typeof ranges)[number];

/** Aligned at the beginning and behind it, off by half, off by a sector, off by less. */
function offsetsFor(length: number): number[] {
  return [0, length, 3 * Math.floor(length / 2), 512, 4096, 100];
}

function requests(): AtomicWriteRequest[] {
  const all: AtomicWriteRequest[] = [];
  for (const lengthBytes of lengths)
    for (const offsetBytes of new Set(offsetsFor(lengthBytes)))
      for (const vectors of [1, 2])
        for (const direct of [true, false]) all.push({ lengthBytes, offsetBytes, vectors, direct });
  return all;
}

/** Makes the file new, with `range` over all of it; mixed are the first block, a hole and unwritten space in turn. */
async function prepare(descriptor: number, range: Range, { offsetBytes, lengthBytes }: AtomicWriteRequest) {
  ftruncateSync(descriptor, 0);
  ftruncateSync(descriptor, fileBytes);
  if (range === 'hole') return;
  const start = offsetBytes - (offsetBytes % 4096);
  const bytes = Math.ceil((lengthBytes + 8192) / 4096) * 4096;
  if (range === 'written') {
    await pwritev2(descriptor, Buffer.alloc(bytes), start);
    return;
  }
  await fallocate(descriptor, 0, start, range === 'mixed' ? Math.ceil(bytes / 8192) * 4096 : bytes);
  if (range === 'mixed') await pwritev2(descriptor, Buffer.alloc(4096), start);
}

function predicted(verdict: AtomicVerdict, { lengthBytes }: AtomicWriteRequest): string {
  if (verdict.kind === 'allowed') return String(lengthBytes);
  return verdict.kind === 'refused' ? verdict.errno : `unknown: ${verdict.missing}`;
}

async function answered(descriptor: number, request: AtomicWriteRequest): Promise<string> {
  const { lengthBytes, offsetBytes, vectors } = request;
  try {
    const flags = writeFlags.atomic;
    return String(await pwritev2(descriptor, Buffer.alloc(lengthBytes, 7), offsetBytes, { vectors, flags }));
  } catch (error) {
    if (!isSystemCallError(error)) throw error;
    return error.code;
  }
}

interface Tally {
  calls: number;
  accepted: number;
  readonly differences: string[];
}

/** Does every call on one range of one file; makes the range anew after each call that changed it. */
async function tryAll(file: string, facts: AtomicFacts, range: Range | null, tally: Tally) {
  const open = (direct: boolean) => openSync(file, constants.O_RDWR | (direct ? constants.O_DIRECT : 0));
  const descriptors = { direct: open(true), buffered: open(false) };
  try {
    for (const request of requests()) {
      const verdict = judgeAtomicWrite(facts, request);
      if (range && verdict.kind === 'allowed') await prepare(descriptors.direct, range, request);
      const real = await answered(request.direct ? descriptors.direct : descriptors.buffered, request);
      tally.calls++;
      if (/^\d+$/.test(real)) tally.accepted++;
      const expected = predicted(verdict, request);
      if (real !== expected)
        tally.differences.push(`${range} ${JSON.stringify(request)}: predicted ${expected}, kernel ${real}`);
    }
  } finally {
    closeSync(descriptors.direct);
    closeSync(descriptors.buffered);
  }
}

const scenes: [string, SceneOrder][] = [
  ['XFS with reflink', { bytes: 512 * MiB, mkfs: ['mkfs.xfs', '-q', '-m', 'reflink=1'] }],
  ['XFS with reflink and blocks of 1 KiB', { bytes: 512 * MiB, mkfs: ['mkfs.xfs', '-q', '-b', 'size=1024'] }],
  [
    'XFS with max_atomic_write=64k',
    { bytes: 512 * MiB, mkfs: ['mkfs.xfs', '-q'], mountOptions: 'max_atomic_write=64k' },
  ],
  ['XFS without reflink', { bytes: 512 * MiB, mkfs: ['mkfs.xfs', '-q', '-m', 'reflink=0'] }],
  ['ext4', { bytes: 128 * MiB, mkfs: ['mkfs.ext4', '-q', '-b', '4096'] }],
  [
    'ext4 with bigalloc',
    { bytes: 128 * MiB, mkfs: ['mkfs.ext4', '-q', '-b', '4096', '-O', 'bigalloc', '-C', '65536'] },
  ],
  [
    'ext4 without extents',
    { bytes: 128 * MiB, mkfs: ['mkfs.ext4', '-q', '-b', '4096', '-O', '^extents,^64bit'] },
  ],
  ['a raw loop device', { bytes: 64 * MiB, mkfs: null }],
];

describe('the kernel answers as the rules say', () => {
  const temp = usePrivateTemp();
  let calls = 0;
  let accepted = 0;

  it.skipIf(reason).each(scenes)(`on %s ${reason || ''}`, async (name, order) => {
    const tally: Tally = { calls: 0, accepted: 0, differences: [] };
    const scene = await makeScene(temp(), name.replaceAll(' ', '-'), order);
    try {
      const facts = await atomicFactsOf(scene.file);
      for (const range of order.mkfs ? ranges : [null]) await tryAll(scene.file, facts, range, tally);
    } finally {
      await scene.end();
    }
    expect(tally.differences).toEqual([]);
    if (name.startsWith('XFS with reflink')) expect(tally.accepted).toBeGreaterThan(60);
    calls += tally.calls;
    accepted += tally.accepted;
  });

  afterAll(() => {
    if (!reason) console.log(`RWF_ATOMIC: ${calls} real calls as predicted, ${accepted} of them accepted`);
  });
});
