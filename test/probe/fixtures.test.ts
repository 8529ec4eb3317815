import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseKernelRelease, type Known, type Window } from '../../core/atomic/index.ts';
import { deviceNumber } from '../../main/machine/index.ts';
import { probe } from '../../main/probe/probe.ts';
import type { Passport } from '../../main/probe/index.ts';
import { buildSysfs, identifyBytes, readFixture, type SysfsFixture } from '../support/sysfs-tree.ts';

/** The passport of a file on made-up machines: trees of sysfs, and what their drives answer. */
const fixtures = path.join(import.meta.dirname, '../fixtures/sysfs');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-fixture-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function passportOf(fixture: SysfsFixture): Promise<Passport> {
  const file = path.join(folder, 'file');
  writeFileSync(file, 'x');
  const { major, minor } = deviceNumber(statSync(file, { bigint: true }).dev);
  const mountinfo = path.join(folder, 'mountinfo');
  writeFileSync(mountinfo, `27 1 ${major}:${minor} / / rw - ${fixture.fsType} /dev/untorntest rw\n`);
  const procfs = path.join(folder, 'proc');
  mkdirSync(path.join(procfs, 'fs/ext4/untorntest'), { recursive: true });
  writeFileSync(path.join(procfs, 'fs/ext4/untorntest/options'), 'rw\ndata=ordered\n');
  const kernel = parseKernelRelease(fixture.kernel);
  if (!kernel) throw new Error(`${fixture.kernel} is no kernel`);
  const [unitMinBytes, unitMaxBytes, unitMaxOptBytes] = fixture.statx;
  const answers = fixture.identify ?? {};
  return probe(file, {
    sysfs: buildSysfs(folder, fixture, file),
    procfs,
    mountinfo,
    kernel,
    statx: () =>
      Promise.resolve({
        direct: { memoryAlignBytes: 4, offsetAlignBytes: 512 },
        atomic: { unitMinBytes, unitMaxBytes, unitMaxOptBytes, segmentsMax: unitMinBytes === 0 ? 0 : 1 },
        attributes: { dax: false, verity: false, encrypted: false },
      }),
    nvmeIdentify: (node, _, cns) => {
      const fields = answers[path.basename(node)];
      if (!fields) return Promise.reject(Object.assign(new Error('permission denied'), { code: 'EACCES' }));
      return Promise.resolve(identifyBytes(fields, cns));
    },
  });
}

function shown(window: Known<Window> | null): string {
  if (window === null) return 'none';
  return window === 'unknown' ? window : `${window.minBytes}-${window.maxBytes}`;
}

describe('the passport of made-up machines', () => {
  const names = readdirSync(fixtures).map((name) => name.replace(/\.json$/, ''));

  it.each(names)('%s', async (name) => {
    const fixture = readFixture(path.join(fixtures, `${name}.json`));
    const passport = await passportOf(fixture);
    const { window, layers, claims = {}, verdict, remedy, says, finding, ways } = fixture.expect;
    expect(passport.layers.map((layer) => [layer.layer, shown(layer.window), layer.rule])).toEqual(layers);
    expect(passport.window).toEqual(window && { minBytes: window[0], maxBytes: window[1] });
    expect(passport.possible).toBe(window !== null);
    for (const [layer, expected] of Object.entries(claims)) {
      const found = passport.layers.find((each) => each.layer === layer)?.claims;
      expect([shown(found?.window ?? null), found?.agrees]).toEqual(expected);
    }
    if (verdict !== undefined) expect(passport.verdict).toMatch(new RegExp(verdict));
    if (remedy !== undefined) expect(passport.remedy).toMatch(new RegExp(remedy));
    if (says !== undefined) expect(JSON.stringify(passport)).toContain(says);
    if (finding) {
      const [layer, rule, help] = finding;
      expect(passport.findings).toContainEqual(expect.objectContaining({ layer, rule, remedy: help }));
    }
    if (ways)
      expect([shown(passport.ways?.hardware ?? null), shown(passport.ways?.software ?? null)]).toEqual(ways);
  });

  it('says what root would add where a drive may not be asked', async () => {
    const { identify: _, ...fixture } = readFixture(path.join(fixtures, 'nvme-nawupf.json'));
    const passport = await passportOf(fixture);
    expect(passport.withRoot).toContainEqual(expect.stringContaining('what nvme0n1 claims itself'));
    expect(passport.layers.at(-1)?.claims).toBeNull();
  });
});
