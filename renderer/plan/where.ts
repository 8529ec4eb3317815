import type { TargetKind } from '../../core/experiment/plan.ts';
import type { HostInfo, SandboxList } from '../../core/rpc/index.ts';

/** Why a plan on such a target cannot be run here, and what to do about it; empty where it can. */
export function whyNotHere(kind: TargetKind, host: HostInfo | null, sandboxes: SandboxList | null): string {
  if (!host || !sandboxes) return '';
  const hasKernel = sandboxes.usual !== null;
  const { here } = sandboxes;
  const noRoot = here.possible ? '' : sentence(here.why, here.remedy);
  switch (kind) {
    case 'loop':
      return here.possible || hasKernel ? '' : noRoot;
    case 'image':
    case 'mounted':
      return noRoot;
    case 'sandbox':
      return hasKernel ? '' : noKernel(sandboxes);
    case 'block':
      if (!host.destructive) {
        return 'this service does not write to devices; start it with untorn serve --allow-destructive.';
      }
      return noRoot;
  }
}

function noKernel({ missing }: SandboxList): string {
  const [first] = missing;
  return sentence(
    'no kernel for a guest is installed.',
    first ? `${first.command} gets one, without root.` : '',
  );
}

function sentence(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
