import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  noVerdicts,
  rehearsalResult,
  type RehearsalResult,
  type RehearsalRound,
  type Sensitivity,
} from '../../../core/torn/index.ts';
import { Cancelled, type OnProgress } from '../../failure.ts';
import { makeWorkFolder } from '../../lab/index.ts';
import { formatDrive } from '../../sandbox/index.ts';
import { drawsOf } from '../random.ts';
import { startWitness } from '../witness/server.ts';
import { planRehearsal, type RehearsalPlan, type RehearsalWishes } from './settings.ts';
import { EntryCount, type Stage } from './stage.ts';
import { verifyAfter } from './verify-after.ts';
import { writeAndCut } from './write-and-cut.ts';

export interface RehearsalOptions extends RehearsalWishes {
  readonly onRound?: (round: RehearsalRound, total: number) => void;
  /** Hears of the seeded faults of each round. */
  readonly onSensitivity?: (sensitivity: Sensitivity) => void;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Rounds draw from seeds that lie apart, so that two rehearsals with neighbouring seeds share none. */
const seedStep = 7919;
const keptFindings = 4;

/**
 * Rehearses power cuts: a guest writes stamped units to an emulated NVMe drive while a witness keeps what was acknowledged,
 * the guest is killed and the drive forgets what was not durable, and then every unit is verified; over and over. Nothing is
 * left behind. An interrupt leaves the rounds that are whole. Throws Failure; Cancelled where there are none.
 */
export async function rehearse(options: RehearsalOptions = {}): Promise<RehearsalResult> {
  const plan = planRehearsal(options);
  const folder = await makeWorkFolder();
  try {
    const entries = new EntryCount();
    const key = Buffer.from(randomBytes(32).toString('hex'));
    const witness = await startWitness({
      host: '127.0.0.1',
      port: 0,
      folder: path.join(folder.path, 'runs'),
      key,
      onEntries: (_, count) => entries.reached(count),
    });
    try {
      return await playAll(plan, { port: witness.port, key, entries }, folder.path, options);
    } finally {
      await witness.close();
    }
  } finally {
    await folder.remove();
  }
}

async function playAll(
  plan: RehearsalPlan,
  witness: Stage['witness'],
  folder: string,
  { onRound, onSensitivity, onProgress, signal }: RehearsalOptions,
): Promise<RehearsalResult> {
  const { settings } = plan;
  const played: Played[] = [];
  let interrupted = false;
  for (let round = 1; round <= settings.times && !interrupted; round++) {
    const tell: OnProgress = ({ phase }) =>
      onProgress?.({ phase: `power cut ${round} of ${settings.times}: ${phase}` });
    try {
      const one = await play({ ...plan, witness, folder, onProgress: tell, signal }, round);
      played.push(one);
      if (one.sensitivity) onSensitivity?.(one.sensitivity);
      onRound?.(one.round, settings.times);
    } catch (error) {
      if (!(error instanceof Cancelled) || played.length === 0) throw error;
      interrupted = true;
    }
  }
  const rounds = played.map(({ round }) => round);
  return rehearsalResult(settings, worst(played, settings.seed), rounds, interrupted);
}

interface Played {
  readonly round: RehearsalRound;
  readonly sensitivity: Sensitivity | null;
}

async function play(stage: Stage, round: number): Promise<Played> {
  const { settings, target, folder, onProgress, signal } = stage;
  const image = path.join(folder, `drive-${round}`);
  if (target.mkfs) await formatDrive(image, target, signal);
  else await writeFile(image, '', { mode: 0o600 });
  const { run, afterMilliseconds, cut } = await writeAndCut(
    stage,
    image,
    drawsOf(settings.seed + round * seedStep),
  );
  onProgress({ phase: 'verifying' });
  const verified = await verifyAfter(stage, image, run);
  const common = { round, run, afterMilliseconds, drive: cut };
  const nothing = { acknowledged: 0, unfinished: 0, units: 0, counts: noVerdicts(), findings: [] };
  if (typeof verified === 'string')
    return { round: { ...common, ...nothing, unusable: verified }, sensitivity: null };
  const { acknowledged, unfinished, sensitivity, verification } = verified;
  if (verification === null)
    return { round: { ...common, ...nothing, unusable: 'the verification is void' }, sensitivity };
  const { units, counts, field } = verification;
  const findings = verification.findings.slice(0, keptFindings);
  const drawn = field ? { field } : {};
  const found = { acknowledged, unfinished, units, counts, findings, ...drawn, unusable: null };
  return { round: { ...common, ...found }, sensitivity };
}

/** A sensitivity that did not pass makes all of it void. */
function worst(played: readonly Played[], seed: number): Sensitivity {
  const known = played.flatMap(({ sensitivity }) => sensitivity ?? []);
  const nothing = { kinds: [], cleanUnits: 0, falseAlarms: 0, missed: ['nothing could be verified'] };
  return known.find(({ passed }) => !passed) ?? known[0] ?? { seed, passed: false, ...nothing };
}
