/** What calls of the torn laboratory have in common. */
import { stat } from 'node:fs/promises';
import type { TornRunResult } from '../../core/record/index.ts';
import { RpcError, type CallContext, type FreshRun, type TornProgress } from '../../core/rpc/index.ts';
import type { StormRequest } from '../../core/torn/index.ts';
import { Failure } from '../failure.ts';
import { keepTornRun, type RunStore } from '../runs/index.ts';
import { confirmOverwriting, type Desktop } from './desktop.ts';
import { EventGate } from './event-gate.ts';
import { failing } from './failures.ts';
import type { TornLaboratory } from './torn-laboratory.ts';

export interface TornServiceOptions {
  readonly torn: TornLaboratory;
  readonly version: string;
  readonly runs: RunStore;
  readonly allowDestructive: boolean;
  readonly desktop: Desktop | null;
  /** Does work that nothing else of the kind may run beside. Throws RpcError `busy`. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
}

/** What is destroyed must have been asked for where the service was started, and on a desktop is asked for again. */
export async function checkTarget(
  { path, destroy }: Pick<StormRequest, 'path' | 'destroy'>,
  { allowDestructive, desktop }: Pick<TornServiceOptions, 'allowDestructive' | 'desktop'>,
): Promise<void> {
  if (allowDestructive) return confirmOverwriting(desktop, path, destroy);
  const facts = await stat(path).catch(() => null);
  const what = facts?.isBlockDevice() ? 'devices' : destroy === undefined ? null : 'files that are not empty';
  if (what === null) return;
  throw new RpcError('refused', `storms that destroy what is there (${path}) are not accepted here`, [
    { place: 'path', message: `start the service with leave to destroy ${what} (--allow-destructive)` },
  ]);
}

/** Runs with events at a bounded rate, and with the caller's wish to end it. */
export async function watched<T>(
  context: CallContext<TornProgress>,
  work: (watch: { onEvent: (event: TornProgress) => void; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const gate = new EventGate<TornProgress>((event) => context.emit(event), ['phase', 'numbers', 'witness']);
  try {
    return await failing(() => work({ onEvent: (event) => gate.pass(event), signal: signalOf(context) }));
  } finally {
    gate.end();
  }
}

export function signalOf({ cancellation }: Pick<CallContext<unknown>, 'cancellation'>): AbortSignal {
  const abort = new AbortController();
  cancellation.onRequest(() => abort.abort());
  return abort.signal;
}

/** A result that cannot be kept is told all the same: it is what the user waited for. */
export async function keep(
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
