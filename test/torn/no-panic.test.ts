import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Cleanup, formatImage, mountingAsRoot } from '../../main/lab/index.ts';
import { loopFilesystem } from '../../main/torn/crash/loop-filesystem.ts';
import { usePrivateTemp } from '../support/lab.ts';
import { whyNotRoot } from '../support/machine.ts';

const temp = usePrivateTemp();
const reason = whyNotRoot();

it.skipIf(reason)(
  `a state of another's recording is mounted so that its damage has nothing panic ${reason || ''}`,
  async () => {
    const image = path.join(temp(), 'panics');
    await formatImage(image, 64 * 2 ** 20, { fs: 'ext4', args: ['-e', 'panic'] });
    const cleanup = new Cleanup();
    const mountPoint = path.join(temp(), 'mounted');
    const place = { mountPoint, isRecorder: false, privileges: mountingAsRoot };
    try {
      const filesystem = await loopFilesystem(image, 'ext4', '', place, cleanup);
      await filesystem.mount();
      const line = readFileSync('/proc/self/mounts', 'utf8')
        .split('\n')
        .find((one) => one.includes(` ${mountPoint} `));
      expect(line).toContain('errors=remount-ro');
    } finally {
      await cleanup.run();
    }
  },
);
