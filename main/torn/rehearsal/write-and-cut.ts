import { setTimeout as sleep } from 'node:timers/promises';
import { assertExists } from '../../../core/assert.ts';
import { Unable } from '../../failure.ts';
import type { Guest } from '../../sandbox/index.ts';
import type { PowerCut } from './forgetful-drive.ts';
import { driveOf } from './settings.ts';
import { tornCommand, withGuest, type Stage } from './stage.ts';

/** Few enough units that each is written several times before the end. */
const areaBytes = 2 ** 20;
const writers = 8;
/** When the power is cut: so many entries at the witness, and then so many milliseconds. */
const fewestEntries = 20;
const mostEntries = 300;
const mostMsAfter = 40;
/** The emulated drive's; naming it agrees to the loss of what is there. */
const serialNumber = 'untorn';

/** What happened until the power was cut. */
export interface CutRun {
  /** As the witness knows it: 16 hexadecimal digits. */
  readonly run: string;
  /** From the first write on. */
  readonly afterMilliseconds: number;
  readonly cut: PowerCut;
}

/** A guest writes to the drive in `image` until a drawn moment after its first write, and is gone then. Throws Failure. */
export function writeAndCut(stage: Stage, image: string, below: (limit: number) => number): Promise<CutRun> {
  const { settings, witness, onProgress } = stage;
  const model = driveOf(settings);
  const writesThrough = !settings.drive.volatileCache;
  return withGuest(stage, image, { model, below, writesThrough }, async ({ guest, drive, cutPower }) => {
    const armed = arm(stage, guest);
    await Promise.race([witness.entries.reaches(1), armed.ended]);
    // What was there before is not what the rehearsal is about.
    drive.settle();
    const began = performance.now();
    const entries = fewestEntries + below(mostEntries - fewestEntries);
    const moreMs = below(mostMsAfter);
    onProgress({ phase: `writing until entry ${entries} of the witness` });
    await Promise.race([witness.entries.reaches(entries).then(() => sleep(moreMs)), armed.ended]);
    const afterMilliseconds = Math.round(performance.now() - began);
    return { cut: await cutPower(), run: armed.run(), afterMilliseconds };
  });
}

/** Starts `untorn torn arm` in the guest: `ended` is rejected where it ends by itself, and never resolved. */
function arm(stage: Stage, guest: Guest): { readonly ended: Promise<never>; run(): string } {
  const { on, unitBytes, sync, atomic, seed } = stage.settings;
  const words = [
    ...['--size', String(areaBytes), '--unit', String(unitBytes), '--writers', String(writers)],
    ...['--sync', sync, '--seed', String(seed)],
    ...(atomic ? ['--atomic'] : []),
    ...(on === 'device' ? ['--destroy', serialNumber] : []),
  ];
  const said: string[] = [];
  const running = tornCommand(stage, guest, 'arm', words, ({ line }) => void said.push(line));
  const ended = running.then(({ code }): never => {
    throw new Unable(
      `"untorn torn arm" ended in the guest with code ${code ?? 'none'}: ${said.at(-1) ?? 'it said nothing'}`,
    );
  });
  // Told by whoever waits; a guest that is killed on purpose fails it, too.
  ended.catch(() => undefined);
  const run = (): string => {
    const names = said.flatMap((line) => /^run ([0-9a-f]{16})$/.exec(line)?.[1] ?? []);
    return assertExists(names[0], 'arm tells its run before it writes');
  };
  return { ended, run };
}
