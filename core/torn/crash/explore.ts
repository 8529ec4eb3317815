import { assert, assertExists } from '../../assert.ts';
import { classifyUnit } from '../classify.ts';
import { plainOrigin } from '../explain.ts';
import { hexOf, plainStamp, type StateDetail, type StateLine, type UnitDetail } from './details.ts';
import { fateLines, fatesOf, simpler } from './explain.ts';
import { stampBlockBytes, unitFiles, type Judge, type StateVerdict, type UnitFile } from './judge.ts';
import { dataPieces, readThrough, type FileLayout, type StateLayouts } from './layouts.ts';
import { sectorBytes } from './log.ts';
import { crashOutcomeOf, crashOutcomes, type CrashOutcome, type PointCounts } from './outcomes.ts';
import type { CrashPlan } from './plan.ts';
import type { CrashPoint } from './points.ts';
import type { Promises } from './promises.ts';
import { hasCut, stateName, stateOfName, type CrashState } from './state.ts';
import type { StateView } from './state-view.ts';

const fatesMost = 400;
const writesMost = 16;
/** Simplifying ends after so many steps: a state has few pieces. */
const stepsMost = 200;

interface Examined {
  readonly plan: CrashPlan;
  readonly view: StateView;
  readonly points: readonly CrashPoint[];
  readonly promises: Promises;
  readonly judge: Judge;
  /** Layouts of the state that the view shows, if they are known or can be found out without a mount. */
  readonly recall: () => StateLayouts | null;
}

interface Judged {
  readonly state: CrashState;
  readonly point: CrashPoint;
  readonly verdict: StateVerdict;
  readonly layouts: StateLayouts;
}

/** The states of a check that has ended, to be looked at one by one: nothing is mounted for it. */
export class Exploration {
  readonly #examined: Examined;
  readonly #files: readonly UnitFile[];
  readonly #states: readonly CrashState[];
  /** Place of each state's outcome in {@link crashOutcomes}. */
  readonly #outcomes: Uint8Array;
  /** First state of each crash point; as they are sorted by it. */
  readonly #first: readonly number[];

  /** @param states Sorted by crash point. */
  constructor(examined: Examined, states: readonly CrashState[], outcomes: readonly CrashOutcome[]) {
    assert(states.length === outcomes.length, 'an outcome for each state');
    this.#examined = examined;
    this.#files = unitFiles(examined.plan.files);
    this.#states = states;
    this.#outcomes = Uint8Array.from(outcomes, (outcome) => crashOutcomes.indexOf(outcome));
    const first: number[] = [];
    for (const [at, { point }] of states.entries()) while (first.length <= point) first.push(at);
    while (first.length <= examined.points.length) first.push(states.length);
    this.#first = first;
  }

  get pointCount(): number {
    return this.#examined.points.length;
  }

  /** Some of the crash points. */
  points(from: number, count: number): PointCounts[] {
    return this.#examined.points.slice(from, from + count).map(({ index, position, free }) => {
      const counts = crashOutcomes.map(() => 0);
      for (const at of this.#statesOf(index)) {
        const outcome = this.#outcomes[at] ?? 0;
        counts[outcome] = (counts[outcome] ?? 0) + 1;
      }
      return { index, position, free: free.length, counts };
    });
  }

  /** States of the crash points `from` to `to` (not included) that end so (null: in any way), a page of them. */
  states(
    {
      from,
      to,
      outcome,
    }: { readonly from: number; readonly to: number; readonly outcome: CrashOutcome | null },
    page: { readonly skip: number; readonly take: number },
  ): { readonly total: number; readonly states: StateLine[] } {
    const wanted = outcome === null ? null : crashOutcomes.indexOf(outcome);
    const found: number[] = [];
    for (let point = from; point < Math.min(to, this.pointCount); point++)
      for (const at of this.#statesOf(point))
        if (wanted === null || this.#outcomes[at] === wanted) found.push(at);
    const taken = found.slice(page.skip, page.skip + page.take);
    return {
      total: found.length,
      states: taken.map((at) =>
        this.#line(
          assertExists(this.#states[at], 'a state'),
          crashOutcomes[this.#outcomes[at] ?? 0] ?? 'sound',
        ),
      ),
    };
  }

  /** All about one state; null where the check did not look at it. */
  state(name: string): StateDetail | null {
    const shown = this.#show(name);
    if (shown === null) return null;
    const { state, point, verdict } = shown;
    const { log } = this.#examined.view.table;
    const fates = fatesOf(state, point, log);
    return {
      ...this.#line(state, crashOutcomeOf(verdict)),
      position: point.position,
      explanation: fateLines(fates).slice(0, fatesMost),
      fates: fates.slice(0, fatesMost),
      simplest: this.#nameOf(this.#simplest(state, verdict)),
      unusable: verdict.unusable,
      faults: verdict.faults.map(({ file, unit, report }) => {
        return { file, unit, verdict: report.verdict, text: report.text };
      }),
    };
  }

  /** One unit of a state with some of its blocks; null where there is no such state or unit. */
  unit(
    name: string,
    { file: fileName, unit }: { readonly file: string; readonly unit: number },
    { skip, take }: { readonly skip: number; readonly take: number },
  ): UnitDetail | null {
    const shown = this.#show(name);
    const file = this.#files.find((one) => one.file === fileName);
    if (shown === null || !file || unit >= file.units) return null;
    const layout = shown.layouts.kind === 'files' ? shown.layouts.files.get(fileName) : undefined;
    if (!layout || 'error' in layout) return null;
    const { unitBytes } = file;
    const address = file.address + unit * unitBytes;
    const { position } = shown.point;
    const expectation = this.#examined.promises.expectation(address, unitBytes, stampBlockBytes, position);
    const bytes = readThrough(this.#examined.view, layout, unit * unitBytes, unitBytes);
    const { verdict, text, blocks } = classifyUnit(bytes, expectation);
    const writes = [...expectation.writes].sort((left, right) => right.begunAt - left.begunAt);
    return {
      ...{ file: fileName, unit, address, unitBytes, blockBytes: stampBlockBytes, verdict, text },
      writes: writes.slice(0, writesMost).map(({ writer, generation, promised, endedAt }) => {
        return { writer, generation, promised, ended: endedAt !== null };
      }),
      blockCount: blocks.length,
      blocks: blocks.slice(skip, skip + take).map(({ index, reading, colour, origin, remark }) => ({
        index,
        disk: diskByte(layout, unit * unitBytes + index * stampBlockBytes),
        colour,
        origin: plainOrigin(origin),
        remark,
        state: reading.state,
        stamp: 'stamp' in reading ? plainStamp(reading.stamp) : null,
        hex: hexOf(bytes.subarray(index * stampBlockBytes, (index + 1) * stampBlockBytes)),
      })),
    };
  }

  *#statesOf(point: number): Generator<number> {
    const end = this.#first[point + 1] ?? this.#states.length;
    for (let at = this.#first[point] ?? end; at < end; at++) yield at;
  }

  /** Shows a state by its name and judges it. */
  #show(name: string): Judged | null {
    const { log } = this.#examined.view.table;
    const state = stateOfName(name, (write) => (log.writes[write] ? this.#sectorsOf(write) : null));
    const point = state && this.#examined.points[state.point];
    if (!state || !point || state.pieces.some(({ write }) => !point.free.includes(write))) return null;
    return this.#judged(state, point);
  }

  #judged(state: CrashState, point: CrashPoint): Judged | null {
    const { view, judge, recall } = this.#examined;
    view.show(state);
    const layouts = recall();
    if (layouts === null) return null;
    return { state, point, layouts, verdict: judge.judge(view, layouts, point.position) };
  }

  #simplest(state: CrashState, verdict: StateVerdict): CrashState {
    const { points, view } = this.#examined;
    const outcome = crashOutcomeOf(verdict);
    let simplest = state;
    if (outcome === 'sound') return simplest;
    for (let step = 0; step < stepsMost; step++) {
      const next = simpler(simplest, view.table.log).find((one) => {
        const judged = this.#judged(one, assertExists(points[one.point], 'the crash point of a state'));
        return judged !== null && crashOutcomeOf(judged.verdict) === outcome;
      });
      if (next === undefined) break;
      simplest = next;
    }
    view.show(state);
    return simplest;
  }

  #line(state: CrashState, outcome: CrashOutcome): StateLine {
    const { free } = assertExists(this.#examined.points[state.point], 'the crash point of a state');
    const there = new Set(state.pieces.map(({ write }) => write));
    const parts = [...there].filter((write) =>
      hasCut({ ...state, pieces: state.pieces.filter((piece) => piece.write === write) }, (one) =>
        this.#sectorsOf(one),
      ),
    ).length;
    return {
      name: this.#nameOf(state),
      point: state.point,
      outcome,
      whole: there.size - parts,
      parts,
      missing: free.length - there.size,
    };
  }

  #nameOf(state: CrashState): string {
    return stateName(state, (write) => this.#sectorsOf(write));
  }

  #sectorsOf(write: number): number {
    const { log } = this.#examined.view.table;
    return assertExists(log.writes[write], 'a write of the log').lengthBytes / sectorBytes;
  }
}

function diskByte(layout: FileLayout, offset: number): number | null {
  return dataPieces(layout, offset, stampBlockBytes)[0]?.physical ?? null;
}
