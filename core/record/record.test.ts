import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { differingRun, sampleRun } from '../../test/support/sample-run.ts';
import { compareRecords, exportRecord, recordSchema, summariseRecord, summaryHas } from './index.ts';

describe('recordSchema', () => {
  it('takes a run that went through JSON', () => {
    const parsed = v.parse(recordSchema, JSON.parse(exportRecord(differingRun(), 'json').text));
    expect(parsed).toEqual(differingRun());
  });

  it.each([
    ['another format', { format: 'something' }],
    ['another version', { version: 2 }],
    ['a name that leaves the folder', { id: '../../etc/passwd' }],
    ['no time', { began: 'yesterday' }],
    ['a member that nobody knows', { more: 1 }],
  ])('refuses %s', (_, change) => {
    expect(v.safeParse(recordSchema, { ...sampleRun(), ...change }).success).toBe(false);
  });
});

describe('summaries', () => {
  it('say how a run ended', () => {
    expect(summariseRecord(sampleRun())).toMatchObject({ verdict: 'match', files: 1, differences: 0 });
    expect(summariseRecord(differingRun())).toMatchObject({ verdict: 'differs', differences: 2 });
    const { result } = sampleRun();
    const disturbed = sampleRun({ result: { ...result, match: false, disturbed: ['a writer'] } });
    expect(summariseRecord(disturbed).verdict).toBe('disturbed');
  });

  it('are found by all of some words, in any case', () => {
    const summary = summariseRecord(sampleRun());
    expect(summaryHas(summary, 'SAMPLE 6.18')).toBe(true);
    expect(summaryHas(summary, 'sample xfs')).toBe(false);
  });
});

describe('compareRecords', () => {
  it('compares what the kernel did, step by step and extent by extent', () => {
    expect(compareRecords(sampleRun(), sampleRun())).toEqual({ same: true, differences: [], samePlan: true });
    const { same, differences } = compareRecords(sampleRun(), differingRun());
    expect(same).toBe(false);
    expect(differences).toEqual([
      'step 0 (create): one run has 0, the other ENOSPC',
      'f, logical block 4: one run has 4..7 at 300..303 unwritten, the other 4..7 at 308..311 unwritten',
    ]);
  });

  it('says where the plans are not the same', () => {
    expect(compareRecords(sampleRun(), sampleRun({ plan: '{"a":1}' })).samePlan).toBe(false);
  });
});

describe('exportRecord', () => {
  it('writes extents as CSV, cut where either side changes', () => {
    const lines = exportRecord(differingRun(), 'csv').text.split('\r\n');
    expect(lines).toEqual([
      'file,logical_block,blocks,predicted_physical,predicted_state,actual_physical,actual_state,differs',
      'f,0,4,100,written,100,written,no',
      'f,4,4,300,unwritten,308,unwritten,yes',
      '',
    ]);
  });

  it('quotes names in CSV, and lets none be a formula', () => {
    const { result } = sampleRun();
    const files = [{ ...(result.actual.files[0] ?? fail()), file: '=cmd("x"),y' }];
    const outcome = { ...result.actual, files };
    const text = exportRecord(
      sampleRun({ result: { ...result, predicted: outcome, actual: outcome } }),
      'csv',
    ).text;
    expect(text).toContain(`"'=cmd(""x""),y",0,4`);
  });

  it('writes a case of JUnit for each step and file, failed where they differ', () => {
    const { text } = exportRecord(differingRun(), 'junit');
    expect(text).toContain('tests="2" failures="2" skipped="0"');
    expect(text).toContain('name="a &lt;differing&gt; one"');
    expect(text).toContain('the kernel has 308 &amp; &lt;b&gt;');
  });

  it('skips every case of a disturbed run, with the reason', () => {
    const { result } = differingRun();
    const disturbed = differingRun({ result: { ...result, disturbed: ['another "writer"\u0001'] } });
    const { text } = exportRecord(disturbed, 'junit');
    expect(text).toContain('failures="0" skipped="2"');
    expect(text).toContain('<skipped message="another &quot;writer&quot;\ufffd"/>');
  });

  it('writes a page that needs nothing else and runs nothing', () => {
    const { text } = exportRecord(
      differingRun({ title: '<script>alert(1)</script>', plan: '<img src=x onerror=alert(1)>' }),
      'html',
    );
    expect(text).not.toMatch(/<script|<img|https?:|url\((?!#)/);
    expect(text).toContain("default-src 'none'");
    expect(text).toContain('≠ Differs in 2');
    expect(text).toContain('<rect class="differs"');
  });
});

function fail(): never {
  throw new Error('the sample has a file');
}
