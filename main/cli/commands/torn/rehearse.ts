import {
  faultsIn,
  verdicts,
  type RehearsalResult,
  type RehearsalRound,
} from '../../../../core/torn/index.ts';
import { rehearse, type RehearsalOptions } from '../../../torn/index.ts';
import type { Console } from '../../console.ts';
import { exitCodes, type ExitCode } from '../../exit.ts';
import { keepWhereAsked } from '../../report/keep-torn.ts';
import { writeRehearsalJunit } from '../../report/torn-file.ts';
import { printFinding, printSensitivity } from '../../report/torn.ts';
import { given } from './storm.ts';

interface RehearseFlags {
  readonly kernel?: string;
  readonly on?: 'device' | 'ext4' | 'xfs';
  readonly times?: number;
  readonly unit?: number;
  readonly driveUnit?: number;
  readonly lying?: boolean;
  readonly plain?: boolean;
  readonly sync?: 'dsync' | 'fsync';
  readonly seed?: number;
  readonly junit?: string;
  readonly save?: boolean;
  readonly json?: boolean;
}

/** `untorn torn rehearse [--kernel NAME] [--on WHAT] [--times N] [--unit SIZE] [--drive-unit SIZE] [--lying] [--plain] …` */
export async function rehearseCommand(
  flags: RehearseFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { kernel, on, times, sync, seed, unit: unitBytes, driveUnit: keepsBytes } = flags;
  const options: RehearsalOptions = given({ kernel, on, times, sync, seed, unitBytes, keepsBytes });
  const asked = { ...options, lies: flags.lying ?? false, atomic: !(flags.plain ?? false) };
  const began = Date.now();
  const result = await rehearse({
    ...asked,
    onRound: (round) => console.say(roundLine(round)),
    onProgress: console.onProgress,
    signal,
  });
  console.endProgress();
  await keepWhereAsked(flags.save, 'Rehearsal of power cuts', asked, began, result, console);
  await writeRehearsalJunit(flags.junit, result);
  if (flags.json) console.printJson(result);
  else printRehearsal(result, console);
  return exitOf(result);
}

/** 0: no fault; 1: faults; 3: nothing is proved, or too little. */
function exitOf({ verdict, interrupted }: RehearsalResult): ExitCode {
  if (verdict === 'faults') return exitCodes.differs;
  return verdict === 'untorn' && !interrupted ? exitCodes.done : exitCodes.unable;
}

function roundLine({ round, afterMilliseconds, drive, ...rest }: RehearsalRound): string {
  const { acknowledged, unfinished, counts, unusable } = rest;
  const held = drive.inFlight + drive.cached;
  const found = verdicts.filter((verdict) => counts[verdict] > 0);
  const units = found.map((verdict) => `${counts[verdict]} ${verdict}`).join(', ');
  return (
    `round ${round}: cut after ${(afterMilliseconds / 1000).toFixed(2)} s; ${acknowledged} writes acknowledged, ${unfinished} under way; ` +
    `of ${held} in the drive's cache or in flight ${drive.kept} kept, ${drive.lost} lost, ${drive.cut} cut; ` +
    (unusable === null ? `units: ${units}` : `not to be verified: ${unusable}`)
  );
}

function printRehearsal(result: RehearsalResult, console: Console): void {
  const { settings, sensitivity, rounds, totals, verdict, why, interrupted } = result;
  const { drive } = settings;
  const { paint, print } = console;
  const where = settings.on === 'device' ? 'a bare NVMe drive' : `a file on ${settings.on} on an NVMe drive`;
  const how = settings.atomic ? 'RWF_ATOMIC' : 'plain';
  print(
    `Linux ${settings.kernel} in QEMU, ${where}; ${how}, ${settings.sync}, units of ${settings.unitBytes} bytes`,
  );
  const cache = drive.volatileCache ? 'a volatile cache' : 'no volatile cache';
  const lies = drive.lies ? ', and lies about flushes' : '';
  print(
    `the drive claims ${drive.claimsBytes} bytes whole and keeps ${drive.keepsBytes}, has ${cache}${lies}`,
  );
  printSensitivity(sensitivity, console);
  print(
    `${rounds.length} power cuts, seed ${settings.seed}: ${totals.acknowledged} writes acknowledged, ${totals.unfinished} under way; ` +
      `${totals.lost} lost in the drive, ${totals.cut} cut`,
  );
  const known = verdicts.filter((name) => totals.counts[name] > 0);
  print(`units: ${known.map((name) => `${totals.counts[name]} ${name}`).join(', ') || 'none'}`);
  for (const { round, counts, findings } of rounds)
    if (faultsIn(counts) > 0)
      for (const finding of findings.slice(0, 1)) printFinding(finding, `round ${round}`, console);
  if (interrupted) print(`interrupted after ${rounds.length} of ${settings.times}`);
  print(paint(verdict === 'untorn' ? 'good' : 'bad', `${verdict}: ${why}`));
}
