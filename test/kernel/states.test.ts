import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openVolume } from '../../core/ext4/index.ts';
import { divergenceLines } from '../../core/experiment/decisions/index.ts';
import { compareOutcomes, differenceText } from '../../core/experiment/compare.ts';
import { generatePlan, type PlanProfileName } from '../../core/experiment/generate/index.ts';
import { parsePlan, type Plan } from '../../core/experiment/plan.ts';
import { openFileSource } from '../../main/bytes/index.ts';
import { syncfs } from '../../main/native/index.ts';
import { predictPlan } from '../../main/predict/index.ts';
import { runPlan } from '../../main/run/index.ts';
import { exportSnapshot } from '../../main/snapshot/index.ts';
import { makeAgedImage, withMounted } from '../support/aged.ts';
import { OtherProgram } from '../support/other-program.ts';
import { usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

/**
 * Predictions from filesystems that have a past. The size that a release is judged by:
 * `UNTORN_STATE_PLANS=10 UNTORN_STATE_GIB=32 npx vitest run test/kernel/states.test.ts`
 */
const plans = Number(process.env['UNTORN_STATE_PLANS'] ?? '4');
const gibibytes = Number(process.env['UNTORN_STATE_GIB'] ?? '32');
const firstSeed = Number(process.env['UNTORN_STATE_SEED'] ?? '1');
const operations = Number(process.env['UNTORN_STATE_OPERATIONS'] ?? '300');

/** More arguments of mkfs.ext4, separated by spaces. */
const args = (process.env['UNTORN_STATE_MKFS'] ?? '').split(' ').filter((argument) => argument !== '');
/** Whether decisions are compared too. */
const canTrace = existsSync('/sys/kernel/tracing/events/ext4');
const snapshotPlans = Number(process.env['UNTORN_SNAPSHOT_PLANS'] ?? '20');
/** What makeAgedImage() makes first. */
const nameInRoot = 'f0-0.0';
const settings = { mountOptions: '', buddies: 'warm', tid: 0 } as const;

const temp = usePrivateTemp();
const reason = whyNotRoot() || whyNotProgram('mkfs.ext4');

const profiles: readonly PlanProfileName[] = [
  'everything',
  'direct-many-files',
  'append',
  'database',
  'sparse',
];

/** A random plan, on another target than the one it was drawn for. */
function planFor(target: Plan['target'], seed: number, among = profiles): Plan {
  const { steps } = generatePlan(among[seed % among.length] ?? 'everything', seed);
  const moved = target.kind === 'mounted' ? steps.filter(({ op }) => op !== 'remount') : steps;
  return parsePlan({ version: 1, target, steps: moved });
}

describe.skipIf(reason)(`real starting states${reason ? ` (${reason})` : ''}`, () => {
  it(`are exact on ${plans} random plans on an aged image of ${gibibytes} GiB`, async () => {
    const image = path.join(temp(), 'aged.img');
    await makeAgedImage(image, { sizeBytes: gibibytes * 2 ** 30, seed: 1, mounts: 3, operations, args });
    try {
      for (let seed = firstSeed; seed < firstSeed + plans; seed++) {
        const plan = planFor(
          parsePlan({ version: 1, target: { kind: 'image', path: image }, steps: [] }).target,
          seed,
        );
        const { report } = await runPlan(plan);
        expect({
          seed,
          disturbed: report.disturbed,
          differences: report.differences.map((difference) => differenceText(difference)),
        }).toEqual({
          seed,
          disturbed: [],
          differences: [],
        });
      }
    } finally {
      await rm(image);
    }
  });

  it('are exact where the journal is unclean and orphans are left', async () => {
    const [image, crashed] = [path.join(temp(), 'used.img'), path.join(temp(), 'crashed.img')];
    await makeAgedImage(image, { sizeBytes: 2 ** 30, seed: 4, mounts: 1, operations: 60, args });
    await withMounted(image, async (root) => {
      const open = ['a', 'b'].map((name) => openSync(path.join(root, name), 'wx'));
      for (const fd of open) writeSync(fd, Buffer.alloc(300_000));
      for (const name of ['a', 'b']) unlinkSync(path.join(root, name));
      await syncfs(root);
      writeFileSync(path.join(root, 'late'), Buffer.alloc(100_000));
      await syncfs(root);
      execFileSync('cp', ['--sparse=always', image, crashed]);
      for (const fd of open) closeSync(fd);
    });
    const source = openFileSource(crashed);
    const volume = openVolume(source);
    expect(volume.replay).not.toBeNull();
    expect(volume.orphans()).toHaveLength(2);
    source.close();
    for (let seed = firstSeed; seed < firstSeed + plans; seed++) {
      const { report } = await runPlan(planFor({ kind: 'image', path: crashed, ...settings }, seed));
      expect(report.differences.map((difference) => differenceText(difference))).toEqual([]);
    }
    for (const each of [image, crashed]) await rm(each);
  });

  it(`are certain and exact on most of ${plans} random plans where another program just was`, async () => {
    const image = path.join(temp(), 'shared.img');
    await makeAgedImage(image, { sizeBytes: gibibytes * 2 ** 30, seed: 2, mounts: 1, operations, args });
    const verdicts = await withMounted(image, (root) => runAmongOthers(root));
    await rm(image);
    expect(verdicts.filter(({ differences }) => differences.length > 0)).toEqual([]);
    expect(verdicts.filter(({ certain, divergence }) => certain && divergence.length > 0)).toEqual([]);
    expect(verdicts.filter(({ certain }) => certain).length).toBeGreaterThanOrEqual(Math.ceil(plans * 0.7));
  });
});

describe.skipIf(reason)(`snapshots of aged images${reason ? ` (${reason})` : ''}`, () => {
  const image = () => path.join(temp(), 'lived-in.img');
  const snapshot = () => path.join(temp(), 'lived-in.untorn');
  beforeAll(async () => {
    await makeAgedImage(image(), { sizeBytes: gibibytes * 2 ** 30, seed: 3, mounts: 2, operations, args });
    await exportSnapshot(image(), snapshot());
  });
  afterAll(() => rm(image(), { force: true }));

  it(`predict ${snapshotPlans} random plans as the images do`, async () => {
    for (let seed = firstSeed; seed < firstSeed + snapshotPlans; seed++) {
      const plan = planFor({ kind: 'image', path: image(), ...settings }, seed, [
        ...profiles,
        'aged',
        'directories',
      ]);
      const fromImage = await predictPlan(plan);
      const fromSnapshot = await predictPlan(plan, { image: snapshot() });
      expect(fromSnapshot.outcome).toEqual(fromImage.outcome);
    }
  });

  it('hold no names, and little else', () => {
    const packed = readFileSync(snapshot());
    const bytes = inflateSync(packed.subarray('untorn-snapshot\n'.length));
    expect(bytes.includes('lost+found')).toBe(true);
    expect(bytes.includes(nameInRoot)).toBe(false);
    expect(packed.length).toBeLessThan(512 * 1024);
  });

  it('refuse by name what they cannot know', async () => {
    const steps = [{ op: 'create', file: nameInRoot }] as const;
    const plan = parsePlan({ version: 1, target: { kind: 'image', path: image() }, steps: [...steps] });
    expect((await predictPlan(plan)).outcome.steps).toMatchObject([{ errno: 'EEXIST' }]);
    await expect(predictPlan(plan, { image: snapshot() })).rejects.toThrow(/length and hash of "f0-[^"]*"/);
  });

  it('are refused where they are damaged', async () => {
    const damaged = path.join(temp(), 'damaged.untorn');
    writeFileSync(damaged, readFileSync(snapshot()).subarray(0, 4000));
    const plan = planFor({ kind: 'image', path: image(), ...settings }, 1);
    await expect(predictPlan(plan, { image: damaged })).rejects.toThrow(/a damaged snapshot/);
    await rm(damaged);
  });
});

interface Verdict {
  readonly seed: number;
  readonly certain: boolean;
  readonly differences: readonly string[];
  /** The first decision in which the kernel parts from all states that its memory may have been in. */
  readonly divergence: readonly string[];
}

/** Before each plan somebody else uses the filesystem, and keeps files of theirs open. */
async function runAmongOthers(root: string): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let seed = firstSeed; seed < firstSeed + plans; seed++) {
    const others = await OtherProgram.start(root, seed);
    try {
      verdicts.push(await runUndisturbed(root, seed));
    } finally {
      await others.stop();
    }
  }
  return verdicts;
}

/** On a mount of somebody else's the journal commits when it likes, and such a run does not count. */
async function runUndisturbed(root: string, seed: number): Promise<Verdict> {
  const plan = planFor({ kind: 'mounted', path: root, tid: 0 }, seed);
  // Without files of its own to see what memory holds, a prediction declares more, and what it declares holds too.
  const blind = await predictPlan(plan);
  expect(blind.outcome.certain).toBe(false);
  for (let attempt = 1; ; attempt++) {
    const { report } = await runPlan(plan, { trace: canTrace });
    if (report.disturbed.length > 0 && attempt < 5) continue;
    expect(report.disturbed).toEqual([]);
    const { certain = false } = report.predicted;
    const outside = compareOutcomes(blind.outcome, report.actual);
    const parting = report.trace?.firstDivergence;
    return {
      seed,
      certain,
      differences: [...report.differences, ...outside].map((difference) => differenceText(difference)),
      divergence: parting ? divergenceLines(parting) : [],
    };
  }
}
