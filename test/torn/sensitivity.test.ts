import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { faultKinds, type FaultKind } from '../../core/torn/index.ts';
import { checkSensitivity } from '../../main/torn/sensitivity.ts';

/**
 * Every seeded fault is found, and nothing else. The full figures (1,000 of each kind, 10 million clean units):
 * `UNTORN_FAULT_ROUNDS=20 UNTORN_CLEAN_UNITS=500000 npx vitest run test/torn/sensitivity.test.ts`.
 */
const rounds = Number(process.env['UNTORN_FAULT_ROUNDS'] ?? 2);
const cleanUnits = Number(process.env['UNTORN_CLEAN_UNITS'] ?? 5000);
const perKind = 50;

const shapes = [
  { blockBytes: 512, unitBytes: [1024] },
  { blockBytes: 512, unitBytes: [512, 2048] },
  { blockBytes: 1024, unitBytes: [2048] },
  { blockBytes: 512, unitBytes: [512] },
];

const folder = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'untorn-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

it(`finds ${rounds * perKind} faults of each kind among ${rounds * cleanUnits} clean units, and nothing else`, async () => {
  const found = new Map<FaultKind, number>(faultKinds.map((kind) => [kind, 0]));
  let clean = 0;
  for (let round = 0; round < rounds; round++) {
    const shape = shapes[round % shapes.length];
    if (!shape) throw new Error('a shape for each round');
    const result = await checkSensitivity({
      folder,
      run: BigInt(round),
      seed: round,
      perKind,
      cleanUnits,
      ...shape,
    });
    expect(result).toMatchObject({ passed: true, missed: [], falseAlarms: 0, cleanUnits });
    for (const kind of result.kinds) found.set(kind.kind, (found.get(kind.kind) ?? 0) + kind.found);
    clean += result.cleanUnits;
  }
  for (const kind of faultKinds) expect(found.get(kind)).toBe(rounds * perKind);
  console.log(
    `${rounds * perKind} of each of ${faultKinds.length} kinds found, 0 false alarms in ${clean} clean units`,
  );
}, 3_600_000);
