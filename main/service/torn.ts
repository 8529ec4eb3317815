import { randomBytes } from 'node:crypto';
import { crashPlanInput, parseCrashPlanText } from '../../core/torn/crash/index.ts';
import { RpcError, type CrashProgress, type UntornService } from '../../core/rpc/index.ts';
import type { CrashOptions, Examined } from '../torn/crash/index.ts';
import { EventGate } from './event-gate.ts';
import { failing } from './failures.ts';
import { powerCutCalls } from './power-cuts.ts';
import { checkTarget, keep, signalOf, watched, type TornServiceOptions } from './torn-calls.ts';

type TornCalls = Pick<UntornService, Extract<keyof UntornService, `torn.${string}`>>;

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
    ...powerCutCalls(options),
    'torn.info': () =>
      failing(async () => ({ ...(await torn.info()), destructive: options.allowDestructive })),
    'torn.storm': (request, context) =>
      alone(async () => {
        if (!request.sandbox) await checkTarget(request, options);
        const began = Date.now();
        const result = await watched(context, (watch) => torn.storm(request, watch));
        const title = `Storm on ${request.sandbox ? result.settings.target : request.path}`;
        return { result, ...(await keep(options, title, request, began, result)) };
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
    'torn.recording': ({ folder }) => failing(async () => ({ text: await torn.planOf(folder) })),
    'torn.crash': ({ text, keep: folder, recording }, context) =>
      alone(() =>
        failing(async () => {
          const plan = parseCrashPlanText(text);
          const began = Date.now();
          const gate = new EventGate<CrashProgress>((event) => context.emit(event), ['phase']);
          const watch: CrashOptions = {
            signal: signalOf(context),
            onSensitivity: (sensitivity) => gate.pass({ type: 'sensitivity', sensitivity }),
            onProgress: ({ phase, done, total }) =>
              gate.pass({ type: 'phase', phase, done: done ?? null, total: total ?? null }),
          };
          const examined = await (
            recording === undefined
              ? torn.crash(plan, { ...watch, keep: folder })
              : torn.recording(plan, recording, watch)
          ).finally(() => gate.end());
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
