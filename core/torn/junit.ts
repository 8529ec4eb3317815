import { markup } from '../record/export/markup.ts';
import type { CrashReport } from './crash/report.ts';
import type { RehearsalResult } from './rehearsal.ts';
import type { Sensitivity, ShutdownResult, UnitFinding, Verification } from './result.ts';

interface Case {
  readonly name: string;
  readonly failures: readonly string[];
}

/** What every torn result has that a report to continuous integration says. */
export interface Reported {
  readonly run: string;
  readonly sensitivity: Sensitivity;
  readonly verification?: Verification | null;
  readonly wrongReads?: readonly UnitFinding[];
  readonly rounds?: ShutdownResult['rounds'];
}

/**
 * A torn result as JUnit's XML: a case for the seeded faults, for the units, for the readers, and for each round. Where
 * seeded faults were missed the run is void, and every other case is skipped.
 */
export function tornToJunit(title: string, result: Reported): string {
  const { missed, falseAlarms, passed } = result.sensitivity;
  const alarms = falseAlarms > 0 ? [`${falseAlarms} false alarms`] : [];
  const seeded: Case = { name: 'seeded faults', failures: [...missed, ...alarms] };
  return suiteOf(`${title} ${result.run}`, seeded, casesOf(result), passed);
}

/** As {@link tornToJunit}, of a crash check: a case for its seeded faults, for its states, for those that were mounted as well. */
export function crashToJunit(title: string, report: CrashReport): string {
  const { sensitivity, states, findings, crossCheck } = report;
  const passed = sensitivity.missed.length === 0 && sensitivity.seeded > 0;
  const none = sensitivity.seeded === 0 ? ['no fault could be seeded: no write was acknowledged'] : [];
  const seeded: Case = { name: 'seeded faults', failures: [...sensitivity.missed, ...none] };
  const failures = findings.map(({ state, faults, unusable }) => {
    const texts = [...faults.map(({ file, verdict, text }) => `${file}: ${verdict}: ${text}`), ...unusable];
    return `state ${state}: ${texts.join('; ')}`;
  });
  const cases: Case[] = [
    { name: `${states.distinct} crash states`, failures },
    { name: `${crossCheck.states} states mounted as well`, failures: crossCheck.differences },
  ];
  return suiteOf(`${title} ${report.run}`, seeded, cases, passed);
}

/** As {@link tornToJunit}, of a rehearsal of power cuts: a case for its seeded faults and for each cut. */
export function rehearsalToJunit(title: string, { settings, sensitivity, rounds }: RehearsalResult): string {
  const seeded: Case = { name: 'seeded faults', failures: [...sensitivity.missed] };
  const cases = rounds.map(({ round, run, findings, unusable }) => ({
    name: `power cut ${round}, run ${run}`,
    failures: [
      ...findings.map(({ verdict, text }) => `${verdict}: ${text}`),
      ...(unusable === null ? [] : [unusable]),
    ],
  }));
  return suiteOf(`${title} ${settings.kernel} seed ${settings.seed}`, seeded, cases, sensitivity.passed);
}

function suiteOf(name: string, seeded: Case, cases: readonly Case[], passed: boolean): string {
  const failed =
    (passed ? cases : []).filter(({ failures }) => failures.length > 0).length + (passed ? 0 : 1);
  const rows = [seeded, ...cases].map((one) => {
    const isSkipped = !passed && one !== seeded;
    const verdict = isSkipped
      ? markup`<skipped message="the run is void: seeded faults were missed"/>`
      : one.failures.map((text) => markup`<failure message="${text}"/>`);
    return markup`\n  <testcase classname="torn" name="${one.name}">${verdict}</testcase>`;
  });
  const skipped = passed ? 0 : cases.length;
  const suite = markup`<testsuite name="${name}" tests="${rows.length}" failures="${failed}" skipped="${skipped}">${rows}
</testsuite>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${suite.markup}\n`;
}

function casesOf({ verification, wrongReads, rounds }: Reported): Case[] {
  const texts = (findings: readonly UnitFinding[]): string[] =>
    findings.map(({ verdict, text }) => `${verdict}: ${text}`);
  return [
    ...(verification
      ? [{ name: `${verification.units} units`, failures: texts(verification.findings) }]
      : []),
    ...(wrongReads ? [{ name: 'readers', failures: texts(wrongReads) }] : []),
    ...(rounds ?? []).map(({ round, flag, seed, findings }) => ({
      name: `round ${round}, flag ${flag}, seed ${seed}`,
      failures: texts(findings),
    })),
  ];
}
