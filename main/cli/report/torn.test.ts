import { expect, it } from 'vitest';
import { faultKinds, noVerdicts, type StormResult } from '../../../core/torn/index.ts';
import type { Console } from '../console.ts';
import { printStorm, tornExitCode } from './torn.ts';

const result: StormResult = {
  format: 1,
  kind: 'storm',
  run: '00112233aabbccdd',
  settings: {
    target: 'units',
    kind: 'file',
    areaBytes: 1048576,
    blockBytes: 512,
    unitBytes: [16384],
    writers: 4,
    readers: 1,
    depth: 1,
    engine: 'threads',
    overlapping: false,
    atomic: true,
    direct: true,
    sync: 'dsync',
    writes: null,
    seconds: 10,
    writesPerSecond: null,
    seed: 5,
  },
  sensitivity: {
    seed: 5,
    kinds: faultKinds.map((kind) => ({ kind, seeded: 8, found: 8 })),
    cleanUnits: 48,
    falseAlarms: 0,
    passed: true,
    missed: [],
  },
  verdict: 'untorn',
  promises: ['each unit is all old or all new'],
  record: 'runs/1',
  endedBy: 'time',
  error: null,
  numbers: {
    begun: 100,
    acknowledged: 100,
    acknowledgedBytes: 1638400,
    failed: 0,
    reads: 10,
    tornWhileWritten: 2,
    wrongReads: 0,
    readErrors: 0,
  },
  seconds: 10,
  verification: {
    units: 64,
    counts: { ...noVerdicts(), new: 64 },
    findings: [],
    seconds: 0.1,
    journal: { records: 200, gaps: 0, damaged: 0 },
  },
  wrongReads: [],
};

function linesOf(storm: StormResult): string[] {
  const lines: string[] = [];
  const console: Console = {
    paint: (_, text) => text,
    print: (line = '') => void lines.push(line),
    printJson: () => undefined,
    say: () => undefined,
    onProgress: () => undefined,
    endProgress: () => undefined,
    confirm: () => Promise.resolve(false),
  };
  printStorm(storm, console);
  return lines;
}

it('says what was done, found and promised', () => {
  expect(linesOf(result)).toEqual([
    'seeded faults: 48 of 48 found, 0 false alarms in 48 clean units (stale-sector 8/8, swapped-sector 8/8, half-written 8/8, lost-write 8/8, misplaced-unit 8/8, flipped-bit 8/8; seed 5)',
    'storm: 100 writes acknowledged (10/s, 0 MiB/s), 10 reads, 2 torn beside a write; ended by time',
    'verified: 64 units in 0.1 s: 64 new',
    'promised: each unit is all old or all new',
    'record: runs/1',
    'untorn: every unit is one that may be there',
  ]);
});

it('says of a run that missed a seeded fault that it is void, and ends with 3', () => {
  const missed = ['flipped-bit in slot 7: bit 3 of byte 99'];
  const kinds = result.sensitivity.kinds.map((kind) =>
    kind.kind === 'flipped-bit' ? { ...kind, found: 7 } : kind,
  );
  const sensitivity = { ...result.sensitivity, kinds, passed: false, missed };
  const lines = linesOf({ ...result, sensitivity, verdict: 'void', verification: null });
  expect(lines[0]).toContain('47 of 48 found');
  expect(lines[1]).toBe('  missed: flipped-bit in slot 7: bit 3 of byte 99');
  expect(lines.at(-1)).toBe('void: seeded faults were missed, so that this check proves nothing');
  expect(
    ['untorn', 'faults', 'incomplete', 'void'].map((verdict) =>
      tornExitCode(verdict as StormResult['verdict']),
    ),
  ).toEqual([0, 1, 3, 3]);
});
