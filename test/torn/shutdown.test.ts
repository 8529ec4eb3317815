import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { faultsIn } from '../../core/torn/index.ts';
import { runShutdowns, type ShutdownOptions } from '../../main/torn/index.ts';
import { traces, usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

/** The full figures: `UNTORN_SHUTDOWN_ROUNDS=200 npx vitest run test/torn/shutdown.test.ts`. */
const rounds = Number(process.env['UNTORN_SHUTDOWN_ROUNDS'] ?? 6);
const why = whyNotRoot() || whyNotProgram('mkfs.xfs');

describe.skipIf(why !== false)(`a filesystem that is shut down under a storm ${why || ''}`, () => {
  const folder = usePrivateTemp();
  let record = '';
  afterEach(() => expect(traces(folder()).filter((name) => !name.startsWith('record'))).toEqual([]));

  it.each<[string, Omit<ShutdownOptions, 'filesystem'> & Pick<ShutdownOptions, 'filesystem'>]>([
    ['ext4', { filesystem: 'ext4', seed: 1 }],
    [
      'ext4, into preallocated space',
      { filesystem: 'ext4', seed: 2, beginning: 'unwritten', unitBytes: [4096] },
    ],
    ['XFS, RWF_ATOMIC', { filesystem: 'xfs', seed: 3, atomic: true }],
    [
      'XFS, RWF_ATOMIC of 64 KiB into a hole',
      { filesystem: 'xfs', seed: 4, atomic: true, beginning: 'hole', unitBytes: [65536] },
    ],
  ])(
    `of %s keeps what was acknowledged, in ${rounds} rounds`,
    async (name, options) => {
      record = path.join(folder(), `record ${name}`);
      const result = await runShutdowns({ ...options, rounds, record });
      expect(result.rounds).toHaveLength(rounds);
      expect(new Set(result.rounds.map(({ flag }) => flag))).toEqual(new Set([0, 1, 2]));
      const acknowledged = result.rounds.reduce((sum, round) => sum + round.acknowledged, 0);
      expect(acknowledged).toBeGreaterThan(0);
      for (const round of result.rounds) expect(faultsIn(round.counts), JSON.stringify(round)).toBe(0);
      expect(result).toMatchObject({ verdict: 'untorn', interrupted: false });
      expect(existsSync(path.join(record, 'run.jsonl'))).toBe(true);
      expect(readFileSync(path.join(record, 'run.jsonl'), 'utf8').trim().split('\n')).toHaveLength(
        rounds + 2,
      );
    },
    3_600_000,
  );
});
