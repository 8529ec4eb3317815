/** The one contract between interface and service, and both ends of it over any channel. */
export { bridgeName, type Bridge } from './bridge.ts';
export { connectClient, type Call, type Client } from './client.ts';
export {
  contract,
  type CallProgress,
  type Example,
  type FreshPrediction,
  type FreshRun,
  type HostInfo,
  type PlanCheck,
  type PlanStep,
  type PlanSummary,
  type RunComparison,
  type RunList,
  type UntornContract,
  type UntornService,
} from './contract.ts';
export type { ExportFormat, KeptRecord, RunRecord, RunSummary, TornRunRecord } from '../record/index.ts';
export {
  fileBytesMax,
  type ChoosablePath,
  type DesktopFacts,
  type Happening,
  type OpenedFile,
  type RecentFile,
} from './desktop.ts';
export type { DeviceList, ListedDevice, ListedFilesystem } from './devices.ts';
export {
  explanationToWire,
  tracedToWire,
  type Explanation,
  type Traced,
  type WireDecision,
  type WireSection,
} from './decisions.ts';
export { RpcError, type Issue } from './error.ts';
export { memoryTransports } from './memory.ts';
export {
  layerCellsMax,
  layerItemsMax,
  type LayersRequest,
  type Replay,
  type WireLayers,
  type WirePreallocation,
} from './mirror.ts';
export { type Volume, type WireLayout, type WireOutcome, type WireStep } from './outcome.ts';
export { outcomeFromWire, outcomeToWire } from './wire.ts';
export type { WireLayer, WireOpening, WirePassport, WireUnitShare } from './passport.ts';
export type { CallContext } from './procedure.ts';
export type { Prediction, RunResult } from './result.ts';
export type { SandboxInstallable, SandboxKernelInfo, SandboxList } from './sandbox.ts';
export {
  sideToWire,
  type AllocatorList,
  type WireSide,
  type WireSideStep,
  type WireTotals,
  type WireUnitCounts,
  type WireVersus,
} from './versus.ts';
export { serveRpc } from './server.ts';
export type { ArmedRun } from './power-cut.ts';
export type { CrashProgress, TornInfo, TornProgress } from './torn.ts';
export { requestLengthMax, type Transport } from './transport.ts';
