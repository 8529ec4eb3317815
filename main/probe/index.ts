/** `untorn probe`: what a path can do atomically, and what stands in the way. */
import type { AtomicFacts } from '../../core/atomic/index.ts';
import { gather } from './gather.ts';
import type { Passport } from './passport.ts';
import { probe } from './probe.ts';
import { askStatx } from './statx.ts';

export type { Passport, PassportLayer } from './passport.ts';

/** Probes a path of this machine. Throws InputError where there is no such path. */
export async function probePath(path: string): Promise<Passport> {
  return probe(path, { statx: askStatx });
}

/** The facts that the rules of core/atomic ask for, of a path of this machine. Throws InputError. */
export async function atomicFactsOf(path: string): Promise<AtomicFacts> {
  return (await gather(path, { statx: askStatx })).facts;
}
