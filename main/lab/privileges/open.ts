import { doesEverything, Helper, requireWay, startRemedy, type WayFound } from '../../privilege/index.ts';
import { Unable, type OnProgress } from '../../failure.ts';
import type { WorkFolder } from '../folder.ts';
import { asRoot } from './as-root.ts';
import { ByHelper } from './by-helper.ts';
import { ByUdisks } from './by-udisks.ts';
import { whyNotByUdisks, type UdisksWish } from './udisks-limits.ts';
import type { Privileges } from './privileges.ts';
import type { WholePrivileges } from './whole.ts';

/** A helper that nobody needs any more stays a moment: polkit would ask again for the next one. */
const idleMs = 60_000;

interface Shared {
  readonly helper: Promise<Helper>;
  users: number;
  idle: NodeJS.Timeout | null;
}

/** All labs of this process share one helper, so that nobody is asked twice. */
let shared: Shared | null = null;

/**
 * Gets what the lab in `folder` needs root for, by the first way that is there and can do it. `wish` says what the plan wants, as far
 * as it is of one's own making: without it UDisks2 is passed over, which does nothing else. Throws Unable.
 */
export async function openPrivileges(
  folder: WorkFolder,
  wish: UdisksWish | null,
  onProgress?: OnProgress,
): Promise<Privileges> {
  const found = requireWayFor(wish);
  if (found.way === 'root') return asRoot(folder);
  if (found.command === null) return ByUdisks.open(folder);
  return openHelper(folder, found, found.command, onProgress);
}

/** As {@link openPrivileges}, for what UDisks2 does not do: root itself, or the helper. Throws Unable. */
export async function openWholePrivileges(
  folder: WorkFolder,
  onProgress?: OnProgress,
): Promise<WholePrivileges> {
  const found = requireWay(doesEverything);
  return found.command === null ? asRoot(folder) : openHelper(folder, found, found.command, onProgress);
}

async function openHelper(
  folder: WorkFolder,
  found: WayFound,
  command: readonly [string, ...string[]],
  onProgress?: OnProgress,
): Promise<ByHelper> {
  onProgress?.({ phase: `asking ${found.way} for the right to mount` });
  const mine = await use(command);
  const helper = await mine.helper.catch((error: unknown) => {
    release(mine);
    throw explainedStart(error, found);
  });
  return ByHelper.open(helper, found.way, folder.path, () => release(mine));
}

function requireWayFor(wish: UdisksWish | null): WayFound {
  if (wish === null) return requireWay(doesEverything);
  const first = requireWay();
  if (first.way !== 'udisks') return first;
  const why = whyNotByUdisks(wish);
  if (why === null) return first;
  try {
    return requireWay(doesEverything);
  } catch (error) {
    if (!(error instanceof Unable)) throw error;
    throw new Unable(`UDisks2 cannot run this plan: ${why}. ${capitalised(error.message)}`, null, {
      cause: error,
    });
  }
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

async function use(command: readonly [string, ...string[]]): Promise<Shared> {
  const isUsable = shared !== null && (await shared.helper.then(({ isOpen }) => isOpen).catch(() => false));
  if (!isUsable || shared === null) shared = { helper: Helper.start(command), users: 0, idle: null };
  shared.users++;
  if (shared.idle !== null) clearTimeout(shared.idle);
  shared.idle = null;
  return shared;
}

function release(mine: Shared): void {
  mine.users--;
  if (mine.users > 0) return;
  mine.idle = setTimeout(() => {
    if (shared === mine) shared = null;
    void mine.helper.then((helper) => helper.close()).catch(() => undefined);
  }, idleMs).unref();
}

function explainedStart(error: unknown, { way, command }: WayFound): unknown {
  if (!(error instanceof Unable)) return error;
  const helper = command?.at(-1) ?? '';
  return new Unable(`${error.message} (started by ${way}; ${startRemedy(helper)})`, null, { cause: error });
}
