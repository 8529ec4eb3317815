import * as v from 'valibot';
import { wholeSchema } from '../schemas.ts';
import { openingSchema } from './passport.ts';
import { procedure } from './procedure.ts';

/** Drives and filesystems of the machine that the service runs on, for choosing one. */

const deviceSchema = v.strictObject({
  /** `/dev/nvme0n1p1` */
  path: v.string(),
  /** What it is: `disk`, `partition`, `device-mapper`, `md`, `loop`, `nvme-multipath`. */
  kind: v.string(),
  /** Model of a drive, name of a dm device, file of a loop device, or empty. */
  title: v.string(),
  sizeBytes: wholeSchema,
  /** null where the kernel does not tell. */
  rotational: v.nullable(v.boolean()),
  readOnly: v.boolean(),
  /** Who uses it or its partitions, in words; empty where it is free. */
  users: v.array(v.string()),
  /** Atomic writes that the kernel lets through to it. */
  opening: openingSchema,
  /** By what `--destroy` must name it: serial number or WWN, else its path. */
  names: v.array(v.string()),
});

const filesystemSchema = v.strictObject({
  mountPoint: v.string(),
  /** `ext4` */
  type: v.string(),
  /** What is mounted: a device's path, or a name. */
  source: v.string(),
});

const deviceListSchema = v.strictObject({
  /** Each drive, its partitions behind it; then what is made of drives. */
  devices: v.array(deviceSchema),
  /** Mounted filesystems that lie on a block device, each once. */
  filesystems: v.array(filesystemSchema),
});

export const deviceProcedures = {
  'devices.list': procedure({ input: v.strictObject({}), output: deviceListSchema }),
} as const;

export type DeviceList = v.InferOutput<typeof deviceListSchema>;
export type ListedDevice = v.InferOutput<typeof deviceSchema>;
export type ListedFilesystem = v.InferOutput<typeof filesystemSchema>;
