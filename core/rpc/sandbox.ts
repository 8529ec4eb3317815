import * as v from 'valibot';
import { procedure } from './procedure.ts';
import { progressSchema } from './progress.ts';

/** Sandboxes: kernels in guests that an ordinary user can run plans on (docs/sandbox.md). */

/** A kernel's name as `plan.predict` and `plan.run` take it: `uml`, or a release. Paths stand in plans only. */
export const kernelNameSchema = v.pipe(
  v.string(),
  v.regex(/^[\w.+~-]{1,200}$/, 'is not the name of a kernel that is found'),
);

/** By which way what takes root is done: by Untorn itself, by UDisks2, or by the helper that polkit or sudo starts (docs/privilege.md). */
export const waySchema = v.nullable(v.picklist(['root', 'sudo', 'udisks', 'pkexec']));

const abilitySchema = v.strictObject({
  possible: v.boolean(),
  /** Why not, and what to do about it; empty where it is. */
  why: v.string(),
  remedy: v.string(),
  way: v.optional(waySchema),
});

const kernelSchema = v.strictObject({
  name: kernelNameSchema,
  /** `User Mode Linux 7.2.7`, `Linux 6.18.15+deb13-cloud-amd64 in QEMU`. */
  title: v.string(),
  machine: v.picklist(['uml', 'qemu']),
  release: v.string(),
  path: v.string(),
  /** Drives that it can be given: a loop plan gets the drive `loop`. */
  drives: v.array(v.picklist(['scsi', 'nvme', 'loop'])),
  /** The profile that predicts for it, and whether it is this kernel's own; empty where it is older than all. */
  allocator: v.string(),
  allocatorExact: v.boolean(),
  run: abilitySchema,
});

const installableSchema = v.strictObject({
  what: v.picklist(['uml', 'qemu', 'kernel']),
  title: v.string(),
  /** What one gets by it, in one sentence. */
  gives: v.string(),
  /** The command that does the same in a terminal. */
  command: v.string(),
});

const sandboxListSchema = v.strictObject({
  /** User Mode Linux first, then those for QEMU, older ones first. */
  kernels: v.array(kernelSchema),
  /** Version of the emulator, or null. */
  emulator: v.nullable(v.string()),
  /** The kernel that a plan with an unnamed kernel gets, or null where there is none. */
  usual: v.nullable(kernelNameSchema),
  /** Whether plans on loop devices, images and mounted filesystems can run on this machine's own kernel. */
  here: abilitySchema,
  /** What is not there yet and can be installed without root. */
  missing: v.array(installableSchema),
});

export const sandboxProcedures = {
  'sandbox.list': procedure({ input: v.strictObject({}), output: sandboxListSchema }),
  /** Fetches packages of Debian into the user's cache folder; `version` names a kernel's, null the newest. */
  'sandbox.install': procedure({
    input: v.strictObject({
      what: v.picklist(['uml', 'qemu', 'kernel']),
      version: v.nullable(v.pipe(v.string(), v.regex(/^\d+\.\d+[\w.+~-]{0,100}$/, 'is not a version'))),
    }),
    output: sandboxListSchema,
    event: progressSchema,
  }),
} as const;

export type SandboxList = v.InferOutput<typeof sandboxListSchema>;
export type SandboxKernelInfo = v.InferOutput<typeof kernelSchema>;
export type SandboxInstallable = v.InferOutput<typeof installableSchema>;
