import { PlanError } from '../../core/experiment/plan.ts';
import { RpcError, type Client, type UntornContract } from '../../core/rpc/index.ts';
import {
  crashOutcomes,
  gridOf,
  parseCrashPlanText,
  unitFiles,
  type CrashOutcome,
  type GridColumn,
  type PointCounts,
  type StateDetail,
  type StateLine,
  type UnitDetail,
  type UnitFile,
} from '../../core/torn/crash/index.ts';

/** Where in the grid: a column of crash points, and a row, which is an outcome. */
export interface GridCell {
  readonly column: number;
  readonly row: number;
}

const pointsAtOnce = 5000;
const statesAtOnce = 200;
const blocksAtOnce = 128;

/** The states of a crash check, of which the service has all, and the page what it shows. */
export class Explorer {
  name = $state('');
  columns = $state.raw<readonly GridColumn[]>([]);
  /** Rows of the grid that any state is in. */
  rows = $state.raw<readonly CrashOutcome[]>([]);
  files = $state.raw<readonly UnitFile[]>([]);
  cell = $state.raw<GridCell | null>(null);
  lines = $state.raw<readonly StateLine[]>([]);
  total = $state(0);
  state = $state.raw<StateDetail | null>(null);
  unit = $state.raw<UnitDetail | null>(null);
  block = $state(0);
  failure = $state('');

  private readonly client: Client<UntornContract>;

  constructor(client: Client<UntornContract>) {
    this.client = client;
  }

  close(): void {
    this.name = '';
    this.columns = [];
    this.rows = [];
    this.cell = null;
    this.lines = [];
    this.total = 0;
    this.state = null;
    this.unit = null;
    this.failure = '';
  }

  /** Fetches the grid of a check of `plan` that has just ended, or that the service still has at hand. */
  async open(name: string, plan: string): Promise<void> {
    this.close();
    this.files = filesOf(plan);
    await this.trying(async () => {
      const points = await this.allPoints(name);
      const sums = crashOutcomes.map((_, at) =>
        points.reduce((sum, { counts }) => sum + (counts[at] ?? 0), 0),
      );
      this.columns = gridOf(points);
      this.rows = crashOutcomes.filter((_, at) => (sums[at] ?? 0) > 0);
      this.name = name;
      await this.chooseFirst();
    });
  }

  /** The worst is what one looks for: the first column of the last row. */
  private async chooseFirst(): Promise<void> {
    const row = this.rows.length - 1;
    const column = this.columns.findIndex((one) => this.countIn(one, row) > 0);
    if (row >= 0 && column >= 0) await this.choose({ column, row });
  }

  countIn({ counts }: GridColumn, row: number): number {
    const outcome = this.rows[row];
    return outcome ? (counts[crashOutcomes.indexOf(outcome)] ?? 0) : 0;
  }

  async choose(cell: GridCell): Promise<void> {
    this.cell = cell;
    const column = this.columns[cell.column];
    const outcome = this.rows[cell.row];
    if (!column || !outcome) return;
    await this.trying(async () => {
      const { from, to } = column;
      const page = { exploration: this.name, from, to, outcome, skip: 0, take: statesAtOnce };
      const { states, total } = await this.client.call('torn.states', page).result;
      if (this.cell !== cell) return;
      this.lines = states;
      this.total = total;
      const [first] = states;
      if (first && !states.some(({ name }) => name === this.state?.name)) await this.showState(first.name);
    });
  }

  async more(): Promise<void> {
    const { cell } = this;
    const column = cell && this.columns[cell.column];
    const outcome = cell && this.rows[cell.row];
    if (!column || !outcome) return;
    await this.trying(async () => {
      const page = { exploration: this.name, from: column.from, to: column.to, outcome };
      const { states } = await this.client.call('torn.states', {
        ...page,
        skip: this.lines.length,
        take: statesAtOnce,
      }).result;
      if (this.cell === cell) this.lines = [...this.lines, ...states];
    });
  }

  /** Opens a state, with the unit that is wrong in it or, where none is, the unit that was looked at. */
  async showState(name: string): Promise<void> {
    await this.trying(async () => {
      const state = await this.client.call('torn.state', { exploration: this.name, state: name }).result;
      this.state = state;
      const [fault] = state.faults;
      const shown = this.unit;
      const [file] = this.files;
      if (fault) await this.showUnit(fault.file, fault.unit);
      else if (shown && state.unusable.length === 0) await this.showUnit(shown.file, shown.unit);
      else if (file && state.unusable.length === 0) await this.showUnit(file.file, 0);
      else this.unit = null;
    });
  }

  async showUnit(file: string, unit: number): Promise<void> {
    const { state } = this;
    if (!state) return;
    const isSame = this.unit?.file === file && this.unit.unit === unit;
    await this.trying(async () => {
      const page = { exploration: this.name, state: state.name, file, unit, skip: 0, take: blocksAtOnce };
      const detail = await this.client.call('torn.unit', page).result;
      if (this.state !== state) return;
      this.unit = detail;
      if (!isSame)
        this.block = Math.max(
          0,
          detail.blocks.findIndex(({ colour }) => colour !== 'new'),
        );
    });
  }

  /** The state of an address, with the cell that it is in. */
  async find(state: string, file: string, unit: number): Promise<void> {
    await this.showState(state);
    if (this.state === null) return;
    const { point, outcome } = this.state;
    const column = this.columns.findIndex(({ from, to }) => point >= from && point < to);
    const row = this.rows.indexOf(outcome);
    if (column >= 0 && row >= 0) await this.choose({ column, row });
    if (file !== '') await this.showUnit(file, unit);
  }

  private async allPoints(exploration: string): Promise<PointCounts[]> {
    const found: PointCounts[] = [];
    for (;;) {
      const page = { exploration, skip: found.length, take: pointsAtOnce };
      const { total, points } = await this.client.call('torn.points', page).result;
      found.push(...points);
      if (points.length === 0 || found.length >= total) return found;
    }
  }

  private async trying(work: () => Promise<void>): Promise<void> {
    this.failure = '';
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.failure = error.message;
    }
  }
}

function filesOf(plan: string): readonly UnitFile[] {
  try {
    return unitFiles(parseCrashPlanText(plan).files);
  } catch (error) {
    if (error instanceof PlanError) return [];
    throw error;
  }
}
