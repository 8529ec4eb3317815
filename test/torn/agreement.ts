import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DamagedImage } from '../../core/ext4/index.ts';
import { chooseStates, hasCut, plainDrive, sectorBytes, stateName } from '../../core/torn/crash/index.ts';
import { Cleanup } from '../../main/lab/index.ts';
import { openRecording, recordFilesystem, StateMounter } from '../../main/torn/crash/index.ts';
import { doSteps, metadataPlan } from './metadata-work.ts';
import { mountedTree, treeDifferences, treeInMemory, type Tree } from './trees.ts';

/** How the two ways of looking at crash states compared. */
export interface Agreement {
  readonly states: number;
  readonly withCut: number;
  /** States in which there was a journal to replay. */
  readonly replayed: number;
  /** States that both refuse. */
  readonly refused: number;
  readonly files: number;
  readonly differences: readonly string[];
  readonly memorySeconds: number;
  readonly mountSeconds: number;
}

/**
 * Records a plan of metadata changes, then looks at crash states of it in both ways: our reader with its replay in
 * memory, and the kernel's own recovery on a mount. Names, sizes, extents and bytes of every file have to agree.
 */
export async function agreement(target: string, seed: number, states: number): Promise<Agreement> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'untorn-agreement-'));
  const cleanup = new Cleanup();
  cleanup.add(() => rm(folder, { recursive: true }));
  try {
    const plan = metadataPlan(target, seed);
    const recorded = path.join(folder, 'recorded');
    await mkdir(recorded);
    const work = { work: (root: string) => doSteps(root, plan.steps) };
    const recording = await recordFilesystem(plan.target, work, { folder: recorded });
    const open = await openRecording(recording, plainDrive, () => 0);
    cleanup.add(open.close);
    const mounter = await StateMounter.start(recording, 'ext4', folder, cleanup, {
      mountOptions: plan.target.mountOptions,
    });
    return await compare(open, mounter, `${target} ${seed}`, { states, seed });
  } finally {
    await cleanup.run();
  }
}

async function compare(
  { view, points, log }: Awaited<ReturnType<typeof openRecording>>,
  mounter: StateMounter,
  name: string,
  bounds: { readonly states: number; readonly seed: number },
): Promise<Agreement> {
  const sectorsOf = (write: number): number => (log.writes[write]?.lengthBytes ?? 0) / sectorBytes;
  const chosen = chooseStates(view, points, plainDrive, bounds, () => 0);
  const differences: string[] = [];
  let [withCut, replayed, refused, files, memorySeconds, mountSeconds] = [0, 0, 0, 0, 0, 0];
  for (const state of chosen.states) {
    view.show(state);
    if (hasCut(state, sectorsOf)) withCut += 1;
    const started = performance.now();
    const memory = inMemory(() => treeInMemory(view));
    const between = performance.now();
    const visit = await mounter.visit(view, mountedTree);
    mountSeconds += (performance.now() - between) / 1000;
    memorySeconds += (between - started) / 1000;
    const mounted = 'refused' in visit ? visit.refused : visit.seen;
    if (!('refused' in visit) && visit.writes.length > 4) replayed += 1;
    const label = `${name}, state ${stateName(state, sectorsOf)}`;
    if (typeof memory === 'string' || typeof mounted === 'string') {
      if (typeof memory === typeof mounted) refused += 1;
      else differences.push(`${label}: in memory ${wordsOf(memory)}; mounted ${wordsOf(mounted)}`);
      continue;
    }
    files += memory.size;
    const [first] = treeDifferences(memory, mounted);
    if (first !== undefined) differences.push(`${label}: ${first}`);
  }
  const counts = { states: chosen.states.length, withCut, replayed, refused, files };
  return { ...counts, differences, memorySeconds, mountSeconds };
}

function inMemory(look: () => Tree): Tree | string {
  try {
    return look();
  } catch (error) {
    if (error instanceof DamagedImage) return error.message;
    throw error;
  }
}

function wordsOf(seen: Tree | string): string {
  return typeof seen === 'string' ? `refused (${seen})` : `${seen.size} files`;
}
