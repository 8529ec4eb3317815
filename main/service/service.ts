import { availableParallelism, machine, release, type } from 'node:os';
import { parsePlanText, PlanError, type Plan } from '../../core/experiment/plan.ts';
import {
  outcomeToWire,
  RpcError,
  type CallContext,
  type CallProgress,
  type FreshRun,
  type PlanCheck,
  type UntornService,
} from '../../core/rpc/index.ts';
import { Failure, type Progress } from '../failure.ts';
import { keepRun, type RunStore } from '../runs/index.ts';
import { desktopProcedures, versionsHere, type Desktop } from './desktop.ts';
import { listExamples } from './examples.ts';
import { failing, toRpcError } from './failures.ts';
import { historyProcedures } from './history.ts';
import { resultOf } from '../run/index.ts';
import type { Laboratory, Work } from './laboratory.ts';
import type { RecentFiles } from './recent.ts';
import { sandboxProcedures, withKernelNamed } from './sandboxes.ts';
import { summarise } from './summary.ts';
import { versusProcedures } from './versus.ts';

export interface ServiceOptions {
  readonly laboratory: Laboratory;
  readonly version: string;
  readonly examplesFolder: string;
  /** The history of runs; every real run goes into it. */
  readonly runs: RunStore;
  readonly recent: RecentFiles;
  /** The desktop around the interface; null where that is a browser. */
  readonly desktop: Desktop | null;
  /** Accept plans that write to a device of the user's. */
  readonly allowDestructive: boolean;
}

/** The service behind every interface. One real run at a time: two would disturb each other. */
export function createService(options: ServiceOptions): UntornService {
  const { laboratory } = options;
  let runUnderWay = false;

  return {
    'host.info': async () => ({
      version: options.version,
      kernel: `${type()} ${release()}`,
      machine: machine(),
      cpus: availableParallelism(),
      run: laboratory.privilege(),
      destructive: options.allowDestructive,
    }),
    'examples.list': () => listExamples(options.examplesFolder),
    'plan.check': async ({ text }) => check(text),
    'plan.predict': async ({ text, kernel }, context) => {
      const { plan } = readPlan(text, kernel, options.allowDestructive);
      const { outcome, volume } = await failing(() => laboratory.predict(plan, workOf(context)));
      return { volume, predicted: outcomeToWire(outcome) };
    },
    'plan.run': async ({ text: given, kernel: named, destroy }, context) => {
      const { plan, text } = readPlan(given, named, options.allowDestructive);
      if (runUnderWay) throw new RpcError('busy', 'another run is under way; wait for it or cancel it');
      runUnderWay = true;
      try {
        const began = Date.now();
        const work = { ...workOf(context), ...(destroy === undefined ? {} : { destroy }) };
        const { report, volume, kernel } = await failing(() => laboratory.run(plan, work));
        const result = resultOf(report, volume);
        const run = { title: plan.name, plan: text, began, result, guest: kernel };
        return { ...result, kernel: kernel ?? '', ...(await keep(options, run)) };
      } finally {
        runUnderWay = false;
      }
    },
    'path.probe': ({ path }) => failing(() => laboratory.probe(path)),
    ...historyProcedures(options.runs),
    ...sandboxProcedures(laboratory, workOf),
    ...versusProcedures(
      laboratory,
      (text) => readPlan(text, undefined, options.allowDestructive).plan,
      workOf,
    ),
    ...desktopProcedures(options.desktop, options.recent, versionsHere(options.version)),
    'devices.list': () => failing(() => Promise.resolve(laboratory.devices())),
  };
}

/** A run that cannot be kept is told all the same: it is what the user waited for. */
async function keep(
  { runs, version }: ServiceOptions,
  run: Omit<Parameters<typeof keepRun>[1], 'untorn'>,
): Promise<Pick<FreshRun, 'keptAs' | 'notKept'>> {
  try {
    const { id } = await keepRun(runs, { ...run, untorn: version });
    return { keptAs: id, notKept: '' };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { keptAs: null, notKept: error.message };
  }
}

function check(text: string): PlanCheck {
  try {
    return { ok: true, summary: summarise(parsePlanText(text)) };
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return { ok: false, issues: error.issues.map(({ path, message }) => ({ place: path, message })) };
  }
}

/** The plan and its text, moved where a kernel is named. */
function readPlan(
  given: string,
  kernel: string | undefined,
  allowDestructive: boolean,
): { readonly plan: Plan; readonly text: string } {
  try {
    const text = withKernelNamed(given, kernel);
    const plan = parsePlanText(text);
    if (plan.target.kind === 'block' && !allowDestructive) {
      throw new RpcError(
        'refused',
        `plans that write to a device (${plan.target.path}) are not accepted here`,
        [{ place: 'target.kind', message: 'start the service with leave to write to devices' }],
      );
    }
    return { plan, text };
  } catch (error) {
    throw toRpcError(error);
  }
}

function workOf({ emit, cancellation }: CallContext<CallProgress>): Work {
  const abort = new AbortController();
  cancellation.onRequest(() => abort.abort());
  const onProgress = ({ phase, done, total }: Progress) =>
    emit({ phase, done: done ?? null, total: total ?? null });
  return { signal: abort.signal, onProgress };
}
