import { accessSync, closeSync, constants, readFileSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { holdRequests, letRequestsGo } from '../../main/lab/request-holding.ts';
import { attachLoop, detachLoop } from '../../main/native/index.ts';
import { whyNotRoot } from '../support/machine.ts';

const reason = whyNotRoot();

describe.skipIf(reason !== false)(`requests that are held back${reason ? `: ${reason}` : ''}`, () => {
  it('are neither merged nor throttled, until the device is let go', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'untorn-holding-'));
    const image = path.join(folder, 'image');
    await writeFile(image, '');
    await truncate(image, 2 ** 20);
    const { number, path: device, descriptor } = await attachLoop(image, { logicalBlockBytes: 512 });
    closeSync(descriptor);
    try {
      const name = `loop${number}`;
      const queue = `/sys/block/${name}/queue`;
      const read = (file: string): number => Number(readFileSync(`${queue}/${file}`, 'utf8'));
      await holdRequests(name);
      expect(read('nomerges')).toBe(2);
      if (isReadable(`${queue}/wbt_lat_usec`)) expect(read('wbt_lat_usec')).toBe(0);
      await letRequestsGo(name);
      expect(read('nomerges')).toBe(0);
      if (isReadable(`${queue}/wbt_lat_usec`)) expect(read('wbt_lat_usec')).toBeGreaterThan(0);
      await holdRequests('no-such-device');
    } finally {
      await detachLoop(device);
      await rm(folder, { recursive: true });
    }
  });
});

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
