import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readRecorderLog } from '../../core/torn/crash/index.ts';
import { mount, unmount } from '../../main/native/index.ts';
import { findProgram } from '../../main/torn/crash/index.ts';
import { usePrivateTemp } from '../support/lab.ts';
import { whyNotRoot } from '../support/machine.ts';
import { whyNotRecorder } from '../support/recorder.ts';

const temp = usePrivateTemp();
const reason = whyNotRoot() || whyNotRecorder();

it.skipIf(reason)(
  `a log that finds no room ends whole, and the recorder says so ${reason || ''}`,
  async () => {
    const [image, place, disk] = ['image', 'small', 'disk'].map((name) => path.join(temp(), name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(image, '');
    truncateSync(image, 2 ** 22);
    for (const folder of [place, disk]) mkdirSync(folder);
    await mount('none', place, 'tmpfs', { options: 'size=256k' });
    try {
      const child = spawn(findProgram(), ['record', image, path.join(place, 'log'), disk], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (text: Buffer) => (said += text.toString()));
      const ended = once(child, 'close');
      await once(child.stdout, 'data');
      const file = openSync(path.join(disk, 'disk'), constants.O_RDWR);
      const write = (bytes: number, at: number): boolean => {
        try {
          writeSync(file, Buffer.alloc(bytes, 1), 0, bytes, at);
          return true;
        } catch {
          return false;
        }
      };
      let written = 0;
      while (write(65536, written * 65536)) written++;
      // There is room for these again, and behind a record that is not whole nobody would find them.
      const later = [1, 2, 3].map((at) => write(512, at * 512));
      closeSync(file);
      await unmount(disk);
      const [code] = (await ended) as [number];
      const log = readRecorderLog(readFileSync(path.join(place, 'log')));
      expect(written).toBeGreaterThan(0);
      expect(later).toEqual([false, false, false]);
      expect(log.writes).toHaveLength(written);
      expect([code, said]).toEqual([1, expect.stringContaining('the log ends before its end')]);
    } finally {
      await unmount(place);
    }
  },
);
