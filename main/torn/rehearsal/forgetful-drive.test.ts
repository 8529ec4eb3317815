import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainDrive } from '../../../core/torn/crash/index.ts';
import { drawsOf } from '../random.ts';
import { ForgetfulDrive, type ForgetfulModel } from './forgetful-drive.ts';

const model: ForgetfulModel = {
  promises: { ...plainDrive, atomicUnitBytes: 4096 },
  lies: false,
  cacheBytes: 2 ** 20,
  slowestMs: 2,
};
const sizeBytes = 65536;
/** Keeps nothing of what it may lose: survivingParts() asks for 0 or 1 of 2. */
const losesAll = (limit: number): number => limit - 1;

describe('ForgetfulDrive', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-drive-'));
    file = path.join(folder, 'disk');
    writeFileSync(file, '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const drive = (change: Partial<ForgetfulModel> = {}, below = losesAll) =>
    new ForgetfulDrive(file, sizeBytes, { ...model, ...change }, below);
  const filled = (value: number, length = 4096) => new Uint8Array(length).fill(value);
  /** What is there after the power was cut, one number for each 4 KiB. */
  const left = () => [...readFileSync(file)].filter((_, at) => at % 4096 === 0);

  it('reads what was answered, durable or not, the later over the earlier', async () => {
    const one = drive();
    await one.write(0, filled(1, 8192), true);
    await one.write(4096, filled(2), false);
    expect([...(await one.read(2048, 4096))]).toEqual([...filled(1, 2048), ...filled(2, 2048)]);
    expect(one.cutPower()).toEqual({ inFlight: 0, cached: 1, kept: 0, lost: 1, cut: 0 });
    expect(left().slice(0, 3)).toEqual([1, 1, 0]);
  });

  it('keeps what a flush found, and loses what came after', async () => {
    const one = drive();
    await one.write(0, filled(1), false);
    await one.flush();
    await one.write(0, filled(2), false);
    await one.write(4096, filled(2), false);
    expect(one.cutPower()).toMatchObject({ cached: 2, lost: 2 });
    expect(left().slice(0, 2)).toEqual([1, 0]);
  });

  it('counts what came during a flush as not flushed', async () => {
    const one = drive({ slowestMs: 20 }, (limit) => limit - 1);
    const flushed = one.flush();
    const written = one.write(0, filled(1), false);
    await Promise.all([flushed, written]);
    expect(one.cutPower()).toMatchObject({ cached: 1, lost: 1 });
  });

  it('never lets an older write come back over a durable one', async () => {
    const one = drive({}, () => 0);
    await one.write(0, filled(1), false);
    await one.write(0, filled(2), true);
    expect(one.cutPower()).toMatchObject({ cached: 0 });
    expect(left()[0]).toBe(2);
  });

  it('may keep or lose what was under way, and answers nothing any more', async () => {
    const one = drive({}, () => 0);
    let answered = false;
    void one.write(0, filled(3), true).then(() => (answered = true));
    expect(one.cutPower()).toEqual({ inFlight: 1, cached: 0, kept: 1, lost: 0, cut: 0 });
    expect(left()[0]).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(answered).toBe(false);
  });

  it('cuts what it does not keep whole', async () => {
    let cuts = 0;
    for (let seed = 0; seed < 20; seed++) {
      const one = drive({ promises: { ...plainDrive, atomicUnitBytes: 2048 } }, drawsOf(seed));
      await one.write(0, filled(1), true);
      await one.write(0, filled(2), false);
      const { cut } = one.cutPower();
      const found = new Set(readFileSync(file).subarray(0, 4096));
      expect(found.size).toBe(cut === 1 ? 2 : 1);
      cuts += cut;
    }
    expect(cuts).toBeGreaterThan(3);
  });

  it('loses what it has acknowledged as durable where it lies', async () => {
    const one = drive({ lies: true });
    await one.write(0, filled(1), false);
    one.settle();
    await one.write(0, filled(2), true);
    await one.write(4096, filled(2), false);
    await one.flush();
    expect(one.cutPower()).toMatchObject({ cached: 2, lost: 2 });
    expect(left().slice(0, 2)).toEqual([1, 0]);
  });

  it('makes the oldest durable where the cache is full', async () => {
    const one = drive({ cacheBytes: 8192 });
    for (let at = 0; at < 4; at++) await one.write(at * 4096, filled(at + 1), false);
    expect(one.cutPower()).toMatchObject({ cached: 2 });
    expect(left().slice(0, 4)).toEqual([1, 2, 0, 0]);
  });
});
