/** What this machine is: its kernel, CPUs, mounts and block devices, read from procfs and sysfs. */
export { readBlockDevice, type BlockDevice, type DriveAccess, type QueueFacts } from './block-device.ts';
export { listBlockDevices, type ListedDevice } from './devices.ts';
export { deviceNumber, type DeviceNumber } from './device-number.ts';
export { hasLargeFolios, pageSizeBytes, possibleCpus, rotationalUnder, runningKernel } from './facts.ts';
export { identityOf, type DeviceIdentity } from './identity.ts';
export { mountOf, readMounts, type Mount } from './mounts.ts';
export type { Stack } from './stack.ts';
export { partitionsOf, usersOf } from './users.ts';
