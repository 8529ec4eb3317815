import { NotModelled } from '../errno.ts';
import { encodeUtf8, type Volume } from '../ext4/index.ts';
import { rootNameHash } from '../vfs/index.ts';
import type { Plan, Step } from './plan.ts';

/**
 * Refuses a plan whose names may stand in the root directory of a snapshot already: it holds lengths and hashes of names
 * only. Throws NotModelled.
 */
export function refuseHiddenNames(plan: Plan, volume: Volume): void {
  const { nameHashes } = volume.source;
  if (nameHashes === undefined || nameHashes.size === 0) return;
  const taken = new Set([...nameHashes].map(([replacement, hash]) => `${replacement.length} ${hash}`));
  const hash = rootNameHash(volume);
  for (const name of new Set(plan.steps.flatMap(rootNamesOf))) {
    const bytes = encodeUtf8(name);
    if (!taken.has(`${bytes.length} ${hash(bytes)}`)) continue;
    throw new NotModelled(
      `the root directory has a name with the length and hash of "${name}", and the snapshot does not tell more: use other names in the plan`,
    );
  }
}

function rootNamesOf(step: Step): string[] {
  if ('file' in step) return [firstOf(step.file)];
  if (!('prefix' in step)) return [];
  if (step.prefix.includes('/')) return [firstOf(step.prefix)];
  return Array.from({ length: step.count }, (_, i) => `${step.prefix}${i}`);
}

function firstOf(path: string): string {
  return path.split('/')[0] ?? path;
}
