import { describe, expect, it } from 'vitest';
import { linux618 } from '../../../core/mballoc/index.ts';
import { compareScenario } from './bench.ts';
import { whyNoRecording } from './recorder.ts';
import { scenarios } from './scenarios.ts';

const reason = whyNoRecording();
const firstSeed = Number(process.env.UNTORN_REPLAY_SEED ?? '1');
const seeds = Number(process.env.UNTORN_REPLAY_SEEDS ?? '1');

/**
 * The mirror's allocator gets what the kernel's got and must say the same: every event with every field, then the
 * counters of every group (mb_groups) and the bitmaps on disk.
 */
describe.skipIf(reason !== null)(`mballoc beside the kernel's${reason === null ? '' : `: ${reason}`}`, () => {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    for (const scenario of scenarios(seed)) {
      it(`${scenario.name}, seed ${String(seed)}`, async () => {
        const compared = await compareScenario(scenario, linux618);
        expect(compared).toMatchObject({ difference: null, groupDifferences: [] });
        expect(compared.requests).toBeGreaterThan(0);
      });
    }
  }
});
