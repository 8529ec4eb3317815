import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { writeFlagsOf, type Executor } from '../native/index.ts';
import type { Cleanup } from './cleanup.ts';
import { explained } from './privilege.ts';
import type { ClaimedDisk } from './privileges/whole.ts';
import type { Site } from './site.ts';

/** A bare block device that the helper holds: the calls of the plan are made there. */
export function claimedDeviceSite(step: NonNullable<ClaimedDisk['step']>): Site {
  const refuse = (): Promise<never> => Promise.reject(new Error('a bare device is not mounted'));
  return {
    isAlone: true,
    hasFiles: false,
    subject: () => Promise.resolve(null),
    enter: () => Promise.resolve(),
    async leave() {
      await step({ op: 'close' });
    },
    run(call) {
      if (call.op === 'fsync' || call.op === 'close') return step({ op: call.op });
      if (call.op !== 'write') throw new Error(`a bare device has no ${call.op}`);
      const { offset, length, vectors, direct } = call;
      return step({ op: 'write', offset, length, vectors, direct, flags: writeFlagsOf(call) });
    },
    mount: refuse,
    unmount: refuse,
    reenter: refuse,
  };
}

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
