import { closeSync, openSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Executor, freeRanges, type ExecutorStep } from '../native/index.ts';
import { possibleCpus } from '../machine/index.ts';
import type { Probes, SmallFile } from './types.ts';

/** More than mb_stream_req (16 blocks), so that the blocks are looked for from a stream goal. */
const streamBlocks = 64;
/** mb_stream_req: larger files are no small ones. */
const smallBlocks = 16;
const largestFilesMost = 64;

/**
 * Finds out, in a directory of the lab's own, what the memory of a mounted ext4 does not tell: a large file for each
 * stream goal shows where that goal is from then on, and a small one which preallocation the locality group of CPU 0 uses
 * nearby. The files stay, so that nothing waits to be freed; everything is on disk when this returns.
 */
export async function probeMemory(directory: string, blockBytes: number): Promise<Probes> {
  await mkdir(directory, { mode: 0o700 });
  const executor = new Executor({ cpu: 0 });
  try {
    await executor.enter(directory);
    // What others have in memory is written first: writing it would use what the probes are to show.
    await executor.run({ op: 'sync' });
    const streams = await probeStreams(executor, directory, blockBytes);
    const small = await probeLocality(executor, directory, blockBytes);
    await executor.run({ op: 'sync' });
    await executor.leave();
    return { streams, small };
  } finally {
    executor.end();
  }
}

/** One file after the other until every slot has had one: inodes take slots by their number. */
async function probeStreams(
  executor: Executor,
  directory: string,
  blockBytes: number,
): Promise<Probes['streams']> {
  const cpus = possibleCpus();
  const streams: { ino: number; physical: number }[] = [];
  const seen = new Set<number>();
  for (let i = 0; seen.size < cpus && i < 4 * cpus; i++) {
    const { ino, physical } = await probe(executor, directory, `stream${i}`, streamBlocks * blockBytes);
    if (physical === null) break;
    seen.add(ino % cpus);
    streams.push({ ino, physical });
  }
  return streams;
}

/**
 * Files of the largest size that counts as small, until one finds no preallocation that holds it: then none that is left
 * does. Smaller ones then tell of what is left nearby.
 */
async function probeLocality(
  executor: Executor,
  directory: string,
  blockBytes: number,
): Promise<readonly SmallFile[]> {
  const isFree = await freeInMemory(directory, blockBytes);
  const files: SmallFile[] = [];
  const write = async (blocks: number): Promise<boolean> => {
    const { ino, physical } = await probe(executor, directory, `small${files.length}`, blocks * blockBytes);
    if (physical === null) return true;
    const wasFree = isFree(physical);
    files.push({ ino, physical, blocks, wasFree });
    return wasFree;
  };
  for (let i = 0; i < largestFilesMost; i++) if (await write(smallBlocks)) break;
  for (let blocks = smallBlocks / 2; blocks >= 1; blocks /= 2) await write(blocks);
  return files;
}

async function freeInMemory(directory: string, blockBytes: number): Promise<(block: number) => boolean> {
  const descriptor = openSync(directory, 'r');
  try {
    const { physicalBytes, lengthBytes } = await freeRanges(descriptor);
    return (block) => {
      const at = BigInt(block * blockBytes);
      return physicalBytes.some((from, i) => from <= at && at < from + (lengthBytes[i] ?? 0n));
    };
  } finally {
    closeSync(descriptor);
  }
}

/** Writes a file and closes it; `physical` is its first block, null where it got none. */
async function probe(
  executor: Executor,
  directory: string,
  file: string,
  length: number,
): Promise<{ readonly ino: number; readonly physical: number | null }> {
  const write: ExecutorStep = {
    ...{ op: 'write', file, offset: 0, length, atomic: false, direct: true, sync: 'none', vectors: 1 },
  };
  await executor.run({ op: 'create', file, direct: true });
  await executor.run(write);
  const { extents } = await executor.layout(file);
  await executor.run({ op: 'close', file });
  const { ino } = await stat(path.join(directory, file));
  return { ino, physical: extents[0]?.physical ?? null };
}
