import { basename } from 'node:path';
import { crashPlanInput, parseCrashPlanText, type CrashPlan } from '../../../core/torn/crash/index.ts';
import { checkRecording, crashCheck, type CrashReport } from '../../torn/crash/index.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import { readTextFile } from '../plan-file.ts';
import { keepWhereAsked } from '../report/keep-torn.ts';
import { writeCrashJunit } from '../report/torn-file.ts';
import { printable } from '../table.ts';

export interface TornCrashFlags {
  readonly json?: boolean;
  readonly states?: number;
  readonly seed?: number;
  readonly crossCheck?: number;
  readonly keep?: string;
  readonly recording?: string;
  readonly state?: string;
  readonly save?: boolean;
  readonly junit?: string;
}

/** `untorn torn crash PLAN [--states N] [--seed N] [--cross-check N] [--keep|--recording FOLDER] [--state NAME] [--save] [--junit FILE] [--json]` */
export async function tornCrashCommand(
  file: string,
  flags: TornCrashFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  const plan = changed(parseCrashPlanText(await readTextFile(file)), flags);
  const began = Date.now();
  const { crossCheck, keep, recording, state } = flags;
  const options = { crossChecks: crossCheck, state, signal, onProgress: console.onProgress };
  const report =
    recording === undefined
      ? await crashCheck(plan, { ...options, keep })
      : await checkRecording(plan, recording, options);
  console.endProgress();
  const title = plan.name === '' ? basename(file) : plan.name;
  await keepWhereAsked(flags.save, title, crashPlanInput(plan), began, report, console);
  await writeCrashJunit(flags.junit, report);
  if (flags.json) console.printJson(report);
  else printCrashReport(report, console);
  return report.verdict === 'sound' ? exitCodes.done : exitCodes.differs;
}

/** The plan with what the flags put in its place. */
function changed(plan: CrashPlan, { states, seed }: TornCrashFlags): CrashPlan {
  return { ...plan, states: states ?? plan.states, seed: seed ?? plan.seed };
}

function printCrashReport(report: CrashReport, { print, paint }: Console): void {
  const { filesystem, writes, drive, recording, sensitivity, states, check, crossCheck } = report;
  const how = [writes.atomic ? 'RWF_ATOMIC' : 'plain', writes.direct ? 'direct' : 'buffered', writes.sync];
  print(
    `${filesystem.fs} ${filesystem.args.join(' ')}`.trimEnd() +
      ` on Linux ${report.kernel}, run ${report.run}`,
  );
  print(
    `${recording.unitWrites} unit writes, ${how.join(', ')}, became ${recording.writes} writes and ${recording.flushes} flushes of the disk`,
  );
  print(`drive: ${driveInWords(drive)}`);
  print();
  print(`seeded faults     ${sensitivity.found} of ${sensitivity.seeded} found`);
  for (const why of sensitivity.leftOut) print(`                  ${why}`);
  print(
    `crash states      ${states.distinct} that differ in content, ${states.withCut} of them with a write cut`,
  );
  print(
    `checked           ${check.how === 'memory' ? 'in memory' : 'by mounting'}, ${check.recoveries} recoveries, ${check.seconds.toFixed(1)} s`,
  );
  print(`mounted as well   ${crossCheck.agreed} of ${crossCheck.states} agree`);
  const kinds = Object.entries(states.verdicts).map(([verdict, many]) => `${verdict} ${many}`);
  print(`faults            ${kinds.length === 0 ? 'none' : kinds.join(', ')}`);
  if (states.unusable > 0) print(`unusable          ${states.unusable}`);
  const [first] = report.findings;
  if (first) {
    print();
    print(`the simplest, state ${first.state}: the power fails after position ${first.position} of the log`);
    for (const line of [...first.explanation, ...first.unusable]) print(`  ${printable(line)}`);
    for (const line of report.picture) print(printable(line));
  }
  print();
  print(paint(report.verdict === 'sound' ? 'good' : 'bad', printable(`${report.verdict}: ${report.why}`)));
}

function driveInWords({
  logicalBlockBytes,
  atomicUnitBytes,
  atomicBoundaryBytes,
  volatileCache,
}: CrashReport['drive']): string {
  const cache = volatileCache ? 'a volatile cache' : 'no volatile cache';
  const unit =
    atomicUnitBytes > logicalBlockBytes
      ? `writes up to ${atomicUnitBytes} bytes are whole`
      : `only ${logicalBlockBytes} bytes are whole`;
  const boundary = atomicBoundaryBytes > 0 ? ` unless they cross a multiple of ${atomicBoundaryBytes}` : '';
  return `${unit}${boundary}, ${cache}`;
}
