import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { crashPlanInput, parseCrashPlanText } from '../../core/torn/crash/index.ts';
import {
  RpcError,
  type CallContext,
  type CrashProgress,
  type FreshRun,
  type TornProgress,
  type UntornService,
} from '../../core/rpc/index.ts';
import type { TornRunResult } from '../../core/record/index.ts';
import type { StormRequest } from '../../core/torn/index.ts';
import { Failure } from '../failure.ts';
import { keepTornRun, type RunStore } from '../runs/index.ts';
import type { Examined } from '../torn/crash/index.ts';
import { EventGate } from './event-gate.ts';
import { failing } from './failures.ts';
import type { TornLaboratory } from './torn-laboratory.ts';

type TornCalls = Pick<UntornService, Extract<keyof UntornService, `torn.${string}`>>;

interface TornServiceOptions {
  readonly torn: TornLaboratory;
  readonly version: string;
  readonly runs: RunStore;
  readonly allowDestructive: boolean;
  /** Does work that nothing else of the kind may run beside. Throws RpcError `busy`. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
}

/** What the interface may do with the torn laboratory. The states of one crash check are at hand, the last one's. */
export function tornCalls(options: TornServiceOptions): TornCalls {
  const { torn, alone } = options;
  let open: { readonly name: string; readonly examined: Examined } | null = null;

  const exploration = (name: string): Examined['exploration'] => {
    if (open?.name === name) return open.examined.exploration;
    throw new RpcError(
      'input',
      'the states of that check are no longer at hand: another one was made since',
      [{ place: 'exploration', message: 'check the plan again' }],
    );
  };
  const found = <T>(value: T | null, what: string): T => {
    if (value !== null) return value;
    throw new RpcError('input', `this check has not looked at ${what}`);
  };

  return {
    'torn.info': () =>
      failing(async () => ({ ...(await torn.info()), destructive: options.allowDestructive })),
    'torn.storm': (request, context) =>
      alone(async () => {
        await checkTarget(request, options.allowDestructive);
        const began = Date.now();
        const result = await watched(context, (watch) => torn.storm(request, watch));
        return { result, ...(await keep(options, `Storm on ${request.path}`, request, began, result)) };
      }),
    'torn.shutdown': (request, context) =>
      alone(async () => {
        const began = Date.now();
        const result = await watched(context, (watch) => torn.shutdowns(request, watch));
        return {
          result,
          ...(await keep(options, `Shutdowns of ${request.filesystem}`, request, began, result)),
        };
      }),
    'torn.crash': ({ text }, context) =>
      alone(() =>
        failing(async () => {
          const plan = parseCrashPlanText(text);
          const began = Date.now();
          const gate = new EventGate<CrashProgress>((event) => context.emit(event), ['phase']);
          const examined = await torn
            .crash(plan, {
              signal: signalOf(context),
              onSensitivity: (sensitivity) => gate.pass({ type: 'sensitivity', sensitivity }),
              onProgress: ({ phase, done, total }) =>
                gate.pass({ type: 'phase', phase, done: done ?? null, total: total ?? null }),
            })
            .finally(() => gate.end());
          open?.examined.close();
          open = { name: randomBytes(8).toString('hex'), examined };
          const { report } = examined;
          const title = plan.name === '' ? `Crash states of ${report.filesystem.fs}` : plan.name;
          return {
            report,
            exploration: open.name,
            ...(await keep(options, title, crashPlanInput(plan), began, report)),
          };
        }),
      ),
    'torn.points': async ({ exploration: name, skip, take }) => {
      const states = exploration(name);
      return { total: states.pointCount, points: states.points(skip, take) };
    },
    'torn.states': async ({ exploration: name, skip, take, ...which }) =>
      exploration(name).states(which, { skip, take }),
    'torn.state': async ({ exploration: name, state }) =>
      found(exploration(name).state(state), `the state ${state}`),
    'torn.unit': async ({ exploration: name, state, skip, take, ...which }) =>
      found(exploration(name).unit(state, which, { skip, take }), `unit ${which.unit} of ${which.file}`),
  };
}

/** What is destroyed must have been asked for where the service was started. */
async function checkTarget({ path, destroy }: StormRequest, allowDestructive: boolean): Promise<void> {
  if (allowDestructive) return;
  const facts = await stat(path).catch(() => null);
  const what = facts?.isBlockDevice() ? 'devices' : destroy === undefined ? null : 'files that are not empty';
  if (what === null) return;
  throw new RpcError('refused', `storms that destroy what is there (${path}) are not accepted here`, [
    { place: 'path', message: `start the service with leave to destroy ${what} (--allow-destructive)` },
  ]);
}

/** Runs with events at a bounded rate, and with the caller's wish to end it. */
async function watched<T>(
  context: CallContext<TornProgress>,
  work: (watch: { onEvent: (event: TornProgress) => void; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const gate = new EventGate<TornProgress>((event) => context.emit(event), ['phase', 'numbers']);
  try {
    return await failing(() => work({ onEvent: (event) => gate.pass(event), signal: signalOf(context) }));
  } finally {
    gate.end();
  }
}

function signalOf({ cancellation }: Pick<CallContext<unknown>, 'cancellation'>): AbortSignal {
  const abort = new AbortController();
  cancellation.onRequest(() => abort.abort());
  return abort.signal;
}

/** A result that cannot be kept is told all the same: it is what the user waited for. */
async function keep(
  { runs, version }: TornServiceOptions,
  title: string,
  asked: object,
  began: number,
  result: TornRunResult,
): Promise<Pick<FreshRun, 'keptAs' | 'notKept'>> {
  try {
    const { id } = await keepTornRun(runs, { title, asked, began, result, untorn: version });
    return { keptAs: id, notKept: '' };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { keptAs: null, notKept: error.message };
  }
}
