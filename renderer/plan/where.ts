import type { TargetKind } from '../../core/experiment/plan.ts';
import type { HostInfo, SandboxList } from '../../core/rpc/index.ts';
import { sentence } from '../shell/way.ts';

/** Why something cannot be done, as a sentence, and what helps; the remedy may be empty. */
export interface Hindrance {
  readonly why: string;
  readonly remedy: string;
}

/** Why a plan on such a target cannot be run here; null where it can. */
export function whyNotHere(
  kind: TargetKind,
  host: HostInfo | null,
  sandboxes: SandboxList | null,
): Hindrance | null {
  if (!host || !sandboxes) return null;
  const hasKernel = sandboxes.usual !== null;
  const { here } = sandboxes;
  const noRoot = here.possible ? null : { why: sentence(here.why), remedy: sentence(here.remedy) };
  switch (kind) {
    case 'loop':
      return hasKernel ? null : noRoot;
    case 'image':
    case 'mounted':
      return noRoot;
    case 'sandbox':
      return hasKernel ? null : noKernel(sandboxes);
    case 'block':
      return host.destructive ? noRoot : notAllowed;
  }
}

const notAllowed: Hindrance = {
  why: 'This service does not write to devices.',
  remedy: 'Start it with "untorn serve --allow-destructive".',
};

function noKernel({ missing }: SandboxList): Hindrance {
  const [first] = missing;
  return {
    why: 'No kernel for a guest is installed.',
    remedy: first ? `"${first.command}" gets one, without root.` : '',
  };
}
