import { describe, expect, it } from 'vitest';
import { whyNoRecording } from '../mballoc/recorder.ts';
import { onKernel } from './on-kernel.ts';
import { replay } from './replay.ts';
import { scenarios } from './scenarios.ts';

const reason = whyNoRecording();
const firstSeed = Number(process.env['UNTORN_REPLAY_SEED'] ?? '1');
const seeds = Number(process.env['UNTORN_REPLAY_SEEDS'] ?? '1');

/**
 * The mirror's mapping takes the kernel's steps and gets the kernel's blocks: it must ask for the same blocks with the
 * same goals and neighbours, free the same in the same order, and end with the same tree, node by node, on the disk.
 */
describe.skipIf(reason !== null)(`mapping beside the kernel's${reason === null ? '' : `: ${reason}`}`, () => {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    for (const scenario of scenarios(seed)) {
      it(`${scenario.name}, seed ${String(seed)}`, async () => {
        const { difference, requests, depth } = await onKernel(scenario, (seen) => replay(scenario, seen));
        expect(difference).toBeNull();
        expect(requests).toBeGreaterThan(50);
        expect(depth).toBeGreaterThanOrEqual(scenario.depthLeast);
      });
    }
  }
});
