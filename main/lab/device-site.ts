import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Executor } from '../native/index.ts';
import type { Cleanup } from './cleanup.ts';
import { explained } from './privilege.ts';
import type { Site } from './site.ts';

/** A bare block device, known to the plan as the file `device`; held exclusively, so that nobody mounts it meanwhile. */
export function deviceSite(device: string, executor: Executor, cleanup: Cleanup): Site {
  const refuse = (): Promise<never> => Promise.reject(new Error('a bare device is not mounted'));
  return {
    isAlone: true,
    hasFiles: false,
    subject: () => Promise.resolve(null),
    async enter() {
      try {
        const claim = await open(device, constants.O_RDWR | constants.O_EXCL);
        cleanup.add(() => claim.close());
      } catch (error) {
        throw explained(error, `opening ${device}`);
      }
      await executor.enterDevice(device);
    },
    leave: () => executor.leave(),
    mount: refuse,
    unmount: refuse,
    reenter: refuse,
  };
}
