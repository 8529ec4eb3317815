import type { HostInfo, SandboxList } from '../../core/rpc/index.ts';

/** By which way plans run here, in a few words and in a sentence. */
export interface WayInWords {
  /** Whether plans run at all: on this machine's kernel, or in a sandbox. */
  readonly runs: boolean;
  readonly short: string;
  readonly text: string;
  /** What would help; empty where nothing has to. */
  readonly remedy: string;
}

const words: Readonly<Record<string, Pick<WayInWords, 'short' | 'text'>>> = {
  root: {
    short: 'works as root',
    text: 'This service is root, so it attaches loop devices and mounts filesystems itself.',
  },
  pkexec: {
    short: 'works through polkit',
    text: 'What takes root is done by a small helper, and polkit asks you before it starts. The interface itself never is root.',
  },
  sudo: {
    short: 'works through sudo',
    text: 'What takes root is done by a small helper, which sudo starts without asking. The interface itself never is root.',
  },
  udisks: {
    short: 'works through UDisks2',
    text: 'UDisks2 attaches loop devices and mounts filesystems for your session, with no password.',
  },
};

/** In a sandbox where this machine's own kernel is out of reach; null while it is not known yet. */
export function wayInWords(host: HostInfo | null, sandboxes: SandboxList | null): WayInWords | null {
  if (!host) return null;
  const here = sandboxes?.here ?? host.run;
  if (here.possible) {
    const { short, text } = words[here.way ?? ''] ?? {
      short: 'may run on the kernel',
      text: 'Plans run on the kernel of this machine.',
    };
    return { runs: true, short, text, remedy: '' };
  }
  const inSandbox = host.run.possible || (sandboxes?.usual ?? null) !== null;
  return {
    runs: inSandbox,
    short: inSandbox ? 'works in a sandbox' : 'cannot run plans',
    text: sentence(here.why),
    remedy: sentence(here.remedy),
  };
}

/** Begins with a capital letter and ends with a full stop, as far as it begins with a word. */
export function sentence(text: string): string {
  if (text === '') return '';
  const isCommand = /^(sudo|untorn|mkfs|mount|npm|modprobe)\b/.test(text);
  const begun = isCommand ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return isCommand || /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
