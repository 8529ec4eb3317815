import { availableParallelism, machine, release, type } from 'node:os';
import { parsePlanText, PlanError, type Plan } from '../../core/experiment/plan.ts';
import {
  outcomeToWire,
  RpcError,
  tracedToWire,
  type CallContext,
  type CallProgress,
  type FreshRun,
  type PlanCheck,
  type UntornService,
} from '../../core/rpc/index.ts';
import { Failure, type Progress } from '../failure.ts';
import { keepRun, type RunStore } from '../runs/index.ts';
import { confirmOverwriting, desktopProcedures, versionsHere, type Desktop } from './desktop.ts';
import { listExamples } from './examples.ts';
import { failing, toRpcError } from './failures.ts';
import { historyProcedures } from './history.ts';
import { resultOf } from '../run/index.ts';
import type { Laboratory, Work } from './laboratory.ts';
import { clusterBlocksOf, mirrorProcedures, replayToWire } from './mirror.ts';
import type { RecentFiles } from './recent.ts';
import { sandboxProcedures, withKernelNamed } from './sandboxes.ts';
import { summarise } from './summary.ts';
import { tornCalls } from './torn.ts';
import { tornLaboratoryHere, type TornLaboratory } from './torn-laboratory.ts';
import { versusProcedures } from './versus.ts';

export interface ServiceOptions {
  readonly laboratory: Laboratory;
  /** The torn laboratory; this machine's where it is left out. */
  readonly torn?: TornLaboratory;
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
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    if (runUnderWay) throw new RpcError('busy', 'another run is under way; wait for it or cancel it');
    runUnderWay = true;
    try {
      return await work();
    } finally {
      runUnderWay = false;
    }
  };

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
      const work = { ...workOf(context), replay: true };
      const { outcome, volume, replay } = await failing(() => laboratory.predict(plan, work));
      return { volume, predicted: outcomeToWire(outcome), replay: replayToWire(replay) };
    },
    'plan.run': async ({ text: given, kernel: named, destroy, trace = false }, context) => {
      const { plan, text } = readPlan(given, named, options.allowDestructive);
      const { signal, onProgress } = workOf(context);
      if (plan.target.kind === 'block') await confirmOverwriting(options.desktop, plan.target.path, destroy);
      return alone(async () => {
        const began = Date.now();
        const asked = { replay: true, trace, ...(destroy === undefined ? {} : { destroy }) };
        const work = { signal, onProgress, ...asked };
        const { report, volume, kernel, replay } = await failing(() => laboratory.run(plan, work));
        const traced = report.trace ? tracedToWire(report.trace, clusterBlocksOf(volume)) : null;
        const beside = { replay: replayToWire(replay), traced };
        const result = resultOf(report, volume);
        const run = { title: plan.name, plan: text, began, result, guest: kernel };
        return { ...result, ...beside, kernel: kernel ?? '', ...(await keep(options, run)) };
      });
    },
    'devices.list': () => failing(() => Promise.resolve(laboratory.devices())),
    'path.probe': ({ path }) => failing(() => laboratory.probe(path)),
    ...historyProcedures(options.runs),
    ...mirrorProcedures(
      laboratory,
      (text, kernel) => readPlan(text, kernel, options.allowDestructive).plan,
      workOf,
    ),
    ...sandboxProcedures(laboratory, workOf),
    ...tornCalls({ ...options, torn: options.torn ?? tornLaboratoryHere, alone }),
    ...versusProcedures(
      laboratory,
      (text) => readPlan(text, undefined, options.allowDestructive).plan,
      workOf,
    ),
    ...desktopProcedures(options.desktop, options.recent, versionsHere(options.version)),
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
