import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  chooseStates,
  Judge,
  parseCrashPlan,
  Promises,
  unitFiles,
  type CrashState,
} from '../../core/torn/crash/index.ts';
import { Cleanup } from '../../main/lab/index.ts';
import {
  MemoryLooker,
  openRecording,
  readMounted,
  recordPlan,
  StateMounter,
} from '../../main/torn/crash/index.ts';
import { hold, timed } from './stopwatch.ts';

const states = 1000;
const mountedStates = 25;

/** The same crash states checked in memory, as the product does, and by mounting each and reading its files. */
export async function benchCrash(): Promise<void> {
  const plan = parseCrashPlan({
    version: 1,
    target: { kind: 'loop', size: '256MiB', mkfs: { fs: 'ext4', args: ['-b', '4096'] } },
    files: [{ file: 'a', unit: '16KiB', units: 8 }],
    writes: { count: 60 },
  });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'untorn-bench-'));
  const cleanup = new Cleanup();
  cleanup.add(() => rm(folder, { recursive: true }));
  try {
    const recorded = path.join(folder, 'recorded');
    await mkdir(recorded);
    const recording = await recordPlan(plan, { folder: recorded, run: 1n });
    const { view, points, log, close } = await openRecording(
      recording,
      plan.drive,
      (all) => Promises.of(all).start,
    );
    cleanup.add(close);
    const promises = Promises.of(log);
    const files = unitFiles(plan.files);
    const chosen = chooseStates(view, points, plan.drive, { states, seed: 1 }, () => 0).states;
    const mounter = await StateMounter.start(recording, 'ext4', folder, cleanup);
    const inMemory = (remember: boolean) => async (): Promise<number> => {
      const looker = new MemoryLooker(view, ['a'], { remember });
      const judge = new Judge(files, promises);
      const took = await timed(async () => {
        for (const state of chosen) {
          view.show(state);
          judge.judge(view, await looker.look(), positionOf(state));
        }
      });
      return took / chosen.length;
    };
    const mounted = async (): Promise<number> => {
      const judge = new Judge(files, promises);
      const some = chosen.filter((_, at) => at % Math.ceil(chosen.length / mountedStates) === 0);
      const took = await timed(async () => {
        for (const state of some) {
          view.show(state);
          const found = await readMounted(mounter, view, ['a']);
          if (found) judge.judgeBytes(found.bytes, positionOf(state));
        }
      });
      return took / some.length;
    };
    const positionOf = ({ point }: CrashState): number => points[point]?.position ?? 0;
    const contest = { theirs: mounted, rival: 'mounting each', rounds: 5 };
    await hold({ ...contest, name: 'a crash state, checked', ours: inMemory(true) });
    await hold({ ...contest, name: 'a crash state, recovered anew and checked', ours: inMemory(false) });
  } finally {
    await cleanup.run();
  }
}
