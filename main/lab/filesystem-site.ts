import type { DeviceNumber } from '../machine/index.ts';
import type { Executor } from '../native/index.ts';
import type { MountedFilesystem } from './mounted.ts';
import type { Privileges } from './privileges/privileges.ts';
import type { Site } from './site.ts';

/** A filesystem of the lab's own, mounted for the plan alone. */
export function filesystemSite(
  filesystem: MountedFilesystem,
  privileges: Privileges,
  deviceNumber: DeviceNumber,
  mayReadBuddies: boolean,
): Site {
  return {
    isAlone: true,
    hasFiles: true,
    async subject(executor: Executor) {
      const device = await filesystem.deviceName();
      return {
        mountPoint: filesystem.mountPoint,
        device,
        ...filesystem.kind,
        ownThread: executor.threadId,
        deviceNumber,
        privileges,
        mayReadBuddies,
      };
    },
    enter: (signal) => filesystem.mount(signal),
    leave: () => filesystem.unmount(),
    mount: () => filesystem.mount(),
    unmount: () => filesystem.unmount(),
    reenter: () => filesystem.reenter(),
  };
}
