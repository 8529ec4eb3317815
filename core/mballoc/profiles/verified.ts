/** Random plans whose prediction was compared with what a kernel did. Nothing stands here that was not run. */
export interface Verification {
  /** The profile that predicted. */
  readonly profile: string;
  /** As uname(2) gives it. */
  readonly kernel: string;
  /** `recorded`: what a kernel did on a machine of others, in test/vectors. */
  readonly machine: 'this host' | 'UML' | 'QEMU' | 'recorded';
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
    profile: 'rfc-2023-11',
    kernel: '6.7 with the patches of the RFC',
    machine: 'recorded',
    possibleCpus: 1,
    date: '2026-11-22',
    plans: 153,
    exact: 153,
    different: 0,
    undecided: 0,
  },
  {
    profile: 'linux-6.12.80',
    kernel: '6.12.101',
    machine: 'UML',
    possibleCpus: 1,
    date: '2026-11-22',
    plans: 28,
    exact: 28,
    different: 0,
    undecided: 0,
  },
  {
    profile: 'linux-6.12.80',
    kernel: '6.12.107+deb13-cloud-amd64',
    machine: 'QEMU',
    possibleCpus: 1,
    date: '2026-11-22',
    plans: 115,
    exact: 111,
    different: 0,
    undecided: 4,
  },
  {
    profile: 'linux-6.12.80',
    kernel: '6.12.107+deb13-cloud-amd64',
    machine: 'QEMU',
    possibleCpus: 2,
    date: '2026-11-22',
    plans: 25,
    exact: 25,
    different: 0,
    undecided: 0,
  },
  {
    profile: 'linux-6.16',
    kernel: '6.16.12+deb13-cloud-amd64',
    machine: 'QEMU',
    possibleCpus: 1,
    date: '2026-11-22',
    plans: 113,
    exact: 113,
    different: 0,
    undecided: 0,
  },
  {
    profile: 'linux-6.17.4',
    kernel: '6.17.13+deb13-cloud-amd64',
    machine: 'QEMU',
    possibleCpus: 1,
    date: '2026-11-22',
    plans: 117,
    exact: 115,
    different: 0,
    undecided: 2,
  },
  {
    profile: 'linux-6.18',
    kernel: '6.18.44',
    machine: 'this host',
    possibleCpus: 2,
    date: '2026-11-22',
    plans: 4325,
    exact: 4317,
    different: 2,
    undecided: 6,
  },
  {
    profile: 'linux-6.19.11',
    kernel: '6.19.14+deb13-cloud-amd64',
    machine: 'QEMU',
    possibleCpus: 1,
    date: '2026-11-22',
    plans: 117,
    exact: 115,
    different: 0,
    undecided: 2,
  },
  {
    profile: 'linux-7.0',
    kernel: '7.0.13+deb13-cloud-amd64',
    machine: 'QEMU',
    possibleCpus: 1,
    date: '2026-11-22',
    plans: 110,
    exact: 109,
    different: 0,
    undecided: 1,
  },
  {
    profile: 'linux-7.1',
    kernel: '7.1.13+deb13-cloud-amd64',
    machine: 'QEMU',
    possibleCpus: 1,
    date: '2026-11-22',
    plans: 116,
    exact: 115,
    different: 0,
    undecided: 1,
  },
  {
    profile: 'linux-7.2',
    kernel: '7.2.7',
    machine: 'UML',
    possibleCpus: 1,
    date: '2026-11-22',
    plans: 996,
    exact: 991,
    different: 4,
    undecided: 1,
  },
  {
    profile: 'linux-7.3',
    kernel: '7.3.4+deb13-cloud-amd64',
    machine: 'QEMU',
    possibleCpus: 1,
    date: '2026-11-22',
    plans: 117,
    exact: 116,
    different: 0,
    undecided: 1,
  },
  {
    profile: 'linux-7.3',
    kernel: '7.3.4+deb13-cloud-amd64',
    machine: 'QEMU',
    possibleCpus: 2,
    date: '2026-11-22',
    plans: 28,
    exact: 27,
    different: 0,
    undecided: 1,
  },
];

/** What is known of a profile; empty: it was read in the kernel's sources and never compared. */
export function verificationsOf(profile: string): readonly Verification[] {
  return verifications.filter((its) => its.profile === profile);
}
