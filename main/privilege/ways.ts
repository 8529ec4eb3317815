import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Unable } from '../failure.ts';
import { findHelper, findOnPath, installCommand, isInstalled } from './find.ts';
import { findUdisks, systemBus } from './udisks-found.ts';

/** How what takes root is done: by this process, by UDisks2, or by the helper that one of these programs starts. */
export type Way = 'root' | 'sudo' | 'udisks' | 'pkexec';

export interface WayFound {
  readonly way: Way;
  /** Starts the helper; null where none is needed. */
  readonly command: readonly [string, ...string[]] | null;
}

/** Ways by which the helper, or root itself, can do everything that takes root; UDisks2 only mounts images of one's own. */
export function doesEverything(way: Way): boolean {
  return way !== 'udisks';
}

export interface NoWay {
  readonly way: null;
  readonly why: string;
  readonly remedy: string;
}

/** Names the way, or says `none`, where somebody wants another one than the usual. */
const variable = 'UNTORN_PRIVILEGE';

/** What is looked at; tests put a machine of their own here. */
export interface Machine {
  readonly isRoot: boolean;
  readonly wanted: string | undefined;
  readonly helper: string | null;
  /** Whether polkit is there, with somebody who could be asked. */
  readonly canAskPolkit: () => boolean;
  /** Whether sudo starts this program and asks nothing. */
  readonly canSudo: (helper: string) => boolean;
  /** Whether UDisks2 sets up and mounts images for this user and asks nothing. */
  readonly canUdisks: () => boolean;
}

/**
 * The first way that is there and suits: root's own, sudo where it need not ask, UDisks2, which does not ask in an active
 * session, then polkit, which asks.
 */
export function findWay(
  machine: Machine = thisMachine(),
  suits: (way: Way) => boolean = () => true,
): WayFound | NoWay {
  const { wanted, helper } = machine;
  if (machine.isRoot && (wanted === undefined || wanted === '' || wanted === 'root'))
    return { way: 'root', command: null };
  if (wanted === 'none') {
    return { way: null, why: `${variable} says none`, remedy: 'leave it out' };
  }
  const isWanted = (way: Way): boolean =>
    (wanted === undefined || wanted === '' || wanted === way) && suits(way);
  if (isWanted('sudo') && helper !== null && machine.canSudo(helper)) {
    return { way: 'sudo', command: ['sudo', '-n', '--', helper] };
  }
  if (isWanted('udisks') && machine.canUdisks()) return { way: 'udisks', command: null };
  if (helper === null) {
    return {
      way: null,
      why: 'a real run mounts filesystems and attaches loop devices, and the helper that does this for you was not built',
      remedy: 'run "npm run build:native", or start it with sudo',
    };
  }
  if (isWanted('pkexec') && machine.canAskPolkit()) return { way: 'pkexec', command: ['pkexec', helper] };
  return {
    way: null,
    why: 'a real run mounts filesystems and attaches loop devices, which takes root, and neither polkit nor sudo gives it without a password here',
    remedy: `say "sudo -v" in this terminal first (${variable}=sudo where sudo has a rule for you alone), or start it with sudo`,
  };
}

/** As {@link findWay}, on this machine. Throws Unable where there is none. */
export function requireWay(suits?: (way: Way) => boolean): WayFound {
  const found = findWay(thisMachine(), suits);
  if (found.way !== null) return found;
  throw new Unable(`${found.why}: ${found.remedy}`);
}

/** What can be done where the helper was found, and did not start. */
export function startRemedy(helper: string): string {
  const another = `${variable}=pkexec or ${variable}=sudo chooses the other way`;
  // The mount of an AppImage lets nobody in but its user, root neither.
  return process.env['APPIMAGE'] === undefined ? another : `put a copy elsewhere: ${installCommand(helper)}`;
}

function thisMachine(): Machine {
  return {
    isRoot: process.geteuid?.() === 0,
    wanted: process.env[variable],
    helper: findHelper(),
    canAskPolkit,
    canSudo,
    canUdisks: () => findUdisks() !== null,
  };
}

/** pkexec asks an agent of the desktop's, or on the terminal. */
function canAskPolkit(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const someone = Boolean(DISPLAY) || Boolean(WAYLAND_DISPLAY) || process.stdin.isTTY;
  return someone && existsSync(systemBus) && findOnPath('pkexec') !== null;
}

let sudoAnswer: { readonly helper: string; readonly can: boolean; readonly atMs: number } | null = null;
const answerLastsMs = 60_000;

/**
 * Asks sudo what it would do, which starts nothing. The answer stands for a while: views ask often. Somebody whom sudo does not
 * know is not asked about, since sudo reports that to the administrator.
 */
function canSudo(helper: string): boolean {
  if (process.env[variable] !== 'sudo' && !isInstalled(helper) && !isAdministrator()) return false;
  const now = performance.now();
  if (sudoAnswer?.helper === helper && now - sudoAnswer.atMs < answerLastsMs) return sudoAnswer.can;
  const options = { stdio: 'ignore', timeout: 3000 } as const;
  const can =
    findOnPath('sudo') !== null && spawnSync('sudo', ['-n', '-l', '--', helper], options).status === 0;
  sudoAnswer = { helper, can, atMs: now };
  return can;
}

/** Whether this user is in one of the groups to which distributions give sudo. */
function isAdministrator(): boolean {
  try {
    const own = new Set(process.getgroups?.() ?? []);
    const lines = readFileSync('/etc/group', 'utf8').split('\n');
    const groups = lines.map((line) => line.split(':'));
    return groups.some(([name = '', , id]) => administrators.has(name) && own.has(Number(id)));
  } catch {
    return false;
  }
}

const administrators: ReadonlySet<string> = new Set(['sudo', 'wheel', 'admin']);
