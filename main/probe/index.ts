/** `untorn probe`: what a path can do atomically, and what stands in the way. */
import type { AtomicFacts } from '../../core/atomic/index.ts';
import { here } from './environment.ts';
import { gather } from './gather.ts';
import type { Passport } from './passport.ts';
import { probe, type ProbeQuestion } from './probe.ts';

export type { Finding, Layout, Passport, PassportLayer } from './passport.ts';
export type { ProbeQuestion } from './probe.ts';
export { statxReport, type StatxReport } from './statx-report.ts';

/** Probes a path of this machine, and answers one question about it. Throws InputError where there is no such path. */
export async function probePath(path: string, question: ProbeQuestion | null = null): Promise<Passport> {
  return probe(path, here, question);
}

/** The facts that the rules of core/atomic ask for, of a path of this machine. Throws InputError. */
export async function atomicFactsOf(path: string): Promise<AtomicFacts> {
  return (await gather(path, here)).facts;
}
