import { faultsIn, verdicts } from '../../../core/torn/index.ts';
import type {
  PowerCutResult,
  RecordVerification,
  Sensitivity,
  ShutdownResult,
  StormNumbers,
  StormResult,
  TornEvent,
  TornVerdict,
  UnitFinding,
  Verdict,
  Verification,
} from '../../../core/torn/index.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import { printable } from '../table.ts';

const shownFindings = 8;
const mebibyte = 2 ** 20;

/** 0: all units are right; 1: faults were found; 3: the run is void, or did not look at all units. */
export function tornExitCode(verdict: TornVerdict): ExitCode {
  const { done, differs, unable } = exitCodes;
  return { untorn: done, faults: differs, incomplete: unable, void: unable }[verdict];
}

/** Shows what a torn run says while it goes on. */
export function showTornEvent(console: Console): (event: TornEvent) => void {
  return (event) => {
    switch (event.type) {
      case 'phase':
        return console.onProgress({
          phase: event.phase,
          ...(event.done === undefined ? {} : { done: event.done }),
          ...(event.total === undefined ? {} : { total: event.total }),
        });
      case 'numbers':
        return console.onProgress({ phase: numbersLine(event.numbers, event.seconds, event.secondsLeft) });
      case 'round':
        return console.onProgress({ phase: 'round', done: event.round.round, total: event.total });
      case 'finding':
        return console.say(`${event.finding.verdict}: ${printable(event.finding.text)}`);
      case 'sensitivity':
      case 'witness':
      case 'cut':
        return;
    }
  };
}

function numbersLine(numbers: StormNumbers, seconds: number, secondsLeft: number | null): string {
  const { acknowledged, acknowledgedBytes, reads, tornWhileWritten, wrongReads } = numbers;
  const rate =
    seconds > 0 ? ` (${Math.round(acknowledged / seconds)}/s, ${mebibytes(acknowledgedBytes, seconds)})` : '';
  const seen = reads > 0 ? `, ${reads} reads` : '';
  const torn = tornWhileWritten > 0 ? `, ${tornWhileWritten} torn beside a write` : '';
  const wrong = wrongReads > 0 ? `, ${wrongReads} WRONG` : '';
  const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`;
  return `${acknowledged} writes acknowledged${rate}${seen}${torn}${wrong}${left}`;
}

function mebibytes(bytes: number, seconds: number): string {
  return `${Math.round(bytes / mebibyte / seconds)} MiB/s`;
}

export function printStorm(result: StormResult, console: Console): void {
  const { numbers, seconds, endedBy, error, verification, wrongReads } = result;
  printSensitivity(result.sensitivity, console);
  if (verification !== null) {
    const why = error === null ? endedBy : `${endedBy}: ${error}`;
    console.print(`storm: ${numbersLine(numbers, seconds, null)}; ended by ${why}`);
    printVerification(verification, console);
    for (const finding of wrongReads.slice(0, shownFindings))
      printFinding(finding, 'seen by a reader', console);
  }
  printEnd(result, console);
}

export function printShutdowns(result: ShutdownResult, console: Console): void {
  const { rounds, asked, filesystem, sensitivity } = result;
  printSensitivity(sensitivity, console);
  for (const flag of [0, 1, 2] as const) {
    const these = rounds.filter((round) => round.flag === flag);
    const sum = (count: (round: (typeof rounds)[number]) => number): number =>
      these.reduce((total, round) => total + count(round), 0);
    const faults = sum(({ counts }) => faultsIn(counts));
    console.print(
      `flag ${flag}: ${these.length} rounds, ${sum(({ acknowledged }) => acknowledged)} writes acknowledged ` +
        `(${sum(({ acknowledgedLate }) => acknowledgedLate)} of them after the shutdown had begun), ` +
        `${sum(({ unfinished }) => unfinished)} cut off; units: ${sum(({ counts }) => counts.new)} new, ` +
        `${sum(({ counts }) => counts.old)} old, ${faults} faulty`,
    );
  }
  for (const round of rounds)
    for (const finding of round.findings.slice(0, shownFindings))
      printFinding(finding, `round ${round.round}, flag ${round.flag}, seed ${round.seed}`, console);
  const ended = result.interrupted
    ? `interrupted after ${rounds.length} of ${asked} rounds`
    : `${rounds.length} rounds`;
  console.print(`${filesystem}: ${ended}, seed ${result.settings.seed}`);
  printEnd(result, console);
}

export function printRecordVerification(result: RecordVerification, console: Console): void {
  printSensitivity(result.sensitivity, console);
  console.print(
    result.rebooted
      ? 'the machine was started anew since: what was acknowledged as durable must be there'
      : 'the machine has not been started anew since: all that was acknowledged must be there',
  );
  printVerification(result.verification, console);
  printEnd({ ...result, record: '' }, console);
}

export function printPowerCut(result: PowerCutResult, console: Console): void {
  const { acknowledged, unfinished, witness, verification } = result;
  printSensitivity(result.sensitivity, console);
  console.print(`${witness} has ${acknowledged} acknowledged writes, and ${unfinished} that were under way`);
  if (verification !== null) printVerification(verification, console);
  if (verification !== null && verification.counts.stale > 0)
    console.print(
      console.paint(
        'bad',
        'acknowledged writes are gone: the drive, or something before it, lies about its flushes',
      ),
    );
  printEnd(result, console);
}

function printVerification(
  { counts, findings, journal, units, seconds }: Verification,
  console: Console,
): void {
  const known = verdicts.filter((verdict) => counts[verdict] > 0);
  const parts = known.map((verdict) => `${counts[verdict]} ${verdict}`);
  console.print(`verified: ${units} units in ${seconds.toFixed(1)} s: ${parts.join(', ') || 'none'}`);
  if (journal.damaged > 0 || journal.gaps > 0)
    console.print(
      `journal: ${journal.records} records, ${journal.gaps} places never filled, ${journal.damaged} damaged`,
    );
  for (const finding of findings.slice(0, shownFindings)) printFinding(finding, null, console);
  if (findings.length > shownFindings) console.print(`… and more: --json has the first ${findings.length}`);
}

export function printSensitivity(
  { kinds, cleanUnits, falseAlarms, passed, missed, seed }: Sensitivity,
  console: Console,
): void {
  const seeded = kinds.reduce((sum, kind) => sum + kind.seeded, 0);
  const found = kinds.reduce((sum, kind) => sum + kind.found, 0);
  const tone = passed ? 'good' : 'bad';
  const names = kinds.map((kind) => `${kind.kind} ${kind.found}/${kind.seeded}`).join(', ');
  console.print(
    console.paint(
      tone,
      `seeded faults: ${found} of ${seeded} found, ${falseAlarms} false alarms in ${cleanUnits} clean units`,
    ) + ` (${names}; seed ${seed})`,
  );
  for (const text of missed) console.print(`  missed: ${text}`);
}

/** A fault with its blocks, and where it was found. */
export function printFinding(finding: UnitFinding, where: string | null, console: Console): void {
  const colour = (verdict: Verdict, text: string): string =>
    console.paint(verdict === 'new' ? 'good' : verdict === 'old' ? 'quiet' : 'bad', text);
  const from = where === null ? '' : ` (${where})`;
  console.print(`${colour(finding.verdict, finding.verdict)}${from}: ${printable(finding.text)}`);
  for (const { first, last, address, colour: verdict, label, hex } of finding.rows) {
    const blocks = first === last ? `block ${first}` : `blocks ${first}-${last}`;
    console.print(`  ${blocks} at byte ${address}: ${hex}  ${colour(verdict, printable(label))}`);
  }
}

function printEnd(
  {
    verdict,
    promises,
    record,
  }: { readonly verdict: TornVerdict; readonly promises: readonly string[]; readonly record: string },
  console: Console,
): void {
  for (const promise of promises) console.print(`promised: ${promise}`);
  if (record !== '') console.print(`record: ${record}`);
  const ends = {
    untorn: console.paint('good', 'untorn: every unit is one that may be there'),
    faults: console.paint('bad', 'faults: units are there that must not be'),
    incomplete:
      'incomplete: no fault so far, but the writes broke off, none was acknowledged, or not every unit was looked at ("untorn torn verify" goes on)',
    void: console.paint('bad', 'void: seeded faults were missed, so that this check proves nothing'),
  };
  console.print(ends[verdict]);
}
