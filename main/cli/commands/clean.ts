import { findLeftovers, removeLeftovers } from '../../lab/index.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';

/** `untorn clean`: removes what killed runs of this user have left behind, and nothing else. */
export async function cleanCommand(flags: { readonly json?: boolean }, console: Console): Promise<ExitCode> {
  const leftovers = await findLeftovers();
  await removeLeftovers(leftovers);
  const removed = leftovers.map(({ text }) => text);
  if (flags.json) console.printJson({ removed });
  else if (removed.length === 0) console.print('nothing was left behind');
  else for (const text of removed) console.print(`removed: ${text}`);
  return exitCodes.done;
}
