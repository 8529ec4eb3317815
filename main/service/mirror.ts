import type { Plan } from '../../core/experiment/plan.ts';
import type { Replay as RecordedReplay } from '../../core/experiment/replay/index.ts';
import {
  explanationToWire,
  layerItemsMax,
  type LayersRequest,
  type Replay,
  type UntornService,
  type WireLayers,
} from '../../core/rpc/index.ts';
import { Unable } from '../failure.ts';
import { failing } from './failures.ts';
import type { Laboratory, Work } from './laboratory.ts';

type MirrorCalls = Pick<UntornService, 'plan.layers' | 'plan.explain'>;
type MirrorContext = Parameters<UntornService['plan.layers']>[1];

/** What the interface may ask of the mirror beside a prediction. Each call predicts the plan once more. */
export function mirrorProcedures(
  laboratory: Laboratory,
  readPlan: (text: string, kernel: string | undefined) => Plan,
  workOf: (context: MirrorContext) => Work,
): MirrorCalls {
  return {
    'plan.layers': ({ text, kernel, ...request }, context) =>
      failing(() => layersOf(laboratory, readPlan(text, kernel), request, workOf(context))),
    'plan.explain': ({ text, kernel, moment }, context) =>
      failing(async () => {
        const plan = readPlan(text, kernel);
        const prediction = await laboratory.predict(plan, { ...workOf(context), explain: true });
        const [trace] = prediction.decisions ?? [];
        if (!trace)
          throw new Unable("this target's allocator is not modelled, so there is nothing to explain");
        return explanationToWire(trace, clusterBlocksOf(prediction.volume), moment);
      }),
  };
}

/** The plan is cut off at the moment: what comes later does not count. */
async function layersOf(
  laboratory: Laboratory,
  plan: Plan,
  { moment, ranges: flat, grainBlocks }: Omit<LayersRequest, 'text' | 'kernel'>,
  work: Work,
): Promise<WireLayers> {
  const ranges = [];
  for (let at = 0; at < flat.length; at += 2) {
    ranges.push({ physical: flat[at] ?? 0, length: flat[at + 1] ?? 0 });
  }
  const wanted = { moment, ranges, grainBlocks, itemsMax: layerItemsMax };
  const until = { ...plan, steps: plan.steps.slice(0, moment) };
  const { layers } = await laboratory.predict(until, { ...work, layers: wanted });
  if (!layers)
    throw new Unable(
      'what the allocator knows is told of an ext4 that is not mounted, while its kernel is up',
    );
  const { before, after, waiting, buddies, preallocations, groups, untold } = layers;
  return {
    before,
    after,
    waiting,
    buddies: [...buddies],
    preallocations: preallocations.map((one) => ({ ...one })),
    groups,
    untold,
  };
}

/** Blocks in a cluster; 1 where the shape is not known. */
export function clusterBlocksOf(volume: { clusterBytes: number; blockBytes: number } | null): number {
  return volume ? volume.clusterBytes / volume.blockBytes : 1;
}

/** A replay in the form in which it travels. */
export function replayToWire(replay: RecordedReplay | undefined): Replay | null {
  if (!replay) return null;
  return {
    files: [...replay.files],
    moments: replay.moments.map((changes) => changes.map((change) => ({ ...change }))),
    untold: replay.untold,
  };
}
