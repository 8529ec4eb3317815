import type {
  ArmedEnd,
  ArmRequest,
  PowerCutResult,
  RecordVerification,
  RehearsalRequest,
  RehearsalResult,
  VerifyRequest,
} from '../../core/torn/index.ts';
import {
  armByRequest,
  armedNotes,
  forgetArmed,
  forgetVerified,
  rehearse,
  verificationTitle,
  verifyByRequest,
  type ArmedNote,
} from '../torn/index.ts';
import type { Watching } from './torn-laboratory.ts';

/** What the service needs for power cuts; tests put a stand-in here. All throw Failure. */
export interface PowerCutLaboratory {
  arm(request: ArmRequest, watch: Watching): Promise<ArmedEnd>;
  armed(): Promise<readonly (ArmedNote & { readonly rebooted: boolean })[]>;
  forget(run: string): Promise<void>;
  verify(request: VerifyRequest, watch: Watching): Promise<PowerCutResult | RecordVerification>;
  titleOf(result: PowerCutResult | RecordVerification): string;
  /** Called once a verification is kept in the history. */
  kept(result: PowerCutResult | RecordVerification): Promise<void>;
  rehearse(request: RehearsalRequest, watch: Watching): Promise<RehearsalResult>;
}

/** This machine's own. */
export const powerCutsHere: PowerCutLaboratory = {
  arm: armByRequest,
  armed: armedNotes,
  forget: forgetArmed,
  verify: verifyByRequest,
  titleOf: verificationTitle,
  kept: forgetVerified,
  rehearse: (request, { onEvent, signal }) =>
    rehearse({
      ...request,
      ...(signal ? { signal } : {}),
      onRound: (round, total) => onEvent?.({ type: 'cut', round, total }),
      onSensitivity: (sensitivity) => onEvent?.({ type: 'sensitivity', sensitivity }),
      onProgress: ({ phase }) => onEvent?.({ type: 'phase', phase }),
    }),
};
