import { Helper, requireWay, startRemedy, type WayFound } from '../../privilege/index.ts';
import { Unable, type OnProgress } from '../../failure.ts';
import type { WorkFolder } from '../folder.ts';
import { asRoot } from './as-root.ts';
import { ByHelper } from './by-helper.ts';
import type { Privileges } from './privileges.ts';

/** A helper that nobody needs any more stays a moment: polkit would ask again for the next one. */
const idleMs = 60_000;

interface Shared {
  readonly helper: Promise<Helper>;
  users: number;
  idle: NodeJS.Timeout | null;
}

/** All labs of this process share one helper, so that nobody is asked twice. */
let shared: Shared | null = null;

/** Gets what the lab in `folder` needs root for, by the way that is there. Throws Unable. */
export async function openPrivileges(folder: WorkFolder, onProgress?: OnProgress): Promise<Privileges> {
  const found = requireWay();
  if (found.command === null) return asRoot(folder);
  onProgress?.({ phase: `asking ${found.way} for the right to mount` });
  const mine = await use(found.command);
  const helper = await mine.helper.catch((error: unknown) => {
    release(mine);
    throw explainedStart(error, found);
  });
  return ByHelper.open(helper, found.way, folder.path, () => release(mine));
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
