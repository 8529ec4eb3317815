import { Cancelled } from '../failure.ts';
import { findLeftovers, removeLeftovers } from '../lab/startup.ts';
import type { Console } from './console.ts';

/**
 * Tells of what killed runs have left behind, and removes it where somebody at a terminal says yes. False where the question was
 * interrupted: then that has been said, and nothing more is to be done.
 */
export async function reportLeftovers(console: Console, signal: AbortSignal): Promise<boolean> {
  const leftovers = await findLeftovers();
  if (leftovers.length === 0) return true;
  for (const { text } of leftovers) console.say(`untorn: a killed run has left behind: ${text}`);
  try {
    if (await console.confirm('untorn: remove it?', signal)) await removeLeftovers(leftovers);
    else console.say('untorn: "untorn clean" removes it');
    return true;
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    console.say('untorn: interrupted; "untorn clean" removes it');
    return false;
  }
}
