import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuddyState } from '../../core/experiment/plan.ts';
import { throwIfCancelled } from '../failure.ts';
import { readKernelText } from './kernel-files.ts';
import type { Privileges } from './privileges/privileges.ts';

/**
 * Brings the buddies of a freshly mounted ext4 into the state that a plan asks for. `device` is the kernel's name of
 * the device. Cold needs a mount option and nothing else.
 */
export async function prepareBuddies(
  device: string,
  state: BuddyState,
  privileges: Privileges,
  signal?: AbortSignal,
): Promise<void> {
  if (state === 'warm') await readBuddies(device);
  if (state !== 'settled') return;
  await privileges.countBuddies(device);
  await waitForPrefetch(device, signal);
}

/** Free clusters of each group as its buddy knows them; reading initialises every buddy (ext4_mb_seq_groups_show()). */
export async function readBuddies(device: string): Promise<number[]> {
  const text = await readFile(`/proc/fs/ext4/${device}/mb_groups`, 'utf8');
  return [...text.matchAll(/^#\d+\s*: (\d+)/gm)].map((match) => Number(match[1]));
}

/** ext4lazyinit begins up to five seconds after the mount (EXT4_DEF_LI_MAX_START_DELAY). */
const latestStartMs = 5000;
const stillMs = 1500;
const patienceMs = 120_000;

/** The prefetch thread is done when, its latest start being past, the number of buddies made no longer grows. */
async function waitForPrefetch(device: string, signal?: AbortSignal): Promise<void> {
  const began = performance.now();
  let made = buddiesMade(device);
  let since = began;
  for (;;) {
    const now = performance.now();
    if (now - began >= patienceMs) return;
    if (now - began >= latestStartMs + stillMs && now - since >= stillMs) return;
    throwIfCancelled(signal);
    await sleep(50);
    const latest = buddiesMade(device);
    if (latest !== made) since = performance.now();
    made = latest;
  }
}

function buddiesMade(device: string): string | null {
  const stats = readKernelText(`/proc/fs/ext4/${device}/mb_stats`);
  return /buddies_generated: (\d+)/.exec(stats ?? '')?.[1] ?? null;
}
