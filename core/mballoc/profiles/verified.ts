/** Random plans whose prediction was compared with what a kernel did. Nothing stands here that was not run. */
export interface Verification {
  /** The profile that predicted. */
  readonly profile: string;
  /** As uname(2) gives it. */
  readonly kernel: string;
  readonly machine: 'this host' | 'UML' | 'QEMU';
  readonly possibleCpus: number;
  readonly date: string;
  readonly plans: number;
  readonly exact: number;
  /** Plans with a difference, whatever its reason; docs/results.md says of each. */
  readonly different: number;
  /** Plans for which the kernel itself did something else in a second run, or that were disturbed. */
  readonly undecided: number;
}

/** docs/results.md has the seeds and the commands. */
export const verifications: readonly Verification[] = [
  {
    profile: 'linux-7.2',
    kernel: '7.2.7',
    machine: 'UML',
    possibleCpus: 1,
    date: '2026-11-22',
    plans: 84,
    exact: 84,
    different: 0,
    undecided: 0,
  },
  {
    profile: 'linux-6.18',
    kernel: '6.18.44',
    machine: 'this host',
    possibleCpus: 2,
    date: '2026-11-22',
    plans: 734,
    exact: 732,
    different: 1,
    undecided: 1,
  },
];

/** What is known of a profile; empty: it was read in the kernel's sources and never compared. */
export function verificationsOf(profile: string): readonly Verification[] {
  return verifications.filter((its) => its.profile === profile);
}
