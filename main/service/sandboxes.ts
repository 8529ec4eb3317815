import { parseKernelRelease } from '../../core/atomic/index.ts';
import { parsePlanText } from '../../core/experiment/plan.ts';
import type {
  CallContext,
  CallProgress,
  SandboxInstallable,
  SandboxKernelInfo,
  SandboxList,
  UntornService,
} from '../../core/rpc/index.ts';
import { chooseProfile } from '../predict/index.ts';
import { privilege, type Privilege } from '../run/index.ts';
import {
  findEmulator,
  findKernels,
  inSandbox,
  textInSandbox,
  whyNoRuntime,
  type Emulator,
  type SandboxKernel,
} from '../sandbox/index.ts';
import { failing } from './failures.ts';
import type { Laboratory, Work } from './laboratory.ts';

type SandboxCalls = Pick<UntornService, Extract<keyof UntornService, `sandbox.${string}`>>;

/** What the interface may know and do about sandboxes; `workOf` passes a call's progress and cancellation on. */
export function sandboxProcedures(
  laboratory: Laboratory,
  workOf: (context: CallContext<CallProgress>) => Work,
): SandboxCalls {
  return {
    'sandbox.list': () => failing(() => Promise.resolve(laboratory.sandboxes())),
    'sandbox.install': ({ what, version }, context) =>
      failing(async () => {
        await laboratory.installSandbox(what, version, workOf(context));
        return laboratory.sandboxes();
      }),
  };
}

/** The plan that runs where a call names a kernel, as text: moved into a sandbox. Throws Failure, PlanError. */
export function withKernelNamed(text: string, kernel: string | undefined): string {
  if (kernel === undefined) return text;
  // Refuses what cannot move before its text is touched.
  inSandbox(parsePlanText(text));
  return textInSandbox(text, kernel);
}

const able = { possible: true, why: '', remedy: '' } as const;

/** What is found on this machine. */
export function sandboxesHere(): SandboxList {
  const [found, emulator] = [findKernels(), findEmulator()];
  const noRuntime = found.length === 0 ? null : whyNoRuntime();
  const kernels = found.map((kernel) => describe(kernel, emulator, noRuntime));
  const usable = kernels.filter(({ run }) => run.possible);
  const uml = usable.find(({ machine }) => machine === 'uml');
  return {
    kernels,
    emulator: emulator && `${emulator.version.major}.${emulator.version.minor}`,
    usual: (uml ?? usable.at(-1))?.name ?? null,
    here: privilege(),
    missing: missingOf(found, emulator),
  };
}

/** Where plans run for whoever started this process: on this machine's kernel, else in a sandbox. */
export function privilegeWithSandboxes(): Privilege {
  const here = privilege();
  if (here.possible) return here;
  if (sandboxesHere().usual !== null) return able;
  return { ...here, remedy: `${here.remedy}, or install a sandbox: ${installCommand('uml')}` };
}

function describe(
  { machine, release, path, modules }: SandboxKernel,
  emulator: Emulator | null,
  noRuntime: string | null,
): SandboxKernelInfo {
  const isUml = machine === 'uml';
  // scsi_debug is a module everywhere.
  const scsi = modules === null ? [] : (['scsi'] as const);
  return {
    name: isUml ? 'uml' : release,
    title: isUml ? `User Mode Linux ${release}` : `Linux ${release} in QEMU`,
    machine,
    release,
    path,
    drives: isUml ? [...scsi, 'loop'] : [...scsi, 'nvme', 'loop'],
    ...profileFor(release),
    run: whyNotStarted(isUml || emulator !== null, noRuntime),
  };
}

function whyNotStarted(hasMachine: boolean, noRuntime: string | null): SandboxKernelInfo['run'] {
  if (noRuntime !== null) return { possible: false, why: noRuntime, remedy: '' };
  if (hasMachine) return able;
  const why = 'this kernel takes QEMU, and none is found';
  return { possible: false, why, remedy: installCommand('qemu') };
}

function profileFor(release: string): Pick<SandboxKernelInfo, 'allocator' | 'allocatorExact'> {
  const version = parseKernelRelease(release);
  try {
    if (version === null) return { allocator: '', allocatorExact: false };
    const { profile, exact } = chooseProfile('auto', version);
    return { allocator: profile.name, allocatorExact: exact };
  } catch {
    return { allocator: '', allocatorExact: false };
  }
}

/** Packages are for x86-64 (main/sandbox/install). */
function missingOf(found: readonly SandboxKernel[], emulator: Emulator | null): SandboxInstallable[] {
  if (process.arch !== 'x64') return [];
  const offers: SandboxInstallable[] = [];
  if (!found.some(({ machine }) => machine === 'uml'))
    offers.push({
      what: 'uml',
      title: 'User Mode Linux',
      gives: 'RWF_ATOMIC on ext4 and XFS in about three seconds, without root (36 MB)',
      command: installCommand('uml'),
    });
  if (emulator === null)
    offers.push({
      what: 'qemu',
      title: 'QEMU',
      gives: 'NVMe drives with atomic limits, several CPUs, other kernels',
      command: installCommand('qemu'),
    });
  if (!found.some(({ machine }) => machine === 'qemu'))
    offers.push({
      what: 'kernel',
      title: 'A kernel for QEMU',
      gives: "the newest of Debian's kernels; a version may be named",
      command: installCommand('kernel'),
    });
  return offers;
}

function installCommand(what: SandboxInstallable['what']): string {
  return `untorn sandbox install ${what}`;
}
