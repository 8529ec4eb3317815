import { execFile } from 'node:child_process';
import { closeSync } from 'node:fs';
import { mkdtemp, open, rm, truncate } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Extent } from '../../core/experiment/outcome.ts';
import {
  attachLoop,
  detachLoop,
  extentFlags,
  fallocate,
  fallocateFlags,
  fiemap,
  mount,
  pwritev2,
  unmount,
} from '../../main/native/index.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

/**
 * Our FIEMAP reader against the program that everyone trusts. Nothing is merged here: both show what the kernel gave,
 * extent by extent.
 */
const run = promisify(execFile);
const reason = whyNotRoot() || whyNotProgram('filefrag') || whyNotProgram('mkfs.ext4');

/** What `filefrag -v` prints, in filesystem blocks: `0: 0.. 3: 33280.. 33283: 4: 33281: unwritten,eof`. */
function parseFilefrag(text: string): Extent[] {
  const row = /^\s*\d+:\s+(\d+)\.\.\s*(\d+):\s+(\d+)\.\.\s*(\d+):\s+(\d+):\s*(?:\d+:)?\s*(\S*)\s*$/;
  return text.split('\n').flatMap((line): Extent[] => {
    const found = row.exec(line);
    if (!found) return [];
    const [logical, , physical, , length] = found.slice(1, 6).map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return [{ logical, physical, length, state: found[6]?.includes('unwritten') ? 'unwritten' : 'written' }];
  });
}

async function layoutByUs(file: string, blockBytes: number): Promise<Extent[]> {
  const handle = await open(file, 'r');
  try {
    const { logicalBytes, physicalBytes, lengthBytes, flags } = await fiemap(handle.fd, { sync: true });
    return Array.from(logicalBytes, (start, i) => ({
      logical: Number(start) / blockBytes,
      physical: Number(physicalBytes[i]) / blockBytes,
      length: Number(lengthBytes[i]) / blockBytes,
      state: (flags[i] ?? 0) & extentFlags.unwritten ? ('unwritten' as const) : ('written' as const),
    }));
  } finally {
    await handle.close();
  }
}

/** Holes, unwritten runs and several hundred extents. */
async function writeScattered(file: string): Promise<void> {
  const handle = await open(file, 'w+');
  try {
    await fallocate(handle.fd, 0, 0, 2 ** 20);
    for (let i = 0; i < 400; i++) {
      const data = new Uint8Array(4096 * (1 + (i % 3))).fill(1 + i);
      await pwritev2(handle.fd, data, 4096 * ((i * 37) % 2048));
      if (i % 20 === 0) await handle.sync();
    }
    await fallocate(handle.fd, fallocateFlags.punchHole | fallocateFlags.keepSize, 40960, 8192);
  } finally {
    await handle.close();
  }
}

describe.skipIf(reason)(`FIEMAP as we read it${reason ? ` (${reason})` : ''}`, () => {
  it.each([1024, 4096])('is what filefrag -v shows, with blocks of %d bytes', async (blockBytes) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'untorn-filefrag-'));
    const image = path.join(folder, 'image');
    await (await open(image, 'w')).close();
    await truncate(image, 256 * 2 ** 20);
    await run('mkfs.ext4', ['-q', '-F', '-b', String(blockBytes), image]);
    const device = await attachLoop(image);
    const mountPoint = path.join(folder, 'mnt');
    try {
      await run('mkdir', [mountPoint]);
      await mount(device.path, mountPoint, 'ext4');
      try {
        const file = path.join(mountPoint, 'scattered');
        await writeScattered(file);
        const ours = await layoutByUs(file, blockBytes);
        const { stdout } = await run('filefrag', ['-v', `-b${blockBytes}`, file]);
        expect(ours.length).toBeGreaterThan(20);
        expect(ours.some(({ state }) => state === 'unwritten')).toBe(true);
        expect(ours).toEqual(parseFilefrag(stdout));
      } finally {
        await unmount(mountPoint);
      }
    } finally {
      closeSync(device.descriptor);
      await detachLoop(device.path);
      await rm(folder, { recursive: true });
    }
  });
});
