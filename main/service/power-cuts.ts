import type { UntornService } from '../../core/rpc/index.ts';
import { failing } from './failures.ts';
import { checkTarget, keep, watched, type TornServiceOptions } from './torn-calls.ts';

type PowerCutCalls = Pick<
  UntornService,
  'torn.arm' | 'torn.armed' | 'torn.forget' | 'torn.verify' | 'torn.rehearse'
>;

/** What the interface may do about power cuts: what destroys takes the same leave as a storm. */
export function powerCutCalls(options: TornServiceOptions): PowerCutCalls {
  const { alone } = options;
  const { powerCuts } = options.torn;
  return {
    'torn.arm': (request, context) =>
      alone(async () => {
        await checkTarget(request, options);
        return watched(context, (watch) => powerCuts.arm(request, watch));
      }),
    'torn.armed': () =>
      failing(async () => {
        const armed = await powerCuts.armed();
        return { armed: armed.map(({ format: _format, bootId: _bootId, ...note }) => note) };
      }),
    'torn.forget': ({ run }) =>
      failing(async () => {
        await powerCuts.forget(run);
        return {};
      }),
    'torn.verify': (request, context) =>
      alone(async () => {
        const began = Date.now();
        const result = await watched(context, (watch) => powerCuts.verify(request, watch));
        const kept = await keep(options, powerCuts.titleOf(result), request, began, result);
        if (kept.keptAs !== null) await powerCuts.kept(result);
        return { result, ...kept };
      }),
    'torn.rehearse': (request, context) =>
      alone(async () => {
        const began = Date.now();
        const result = await watched(context, (watch) => powerCuts.rehearse(request, watch));
        return { result, ...(await keep(options, 'Rehearsal of power cuts', request, began, result)) };
      }),
  };
}
