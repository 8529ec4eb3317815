import type { TornRunRecord } from '../../core/record/index.ts';
import type { CrashReport } from '../../core/torn/crash/index.ts';
import {
  faultKinds,
  noVerdicts,
  rehearsalResult,
  type PowerCutResult,
  type RecordVerification,
  type RehearsalResult,
  type RehearsalRound,
  type Sensitivity,
  type ShutdownResult,
  type StormResult,
  type StormSettings,
  type UnitFinding,
} from '../../core/torn/index.ts';

const run = '1122334455667788';

export const sampleSensitivity: Sensitivity = {
  seed: 7,
  kinds: faultKinds.map((kind) => ({ kind, seeded: 8, found: 8 })),
  cleanUnits: 48,
  falseAlarms: 0,
  passed: true,
  missed: [],
};

/** Checks that found nearly all that was made on purpose: a run that proves nothing. */
export const missedSensitivity: Sensitivity = {
  ...sampleSensitivity,
  kinds: faultKinds.map((kind) => ({ kind, seeded: 8, found: kind === 'flipped-bit' ? 7 : 8 })),
  passed: false,
  missed: ['flipped-bit in slot 12: bit 3 of byte 977'],
};

export const sampleSettings: StormSettings = {
  target: '/tmp/units',
  kind: 'file',
  areaBytes: 16 * 16384,
  blockBytes: 4096,
  unitBytes: [16384],
  writers: 2,
  readers: 1,
  depth: 1,
  engine: 'threads',
  overlapping: false,
  atomic: true,
  direct: true,
  sync: 'dsync',
  writes: null,
  seconds: 2,
  writesPerSecond: null,
  seed: 7,
};

/** A unit whose last block is of the write before. */
export const tornFinding: UnitFinding = {
  address: 5 * 16384,
  bytes: 16384,
  blockBytes: 4096,
  verdict: 'torn',
  text: 'the 16384 bytes at byte 81920 are of several writers: blocks 0-2: generation 9 of writer 1 (3 of its 4 blocks); block 3: generation 4 of writer 2 (1 of its 4 blocks)',
  rows: [
    {
      first: 0,
      last: 2,
      address: 81920,
      colour: 'torn',
      origin: { kind: 'write', writer: 1, generation: 9, bytes: 16384 },
      label: 'generation 9 of writer 1',
      hex: '55 54 52 4e 01 0c 01 00',
    },
    {
      first: 3,
      last: 3,
      address: 94208,
      colour: 'torn',
      origin: { kind: 'write', writer: 2, generation: 4, bytes: 16384 },
      label: 'generation 4 of writer 2',
      hex: '55 54 52 4e 01 0c 02 00',
    },
  ],
};

const latencies = [0, 0, 0, 0, 3, 40, 60, 12, 4, 0, 0, 1];

/** A storm that ended well; `change` replaces parts of it. */
export function sampleStorm(change: Partial<StormResult> = {}): StormResult {
  const point = (from: number) => {
    const times = { p50: 6.1, p90: 7.2, p99: 10.3, most: from === 0 ? 30.2 : 18.4 };
    return { from, to: from + 1, writes: 60, bytes: 60 * 16384, ...times };
  };
  return {
    format: 1,
    kind: 'storm',
    run,
    settings: sampleSettings,
    sensitivity: sampleSensitivity,
    verdict: 'untorn',
    promises: ['nothing crashed: every acknowledged write is there, since write(2) returned'],
    record: '/tmp/record',
    endedBy: 'time',
    error: null,
    numbers: {
      begun: 120,
      acknowledged: 120,
      acknowledgedBytes: 120 * 16384,
      failed: 0,
      reads: 300,
      tornWhileWritten: 2,
      wrongReads: 0,
      readErrors: 0,
      latencies,
    },
    series: [point(0), point(1)],
    seconds: 2,
    verification: {
      units: 16,
      counts: { ...noVerdicts(), new: 16 },
      findings: [],
      field: { units: 16, cells: 'nnnnnnnnnnnnnnnn' },
      seconds: 0.01,
      journal: { records: 240, gaps: 0, damaged: 0 },
    },
    wrongReads: [],
    ...change,
  };
}

/** The same with one unit torn, on a file in two pieces, at whose border that unit lies. */
export function faultyStorm(): StormResult {
  const { verification } = sampleStorm();
  const { address, bytes, verdict } = tornFinding;
  return sampleStorm({
    verdict: 'faults',
    layout: { blockBytes: 4096, extents: [0, 34_816, 22, 0, 22, 99_330, 42, 0] },
    verification: verification && {
      ...verification,
      counts: { ...noVerdicts(), new: 14, old: 1, torn: 1 },
      findings: [tornFinding],
      faults: [{ address, bytes, verdict }],
      field: { units: 16, cells: 'nnnnntnnnnnnonnn' },
    },
  });
}

export function sampleShutdown(): ShutdownResult {
  const round = { seed: 3, afterMilliseconds: 12.5, acknowledged: 40, acknowledgedLate: 1, unfinished: 2 };
  return {
    format: 1,
    kind: 'shutdown',
    run,
    settings: sampleSettings,
    sensitivity: sampleSensitivity,
    verdict: 'untorn',
    promises: [],
    record: '/tmp/record',
    filesystem: 'xfs',
    asked: 2,
    rounds: [
      { ...round, round: 1, flag: 0, counts: { ...noVerdicts(), new: 16 }, findings: [] },
      {
        ...round,
        round: 2,
        flag: 1,
        counts: { ...noVerdicts(), new: 15, old: 1 },
        findings: [],
        field: { units: 16, cells: 'nnnnnnnnnnonnnnn' },
      },
    ],
    interrupted: false,
  };
}

export function sampleCrash(change: Partial<CrashReport> = {}): CrashReport {
  return {
    kind: 'crash',
    name: 'pages',
    verdict: 'faulty',
    why: '1 of 40 crash states hold a fault',
    kernel: '6.18.0',
    filesystem: { fs: 'ext4', args: ['-b', '4096'], mountOptions: '' },
    writes: {
      count: 8,
      atomic: false,
      direct: true,
      sync: 'dsync',
      depth: 1,
      order: 'random',
      overlapping: false,
    },
    drive: {
      logicalBlockBytes: 512,
      atomicUnitBytes: 512,
      atomicBoundaryBytes: 0,
      volatileCache: true,
    },
    run,
    seed: 1,
    recording: { writes: 9, flushes: 8, bytes: 147_456, unitWrites: 8, crashPoints: 17 },
    sensitivity: {
      seeded: 60,
      found: 60,
      kinds: faultKinds.map((kind) => ({ kind, seeded: 10, found: 10 })),
      missed: [],
      leftOut: [],
    },
    states: { distinct: 40, withCut: 31, checked: 42, faulty: 1, unusable: 0, verdicts: { torn: 1 } },
    check: { how: 'memory', recoveries: 4, seconds: 0.2 },
    crossCheck: { states: 20, agreed: 20, differences: [] },
    findings: [
      {
        state: '3:2.0-4',
        position: 14,
        faults: [{ file: 'pages', unit: 1, verdict: 'torn', text: 'the 16384 bytes are of several moments' }],
        unusable: [],
        explanation: ['write 2: of its 32 sectors only 0 to 3 are there'],
      },
    ],
    picture: ['torn: the 16384 bytes are of several moments'],
    unit: tornFinding,
    grid: [
      { from: 0, to: 8, counts: [20, 0, 0, 0, 0, 0, 0, 0] },
      { from: 8, to: 17, counts: [21, 0, 1, 0, 0, 0, 0, 0] },
    ],
    ...change,
  };
}

const cutCounts = { ...noVerdicts(), new: 13, old: 1, stale: 2 };
const cutVerification = {
  units: 16,
  counts: cutCounts,
  findings: [{ ...tornFinding, verdict: 'stale' as const, text: 'generation 9 is gone' }],
  field: { units: 16, cells: 'nnnnnsnnnsnnnonn' },
  seconds: 0.01,
  journal: { records: 240, gaps: 0, damaged: 0 },
};

/** A drive that lost what it had acknowledged; `change` replaces parts of it. */
export function samplePowerCut(change: Partial<PowerCutResult> = {}): PowerCutResult {
  return {
    format: 1,
    kind: 'power-cut',
    run,
    settings: { ...sampleSettings, target: '/dev/nvme1n1', kind: 'device', readers: 0, seconds: null },
    sensitivity: sampleSensitivity,
    verdict: 'faults',
    promises: ['every acknowledged write is there: RWF_DSYNC promises it'],
    record: '',
    witness: 'second:7770',
    acknowledged: 118,
    unfinished: 2,
    verification: cutVerification,
    ...change,
  };
}

/** A storm that was killed with its machine, judged by its record. */
export function sampleVerify(change: Partial<RecordVerification> = {}): RecordVerification {
  return {
    format: 1,
    kind: 'verify',
    run,
    settings: sampleSettings,
    sensitivity: sampleSensitivity,
    verdict: 'untorn',
    promises: ['each unit is all old or all new'],
    rebooted: true,
    verification: {
      ...cutVerification,
      counts: { ...noVerdicts(), new: 15, old: 1 },
      findings: [],
      field: { units: 16, cells: 'nnnnnnnnnonnnnnn' },
    },
    ...change,
  };
}

/** Two rehearsed power cuts; `lies`: of a drive that lies about its flushes. */
export function sampleRehearsal(lies = false): RehearsalResult {
  const round: RehearsalRound = {
    round: 1,
    run,
    afterMilliseconds: 312,
    acknowledged: 40,
    unfinished: 3,
    drive: { inFlight: 3, cached: 12, kept: 8, lost: 5, cut: 2 },
    units: 16,
    counts: { ...noVerdicts(), new: 15, old: 1 },
    findings: [],
    field: { units: 16, cells: 'nnnnnnnnnonnnnnn' },
    unusable: null,
  };
  const { counts, findings, field } = cutVerification;
  const rounds = [round, { ...round, round: 2, ...(lies ? { counts, findings, field } : {}) }];
  const drive = { claimsBytes: 16384, keepsBytes: 16384, lies, volatileCache: true };
  const settings = { kernel: '6.18.15', on: 'device', unitBytes: 16384, atomic: true } as const;
  return rehearsalResult(
    { ...settings, sync: 'dsync', drive, times: 2, seed: 7 },
    sampleSensitivity,
    rounds,
    false,
  );
}

/** A torn run that is kept. */
export function sampleTornRun(change: Partial<TornRunRecord> = {}): TornRunRecord {
  return {
    format: 'untorn-run',
    version: 2,
    id: '20261122T191503Z-4f1c9b',
    title: 'a <storm>',
    began: '2026-11-22T19:15:03.250Z',
    tookMs: 2250,
    host: { untorn: '0.1.0', kernel: 'Linux 6.18.0', machine: 'x86_64', cpus: 2 },
    plan: '{"path":"/tmp/units"}',
    result: sampleStorm(),
    ...change,
  };
}
