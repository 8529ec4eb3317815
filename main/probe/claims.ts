import {
  decodeNvmeController,
  decodeNvmeNamespace,
  decodeScsiBlockLimits,
  nvmeLimits,
  queueLimits,
  scsiLimits,
  sizeInWords,
  windowInWords,
  type HardwareOutcome,
  type KernelVersion,
  type Known,
  type NvmeControllerClaims,
  type NvmeNamespaceClaims,
  type QueueOutcome,
  type QueueShape,
  type ScsiClaims,
  type Window,
} from '../../core/atomic/index.ts';
import type { BlockDevice, DriveAccess } from '../machine/index.ts';
import type { ProbeEnvironment } from './environment.ts';
import type { DriveClaims, Fact } from './passport.ts';

/** What a drive said, or why it could not be asked. */
export type Asked =
  | { readonly kind: 'claims'; readonly claims: DriveClaims }
  | { readonly kind: 'unasked'; readonly why: string; readonly rootWould: boolean };

const pageBytes = 4096;
const blockLimitsPage = 0xb0;

/** Asks a drive what it claims itself, and what this kernel makes of it. Null where there is no way to ask. */
export async function askDrive(
  device: BlockDevice,
  kernel: KernelVersion,
  environment: ProbeEnvironment,
): Promise<Asked | null> {
  const { drive } = device;
  if (drive === null) return null;
  try {
    return drive.kind === 'nvme'
      ? await askNvme(device, drive.namespaceId, kernel, environment)
      : await askScsi(device, drive, kernel, environment);
  } catch (error) {
    const { code = '', message } = error as Error & { readonly code?: string };
    const rootWould = ['EACCES', 'EPERM'].includes(code);
    return { kind: 'unasked', why: `${device.facts.name} could not be asked: ${message}`, rootWould };
  }
}

async function askNvme(
  device: BlockDevice,
  nsid: Known<number>,
  kernel: KernelVersion,
  { nvmeIdentify }: ProbeEnvironment,
): Promise<Asked | null> {
  if (!nvmeIdentify) return null;
  const node = `/dev/${device.facts.name}`;
  if (nsid === 'unknown')
    return {
      kind: 'unasked',
      why: `sysfs does not tell the namespace id of ${device.facts.name}`,
      rootWould: false,
    };
  const namespace = decodeNvmeNamespace(await nvmeIdentify(node, nsid, 0));
  const controller = decodeNvmeController(await nvmeIdentify(node, 0, 1));
  const { logicalBlockBytes } = namespace;
  const made = nvmeLimits({ namespace, controller, logicalBlockBytes }, kernel);
  const facts = nvmeFacts(namespace, controller);
  return { kind: 'claims', claims: judged('NVMe Identify', device, made, kernel, facts) };
}

async function askScsi(
  device: BlockDevice,
  drive: Extract<DriveAccess, { kind: 'scsi' }>,
  kernel: KernelVersion,
  { scsiVitalPage }: ProbeEnvironment,
): Promise<Asked | null> {
  const { logicalBlockBytes } = device.facts;
  if (logicalBlockBytes === 'unknown' || device.physicalBlockBytes === 'unknown') return null;
  if (drive.blockLimitsPage === null && !scsiVitalPage) return null;
  const page =
    drive.blockLimitsPage ??
    (await scsiVitalPage?.(`/dev/${device.facts.name}`, blockLimitsPage)) ??
    new Uint8Array();
  const claims = decodeScsiBlockLimits(page);
  const made = scsiLimits(claims, {
    logicalBlockBytes,
    physicalBlockBytes: device.physicalBlockBytes,
    // Type 2 is rare, and shows as limits of 0 beside claims: then the two do not agree.
    protectionType2: false,
  });
  return { kind: 'claims', claims: judged('SCSI VPD page B0h', device, made, kernel, scsiFacts(claims)) };
}

/** The claims on their way through the driver and the block layer, beside the limits that sysfs shows. */
function judged(
  source: DriveClaims['source'],
  device: BlockDevice,
  made: HardwareOutcome,
  kernel: KernelVersion,
  facts: readonly Fact[],
): DriveClaims {
  const outcome = throughQueue(device, made, kernel);
  const window = windowOf(outcome);
  const agrees = compared(device, window);
  const reasons =
    outcome.kind === 'limits'
      ? [...(made.kind === 'limits' ? made.reasons : []), ...outcome.reasons].map(({ because }) => because)
      : [outcome.kind === 'none' ? outcome.because : `${outcome.missing} is not known`];
  const said = window === null ? 'nothing' : window === 'unknown' ? window : windowInWords(window);
  const doubt = agrees === false ? `by its claims ${said}, which is not what the kernel shows; ` : '';
  return { source, window, agrees, why: doubt + reasons.join('; '), facts };
}

function throughQueue(device: BlockDevice, made: HardwareOutcome, kernel: KernelVersion): QueueOutcome {
  if (made.kind !== 'limits') return made;
  const shape = shapeOf(device);
  return shape
    ? queueLimits(made.limits, shape, kernel)
    : { kind: 'unknown', missing: `the shape of the queue of ${device.facts.name}` };
}

function shapeOf({ facts, queue }: BlockDevice): QueueShape | null {
  const { logicalBlockBytes } = facts;
  const { maxTransferBytes, maxSegments, chunkBytes, minimumIoBytes } = queue;
  if (logicalBlockBytes === 'unknown' || maxTransferBytes === 'unknown' || maxSegments === 'unknown')
    return null;
  if (chunkBytes === 'unknown' || minimumIoBytes === 'unknown') return null;
  return { logicalBlockBytes, maxTransferBytes, maxSegments, chunkBytes, minimumIoBytes, pageBytes };
}

function windowOf(outcome: QueueOutcome): Known<Window> | null {
  if (outcome.kind === 'unknown') return 'unknown';
  if (outcome.kind === 'none') return null;
  return { minBytes: outcome.limits.unitMinBytes, maxBytes: outcome.limits.unitMaxBytes };
}

function compared({ facts: { atomic } }: BlockDevice, window: Known<Window> | null): Known<boolean> {
  if (atomic === 'unknown' || window === 'unknown') return 'unknown';
  return atomic.unitMinBytes === (window?.minBytes ?? 0) && atomic.unitMaxBytes === (window?.maxBytes ?? 0);
}

function nvmeFacts(namespace: NvmeNamespaceClaims, controller: NvmeControllerClaims): Fact[] {
  const block = namespace.logicalBlockBytes;
  const units = (value: number) => `${value} (${sizeInWords((value + 1) * block)})`;
  const own = (value: number) =>
    namespace.atomicsDefined && value !== 0 ? units(value) : `${value} (not said)`;
  return [
    { name: 'NSFEAT bit 1', value: namespace.atomicsDefined ? '1' : '0' },
    { name: 'NAWUN', value: own(namespace.normalUnit) },
    { name: 'NAWUPF', value: own(namespace.powerFailUnit) },
    { name: 'NACWU', value: own(namespace.compareUnit) },
    { name: 'NABSN', value: own(namespace.normalBoundary) },
    { name: 'NABSPF', value: own(namespace.powerFailBoundary) },
    { name: 'NABO', value: String(namespace.boundaryOffset) },
    { name: 'AWUN', value: units(controller.normalUnit) },
    { name: 'AWUPF', value: units(controller.powerFailUnit) },
    { name: 'ACWU', value: units(controller.compareUnit) },
    {
      name: 'MDTS',
      value: controller.maxTransferBytes === 0 ? 'no limit' : sizeInWords(controller.maxTransferBytes),
    },
    { name: 'controller', value: `${controller.model} ${controller.serial} ${controller.firmware}`.trim() },
  ];
}

function scsiFacts(claims: ScsiClaims): Fact[] {
  const fact = (name: string, value: number): Fact => ({ name, value: String(value) });
  return [
    fact('page length', claims.pageBytes),
    fact('maximum atomic transfer length', claims.maximumLength),
    fact('atomic alignment', claims.alignment),
    fact('atomic transfer length granularity', claims.granularity),
    fact('maximum with boundary', claims.maximumLengthWithBoundary),
    fact('maximum atomic boundary size', claims.maximumBoundary),
  ];
}
