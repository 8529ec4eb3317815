import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { sampleRun } from '../../test/support/sample-run.ts';
import {
  faultyStorm,
  missedSensitivity,
  sampleCrash,
  samplePowerCut,
  sampleRehearsal,
  sampleShutdown,
  sampleStorm,
  sampleTornRun,
  sampleVerify,
  tornFinding,
} from '../../test/support/sample-torn.ts';
import {
  compareRecords,
  exportRecord,
  keptRecordSchema,
  sideBySide,
  summariseRecord,
  summaryHas,
  tornHeadline,
  type TornRunResult,
} from './index.ts';

const results: readonly [string, TornRunResult][] = [
  ['a storm', sampleStorm()],
  ['a storm with faults', faultyStorm()],
  ['shutdowns', sampleShutdown()],
  ['crash states', sampleCrash()],
  ['a power cut', samplePowerCut()],
  ['a record that was verified', sampleVerify()],
  ['a rehearsal', sampleRehearsal()],
  ['a rehearsal with a drive that lies', sampleRehearsal(true)],
];

describe('records of torn runs', () => {
  it.each(results)('take %s that went through JSON', (_, result) => {
    const record = sampleTornRun({ result });
    expect(v.parse(keptRecordSchema, JSON.parse(exportRecord(record, 'json').text))).toEqual(record);
  });

  it('take a block of another run', () => {
    const [row] = tornFinding.rows;
    const foreign = { ...row, origin: { kind: 'other-run', run: '00000000000000ff' } };
    const wrongReads = [{ ...tornFinding, rows: [foreign] }];
    const record = { ...sampleTornRun(), result: { ...sampleStorm(), wrongReads } };
    expect(v.safeParse(keptRecordSchema, record).success).toBe(true);
  });

  it('leave those of plans as they were', () => {
    expect(v.parse(keptRecordSchema, JSON.parse(JSON.stringify(sampleRun())))).toEqual(sampleRun());
  });

  it.each([
    ['a version that is not known', { version: 3 }],
    ['the result of a plan', { result: sampleRun().result }],
    ['a storm whose counts are none', { result: { ...sampleStorm(), numbers: { begun: -1 } } }],
    ['a line of units with strange letters', { result: fieldOf('nnZ') }],
    ['a member that nobody knows', { more: 1 }],
  ])('refuse %s', (_, change) => {
    expect(v.safeParse(keptRecordSchema, { ...sampleTornRun(), ...change }).success).toBe(false);
  });
});

function fieldOf(cells: string): TornRunResult {
  const { verification } = sampleStorm();
  return sampleStorm({ verification: verification && { ...verification, field: { units: 3, cells } } });
}

describe('summaries of torn runs', () => {
  it.each<[TornRunResult, object]>([
    [sampleStorm(), { kind: 'storm', verdict: 'untorn', checked: 16, faults: 0 }],
    [faultyStorm(), { kind: 'storm', verdict: 'faults', checked: 16, faults: 1 }],
    [sampleShutdown(), { kind: 'shutdown', filesystem: 'xfs', checked: 2, faults: 0 }],
    [sampleCrash(), { kind: 'crash', filesystem: 'ext4', verdict: 'faulty', checked: 42, faults: 1 }],
    [samplePowerCut(), { kind: 'power-cut', filesystem: '', verdict: 'faults', checked: 16, faults: 2 }],
    [sampleVerify(), { kind: 'verify', verdict: 'untorn', checked: 16, faults: 0 }],
    [sampleRehearsal(true), { kind: 'rehearsal', verdict: 'faults', checked: 2, faults: 2 }],
  ])('say what was checked and found', (result, expected) => {
    expect(summariseRecord(sampleTornRun({ result }))).toMatchObject(expected);
  });

  it('are found by their kind', () => {
    const summary = summariseRecord(sampleTornRun());
    expect(summaryHas(summary, 'torn STORM')).toBe(true);
    expect(summaryHas(summary, 'crash')).toBe(false);
    expect(summaryHas(summariseRecord(sampleRun()), 'plan')).toBe(true);
    const cut = summariseRecord(sampleTornRun({ result: samplePowerCut() }));
    expect(summaryHas(cut, 'power cut')).toBe(true);
  });

  it('say the kernel of a rehearsal, which is the guest’s', () => {
    const { kernel } = summariseRecord(sampleTornRun({ result: sampleRehearsal() }));
    expect(kernel).toBe('Linux 6.18.15 in a sandbox');
  });
});

describe('headlines', () => {
  it('say of a void run that it proves nothing, and why', () => {
    const { tone, text } = tornHeadline(
      sampleStorm({ verdict: 'void', verification: null, sensitivity: missedSensitivity }),
    );
    expect(tone).toBe('disturbed');
    expect(text.replaceAll('\u00a0', ' ')).toBe(
      'Void: this check proves nothing. Only 47 of 48 seeded faults were found.',
    );
    const crash = sampleCrash({ verdict: 'void', why: 'mounting shows something else' });
    expect(tornHeadline(crash).text).toContain('Mounting shows something else');
  });

  it('say after a power cut whose fault it is that acknowledged writes are gone', () => {
    const plain = (result: TornRunResult) => tornHeadline(result).text.replaceAll('\u00a0', ' ');
    expect(plain(samplePowerCut())).toBe(
      'Faults: 2 of 16 units must not be there; acknowledged writes are gone: the drive, or something before it, lies about its flushes',
    );
    const whole = sampleVerify().verification;
    expect(plain(samplePowerCut({ verdict: 'untorn', verification: whole }))).toBe(
      'Untorn: 16 units after 118 acknowledged writes, each one that may be there',
    );
    expect(plain(sampleShutdown())).toBe('Untorn: 2 rounds of 2 on xfs, every unit is one that may be there');
    expect(plain(sampleVerify())).toContain('16 units, after a new start of the machine');
    expect(plain(sampleRehearsal())).toContain('Untorn: after 2 power cuts, each of 80 acknowledged writes');
    expect(plain({ ...sampleRehearsal(), interrupted: true })).toContain('interrupted after 2 of 2');
  });
});

describe('comparison of torn runs', () => {
  const differences = (one: TornRunResult, other: TornRunResult) =>
    compareRecords(sampleTornRun({ result: one }), sampleTornRun({ result: other })).differences;

  it('finds none between two of the same', () => {
    for (const [, result] of results) expect(differences(result, result)).toEqual([]);
  });

  it('tells what was asked and what was found apart', () => {
    const { settings } = sampleStorm();
    const buffered = { ...faultyStorm(), settings: { ...settings, direct: false, seed: 99 } };
    expect(differences(sampleStorm(), buffered)).toEqual([
      'verdict: one run has untorn, the other faults',
      'direct: one run has yes, the other no',
      'torn: one run has 0, the other 1',
    ]);
  });

  it('lays every figure of two runs side by side, the same or not', () => {
    const [good, lying] = [sampleRehearsal(), sampleRehearsal(true)];
    const groups = sideBySide(sampleTornRun({ result: good }), sampleTornRun({ result: lying }));
    expect(groups.map(({ title }) => title)).toEqual(['How it ended', 'What was asked', 'What was found']);
    const lines = groups.flatMap(({ lines }) => lines);
    expect(lines).toContainEqual({ name: 'drive lies', left: 'no', right: 'yes', same: false });
    expect(lines).toContainEqual({
      ...{ name: 'claims in bytes', left: '16384', right: '16384' },
      same: true,
    });
    expect(lines).toContainEqual({ name: 'stale', left: '0', right: '2', same: false });
    expect(lines).toContainEqual({ name: 'acknowledged', left: '80', right: '80', same: true });
  });

  it('compares nothing of two kinds', () => {
    expect(differences(sampleStorm(), sampleCrash())).toEqual(['one run is a storm, the other a crash']);
    expect(compareRecords(sampleTornRun(), sampleRun()).differences).toEqual([
      'one run is of a plan, the other looked for tears',
    ]);
  });
});

describe('exports of torn runs', () => {
  it('write a page with pictures that needs nothing else and runs nothing', () => {
    for (const [, result] of results) {
      const { text } = exportRecord(sampleTornRun({ result, plan: '<img src=x>' }), 'html');
      expect(text).not.toMatch(/<script|<img|https?:|url\((?!#)/);
      expect(text).toContain("default-src 'none'");
    }
    const storm = exportRecord(sampleTornRun({ result: faultyStorm() }), 'html').text;
    expect(storm).toContain('<rect class="v-torn"');
    expect(storm).toContain('class="course p99"');
    expect(storm).toContain('a &lt;storm&gt;');
    const crash = exportRecord(sampleTornRun({ result: sampleCrash() }), 'html').text;
    expect(crash).toContain('aria-label="Crash points by outcome"');
    expect(crash).toContain('torn 1</text>');
    const rounds = exportRecord(sampleTornRun({ result: sampleShutdown() }), 'html').text;
    expect(rounds).toContain('<rect class="v-old"');
    const cut = exportRecord(sampleTornRun({ result: samplePowerCut() }), 'html').text;
    expect(cut).toContain('<rect class="v-stale"');
    expect(cut).toContain('the witness (second:7770) has 118');
    const rehearsed = exportRecord(sampleTornRun({ result: sampleRehearsal(true) }), 'html').text;
    expect(rehearsed).toContain('>cut 2</text>');
    expect(rehearsed).toContain('lies about flushes');
  });

  it('write JUnit with a case for the seeded faults, and skip all else of a void run', () => {
    const faulty = exportRecord(sampleTornRun({ result: faultyStorm() }), 'junit').text;
    expect(faulty).toContain('tests="3" failures="1" skipped="0"');
    const crash = exportRecord(sampleTornRun({ result: sampleCrash() }), 'junit').text;
    expect(crash).toContain('tests="3" failures="1" skipped="0"');
    expect(crash).toContain('state 3:2.0-4: pages: torn');
    const lying = exportRecord(sampleTornRun({ result: sampleRehearsal(true) }), 'junit').text;
    expect(lying).toContain('tests="3" failures="1" skipped="0"');
    expect(lying).toContain('name="power cut 2, run 1122334455667788"');
    const missed = { seeded: 60, found: 59, missed: ['flipped-bit in unit 1'], leftOut: [] };
    const result = sampleCrash({ verdict: 'void', sensitivity: missed });
    expect(exportRecord(sampleTornRun({ result }), 'junit').text).toContain('failures="1" skipped="2"');
  });

  it.each<[TornRunResult, string, number]>([
    [sampleStorm(), 'from_seconds,to_seconds,writes,bytes,p50_us,p90_us,p99_us,longest_us', 3],
    [sampleShutdown(), 'round,flag,seed,after_ms', 3],
    [sampleCrash(), 'state,position,file,unit,verdict,text', 2],
    [samplePowerCut(), 'verdict,units,address,bytes,text', 10],
    [sampleVerify(), 'verdict,units,address,bytes,text', 9],
    [sampleRehearsal(), 'power_cut,run,after_ms,acknowledged', 3],
  ])('write one table as CSV', (result, head, lines) => {
    const { text } = exportRecord(sampleTornRun({ result }), 'csv');
    expect(text.startsWith(head)).toBe(true);
    expect(text.trimEnd().split('\r\n')).toHaveLength(lines);
  });
});
