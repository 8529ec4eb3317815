import { describe, expect, it } from 'vitest';
import { generatePlan, type PlanProfileName } from '../../core/experiment/generate/index.ts';
import { groupColumns, type Layers } from '../../core/experiment/layers/index.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import { parsePlan, type Plan } from '../../core/experiment/plan.ts';
import { ReplayPlayer } from '../../core/experiment/replay/index.ts';
import { predictPlan } from '../../main/predict/index.ts';
import { missingTools } from './image.ts';

/** What the interface sees of the mirror: true, and seen without changing it. */

const plans: readonly [PlanProfileName, number][] = [
  ['direct-many-files', 71],
  ['overwrite', 72],
  ['sparse', 73],
  ['bigalloc-16k', 74],
  ['nearly-full', 75],
];

/** Numbers of every extent, as a replay tells them. */
function flatLayouts({ files }: Outcome): Map<string, number[]> {
  return new Map(
    Object.entries(files).flatMap(([name, layout]) => {
      if (!('extents' in layout) || !layout.extents) return [];
      const flat = layout.extents.flatMap(({ logical, physical, length, state }) => [
        logical,
        physical,
        length,
        state === 'unwritten' ? 1 : 0,
      ]);
      return [[name, flat]];
    }),
  );
}

/** The moment is behind so many steps; one more than there are is the end. */
async function layersAt(
  plan: Plan,
  moment: number,
  grainBlocks: number,
  blockCount: number,
): Promise<Layers> {
  const wanted = { moment, ranges: [{ physical: 0, length: blockCount }], grainBlocks, itemsMax: 1e6 };
  const until = { ...plan, steps: plan.steps.slice(0, moment) };
  const { layers } = await predictPlan(until, { layers: wanted });
  if (!layers) throw new Error('layers that are asked for are told');
  return layers;
}

type Run = readonly [first: number, length: number];

function runsOf(cells: readonly number[]): Run[] {
  return Array.from({ length: cells.length / 3 }, (_, at) => [cells[at * 3] ?? 0, cells[at * 3 + 1] ?? 0]);
}

/** The same blocks in as few runs as there can be; throws where two overlap. */
function joined(runs: readonly Run[]): Run[] {
  const list: [number, number][] = [];
  for (const [first, length] of runs.toSorted(([one], [other]) => one - other)) {
    const last = list.at(-1);
    if (last && first < last[0] + last[1]) throw new Error(`block ${first} is told twice`);
    if (last?.[0] !== undefined && last[0] + last[1] === first) last[1] += length;
    else list.push([first, length]);
  }
  return list;
}

function freeIn(cells: readonly number[]): number {
  return cells.reduce((sum, value, at) => sum + (at % 3 === 2 ? value : 0), 0);
}

function columnOf(groups: readonly number[], column: (typeof groupColumns)[number]): number[] {
  const at = groupColumns.indexOf(column);
  return groups.filter((_, index) => index % groupColumns.length === at);
}

const why = missingTools === null ? '' : ` (${missingTools})`;

describe.skipIf(missingTools !== null)(`looking at the mirror${why}`, () => {
  describe.each(plans)('a random plan (%s, seed %i)', (profile, seed) => {
    const plan = parsePlan(generatePlan(profile, seed));

    it('is predicted alike whether its layouts are recorded or not, and ends as it says', async () => {
      const plain = await predictPlan(plan);
      const { outcome, replay } = await predictPlan(plan, { replay: true });
      expect(outcome).toEqual(plain.outcome);
      if (!replay) throw new Error('a replay that is asked for is told');
      expect(replay.untold).toBe(0);
      expect(replay.moments).toHaveLength(plan.steps.length + 2);
      const last = new ReplayPlayer(replay).layoutsAt(replay.moments.length - 1);
      const told = new Map(last.map(({ file, extents }) => [file, [...extents]]));
      for (const [name, flat] of flatLayouts(outcome)) expect(told.get(name) ?? []).toEqual(flat);
    });

    it('has every block free, kept, waiting or in use, and never two of them', async () => {
      const { outcome, volume } = await predictPlan(plan);
      const { blockCount = 0, blockBytes = 1, clusterBytes = 1 } = volume ?? {};
      const end = plan.steps.length + 1;
      for (const moment of [0, Math.floor(end / 2), end]) {
        const layers = await layersAt(plan, moment, 1, blockCount);
        const kept = layers.preallocations.map(({ physical, length }): Run => [physical, length]);
        const files = moment < end ? [] : [...flatLayouts(outcome).values()];
        const used = files.flatMap((flat) =>
          Array.from({ length: flat.length / 4 }, (_, at): Run => [
            flat[at * 4 + 1] ?? 0,
            flat[at * 4 + 2] ?? 0,
          ]),
        );
        joined([...runsOf(layers.after), ...runsOf(layers.waiting), ...kept, ...used]);
        const buddies = layers.buddies.flatMap((first, at): Run[] => {
          const order = layers.buddies[at + 1] ?? 0;
          return at % 2 === 0 ? [[first, 2 ** order * (clusterBytes / blockBytes)]] : [];
        });
        const free = joined(runsOf(layers.after));
        expect(joined(buddies)).toEqual(free);
        if (moment === 0) expect(joined(runsOf(layers.before))).toEqual(free);
        const coarse = await layersAt(plan, moment, 512, blockCount);
        // Group by group it is the same, however coarse the rest is told.
        expect(coarse.groups).toEqual(layers.groups);
        const inAll = (column: (typeof groupColumns)[number]) =>
          columnOf(layers.groups, column).reduce((sum, value) => sum + value, 0);
        expect(inAll('before')).toBe(freeIn(layers.before));
        expect(inAll('free')).toBe(freeIn(layers.after));
        expect(inAll('waiting')).toBe(freeIn(layers.waiting));
        expect(inAll('fragments')).toBe(layers.after.length / 3);
        expect(inAll('preallocated')).toBe(kept.reduce((sum, [, length]) => sum + length, 0));
        expect(Math.max(...columnOf(layers.groups, 'largest'))).toBe(
          Math.max(...runsOf(layers.after).map(([, length]) => length)),
        );
        expect(freeIn(coarse.after)).toBe(freeIn(layers.after));
        expect(coarse.after.length).toBeLessThanOrEqual(3 * (2 * (blockCount / 512) + 200));
      }
    });
  });
});
