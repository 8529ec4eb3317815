import os from 'node:os';
import {
  chooseStates,
  crashOutcomeOf,
  Exploration,
  fateLines,
  fatesOf,
  gridOf,
  Judge,
  oddness,
  Promises,
  sectorBytes,
  simpler,
  stateName,
  stateOfName,
  unitFiles,
  type CrashOutcome,
  type CrashPlan,
  type CrashSensitivity,
  type CrashState,
  type StateVerdict,
} from '../../../core/torn/crash/index.ts';
import { assert, assertExists } from '../../../core/assert.ts';
import { pictureLines, verdicts, type UnitFinding, type Verdict } from '../../../core/torn/index.ts';
import { InputError, throwIfCancelled, type OnProgress } from '../../failure.ts';
import type { Cleanup, Mounting } from '../../lab/index.ts';
import { findingOf } from '../verify.ts';
import { differenceOf, MemoryLooker, MountLooker, readMounted, type Looker } from './lookers.ts';
import { StateMounter } from './mounter.ts';
import { openRecording, type OpenRecording } from './read-recording.ts';
import type { Recording } from './recorded-disk.ts';
import type { CrashFinding, CrashReport } from './report.ts';
import { seedFaults } from './sensitivity.ts';

export interface ExamineOptions {
  /** An empty place for mount points, the caller's to remove. */
  readonly folder: string;
  /** Asked where states have to be mounted, and by which they are. */
  readonly privileges: () => Promise<Mounting>;
  readonly crossChecks?: number | undefined;
  readonly state?: string | undefined;
  readonly onProgress?: OnProgress;
  /** Hears of the seeded faults before any state is checked. */
  readonly onSensitivity?: ((sensitivity: CrashSensitivity) => void) | undefined;
  readonly signal?: AbortSignal;
}

/** A check that has ended, and its states to be looked at; who takes it closes it. */
export interface Examined {
  readonly report: CrashReport;
  readonly exploration: Exploration;
  /** Lets go of the image; then nothing can be looked at any more. */
  close(): void;
}

const findingsMax = 100;
const seedsOfEachKind = 10;
const defaultCrossChecks = 20;

/**
 * Checks the crash states of a recording against the plan that was recorded, and keeps them to be looked at: the image
 * stays open even when it is removed.
 */
export async function explore(
  plan: CrashPlan,
  recording: Recording,
  options: ExamineOptions,
  cleanup: Cleanup,
): Promise<Examined> {
  const open = await openRecording(recording, plan.drive, (log) => Promises.of(log).start);
  try {
    const examination = await Examination.begin(plan, recording, open, options, cleanup);
    const report = await examination.report();
    return { report, exploration: examination.exploration, close: () => open.close() };
  } catch (error) {
    open.close();
    throw error;
  }
}

/** A state that is wrong. */
interface Found {
  readonly state: CrashState;
  readonly verdict: StateVerdict;
}

class Examination {
  readonly #plan: CrashPlan;
  readonly #fs: 'ext4' | 'xfs';
  readonly #open: OpenRecording;
  readonly #options: ExamineOptions;
  readonly #promises: Promises;
  readonly #judge: Judge;
  readonly #looker: Looker;
  /** Null where nothing has to be mounted. */
  readonly #mounter: StateMounter | null;
  /** What was checked, and how each of it ended. */
  #checked: { readonly states: readonly CrashState[]; readonly outcomes: readonly CrashOutcome[] } = {
    states: [],
    outcomes: [],
  };

  private constructor(
    plan: CrashPlan,
    open: OpenRecording,
    options: ExamineOptions,
    mounter: StateMounter | null,
  ) {
    this.#plan = plan;
    this.#fs = fsOf(plan);
    this.#open = open;
    this.#options = options;
    this.#promises = Promises.of(open.log);
    this.#judge = new Judge(unitFiles(plan.files), this.#promises);
    this.#mounter = mounter;
    const names = this.#names();
    this.#looker =
      this.#fs === 'ext4'
        ? new MemoryLooker(open.view, names)
        : new MountLooker(open.view, names, assertExists(mounter, 'a mounter for XFS'));
  }

  static async begin(
    plan: CrashPlan,
    recording: Recording,
    open: OpenRecording,
    options: ExamineOptions,
    cleanup: Cleanup,
  ): Promise<Examination> {
    const isNeeded = fsOf(plan) === 'xfs' || options.crossChecks !== 0;
    if (!isNeeded) return new Examination(plan, open, options, null);
    const privileges = await options.privileges();
    const mounter = await StateMounter.start(recording, fsOf(plan), options.folder, cleanup, { privileges });
    return new Examination(plan, open, options, mounter);
  }

  async report(): Promise<CrashReport> {
    const { plan, started } = { plan: this.#plan, started: performance.now() };
    const sensitivity = await this.#seed();
    this.#options.onSensitivity?.(sensitivity);
    const chosen = this.#choose();
    const outcomes: CrashOutcome[] = [];
    const counts: Partial<Record<Verdict, number>> = {};
    const found: Found[] = [];
    let unusable = 0;
    for (const [at, state] of chosen.states.entries()) {
      throwIfCancelled(this.#options.signal);
      if (at % 50 === 0)
        this.#options.onProgress?.({ phase: 'checking crash states', done: at, total: chosen.states.length });
      const verdict = await this.#check(state);
      outcomes.push(crashOutcomeOf(verdict));
      const worst = worstOf(verdict);
      if (worst !== null) counts[worst] = (counts[worst] ?? 0) + 1;
      if (verdict.unusable.length > 0) unusable += 1;
      if (worst !== null || verdict.unusable.length > 0) found.push({ state, verdict });
    }
    this.#checked = { states: chosen.states, outcomes };
    const seconds = (performance.now() - started) / 1000;
    const recoveries = this.#looker.looked;
    const crossCheck = await this.#crossCheck(chosen.states);
    const sorted = this.#sorted(found);
    const first = sorted[0] ? await this.#simplest(sorted[0]) : null;
    const findings = [...(first ? [first] : []), ...sorted.slice(1)].slice(0, findingsMax);
    const faulty = found.filter(({ verdict }) => verdict.faults.length > 0).length;
    const { log, points } = this.#open;
    return {
      kind: 'crash',
      name: plan.name,
      ...verdictOf(
        sensitivity,
        crossCheck.differences,
        { faulty, unusable, distinct: chosen.distinct },
        this.#open.log.cutBytes,
      ),
      kernel: kernelOf(plan),
      filesystem: filesystemOf(plan),
      writes: plan.writes,
      drive: plan.drive,
      run: this.#promises.run.toString(16).padStart(16, '0'),
      seed: plan.seed,
      recording: {
        writes: log.writes.length,
        flushes: log.flushes.length,
        bytes: log.writes.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0),
        unitWrites: this.#promises.count,
        crashPoints: points.length,
      },
      sensitivity,
      states: {
        distinct: chosen.distinct,
        withCut: chosen.withCut,
        checked: chosen.states.length,
        faulty,
        unusable,
        verdicts: counts,
      },
      check: { how: this.#fs === 'ext4' ? 'memory' : 'mount', recoveries, seconds },
      crossCheck,
      findings: findings.map((one) => this.#described(one)),
      picture: first ? this.#picture(first) : [],
      unit: first ? this.#unit(first) : null,
      grid: gridOf(this.exploration.points(0, points.length)),
    };
  }

  /** Everything that was checked; only after {@link report}. */
  get exploration(): Exploration {
    const { view, points } = this.#open;
    const examined = {
      ...{ plan: this.#plan, view, points, promises: this.#promises, judge: this.#judge },
      recall: () => this.#looker.recall(),
    };
    return new Exploration(examined, this.#checked.states, this.#checked.outcomes);
  }

  /** Seeded faults in the state after everything: all of them must be found. */
  async #seed(): Promise<CrashSensitivity> {
    const { points, view } = this.#open;
    const last = assertExists(points.at(-1), 'the last crash point');
    const pieces = last.free.map((write) => ({ write, from: 0, to: this.#sectorsOf(write) }));
    view.show({ point: last.index, pieces });
    const layouts = await this.#looker.look();
    const promised = this.#plan.writes.sync !== 'none';
    const files = unitFiles(this.#plan.files);
    const how = { each: seedsOfEachKind, seed: this.#plan.seed, promised };
    return seedFaults(view, layouts, this.#judge, this.#promises, files, last.position, how);
  }

  #choose(): ReturnType<typeof chooseStates> {
    const { view, points, log } = this.#open;
    const { drive, states, seed } = this.#plan;
    const asked = this.#options.state;
    if (asked !== undefined) {
      const state = stateOfName(asked, (write) => (log.writes[write] ? this.#sectorsOf(write) : null));
      const point = state && points[state.point];
      if (!state || !point || state.pieces.some(({ write }) => !point.free.includes(write)))
        throw new InputError(`--state ${asked}: this recording has no such state`, '--state');
      return { states: [state], distinct: 1, withCut: 0 };
    }
    this.#options.onProgress?.({ phase: 'listing crash states' });
    const marks = log.marks.map(({ position }) => position);
    return chooseStates(view, points, drive, { states, seed }, (position) => {
      return marks.filter((mark) => mark <= position).length;
    });
  }

  async #check(state: CrashState): Promise<StateVerdict> {
    const { view, points } = this.#open;
    view.show(state);
    const { position } = assertExists(points[state.point], 'the crash point of a state');
    return this.#judge.judge(view, await this.#looker.look(), position);
  }

  /** Mounts some of the states, reads them through the kernel, and compares. */
  async #crossCheck(states: readonly CrashState[]): Promise<CrashReport['crossCheck']> {
    const wanted = Math.min(this.#options.crossChecks ?? defaultCrossChecks, states.length);
    const differences: string[] = [];
    const mounter = this.#mounter;
    if (mounter === null) return { states: 0, agreed: 0, differences };
    for (let i = 0; i < wanted; i++) {
      throwIfCancelled(this.#options.signal);
      this.#options.onProgress?.({ phase: 'mounting crash states to compare', done: i, total: wanted });
      const state = assertExists(states[Math.floor((i * states.length) / wanted)], 'a state');
      this.#open.view.show(state);
      const layouts = await this.#looker.look();
      const mounted = await readMounted(mounter, this.#open.view, this.#names());
      const difference = differenceOf(layouts, this.#open.view, mounted, this.#fs);
      if (difference !== null) differences.push(`${this.#nameOf(state)}: ${difference}`);
    }
    return { states: wanted, agreed: wanted - differences.length, differences };
  }

  /** Faults before what is merely unusable; then the plainest first. */
  #sorted(found: readonly Found[]): Found[] {
    const { log, points } = this.#open;
    const keyed = found.map((one) => {
      const point = assertExists(points[one.state.point], 'the crash point of a state');
      const kind = one.verdict.faults.length > 0 ? 0 : 1e6;
      return { one, key: kind + oddness(one.state, point, log) };
    });
    return keyed.sort((left, right) => left.key - right.key).map(({ one }) => one);
  }

  /** Takes away from a state what is not needed for its fault. */
  async #simplest(found: Found): Promise<Found> {
    for (const state of simpler(found.state, this.#open.log)) {
      const verdict = await this.#check(state);
      const isSame = worstOf(verdict) === worstOf(found.verdict);
      if (isSame && verdict.unusable.length === found.verdict.unusable.length)
        return this.#simplest({ state, verdict });
    }
    return found;
  }

  #described({ state, verdict }: Found): CrashFinding {
    const { log, points } = this.#open;
    const point = assertExists(points[state.point], 'the crash point of a state');
    return {
      state: this.#nameOf(state),
      position: point.position,
      faults: verdict.faults.map(({ file, unit, report }) => {
        return { file, unit, verdict: report.verdict, text: report.text };
      }),
      unusable: verdict.unusable,
      explanation: fateLines(fatesOf(state, point, log)),
    };
  }

  #picture({ verdict }: Found): string[] {
    const fault = verdict.faults[0];
    return fault ? pictureLines(fault.report, null) : [];
  }

  #unit({ verdict }: Found): UnitFinding | null {
    const fault = verdict.faults[0];
    return fault ? findingOf(fault.report, null) : null;
  }

  #nameOf(state: CrashState): string {
    return stateName(state, (write) => this.#sectorsOf(write));
  }

  #sectorsOf(write: number): number {
    return assertExists(this.#open.log.writes[write], 'a write of the log').lengthBytes / sectorBytes;
  }

  #names(): string[] {
    return this.#plan.files.map(({ file }) => file);
  }
}

function worstOf({ faults }: StateVerdict): Verdict | null {
  return faults.reduce<Verdict | null>((worst, { report }) => {
    return worst === null || verdicts.indexOf(report.verdict) > verdicts.indexOf(worst)
      ? report.verdict
      : worst;
  }, null);
}

function verdictOf(
  sensitivity: CrashSensitivity,
  differences: readonly string[],
  {
    faulty,
    unusable,
    distinct,
  }: { readonly faulty: number; readonly unusable: number; readonly distinct: number },
  cutBytes: number,
): Pick<CrashReport, 'verdict' | 'why'> {
  const { missed, seeded, found } = sensitivity;
  if (missed.length > 0)
    return { verdict: 'void', why: `only ${found} of ${seeded} seeded faults were found: ${missed[0]}` };
  if (seeded === 0) return { verdict: 'void', why: 'no fault could be seeded: no write was acknowledged' };
  if (differences.length > 0)
    return { verdict: 'void', why: `mounting shows something else: ${differences[0]}` };
  if (faulty > 0) return { verdict: 'faulty', why: `${faulty} of ${distinct} crash states hold a fault` };
  if (unusable > 0)
    return { verdict: 'faulty', why: `${unusable} of ${distinct} crash states cannot be used` };
  if (cutBytes > 0)
    return {
      verdict: 'void',
      why: `no fault in ${distinct} crash states, but the log ends with ${cutBytes} bytes that are no record: what else was recorded is not known`,
    };
  return { verdict: 'sound', why: `no fault in ${distinct} crash states` };
}

function fsOf(plan: CrashPlan): 'ext4' | 'xfs' {
  return filesystemOf(plan).fs;
}

/** The one whose writes were recorded: this machine's, or a guest's as the plan names it. */
function kernelOf({ target }: CrashPlan): string {
  return target.kind === 'sandbox' ? (target.kernel ?? 'of the sandbox') : os.release();
}

function filesystemOf({ target }: CrashPlan): {
  readonly fs: 'ext4' | 'xfs';
  readonly args: readonly string[];
  readonly mountOptions: string;
} {
  assert('mkfs' in target && target.mkfs, 'a crash plan has a filesystem of its own');
  return { fs: target.mkfs.fs, args: target.mkfs.args, mountOptions: target.mountOptions };
}
