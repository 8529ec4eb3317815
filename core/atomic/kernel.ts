/** A Linux release, as far as rules depend on it. */
export interface KernelVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * Reads the number at the front of a release such as `6.18.44-fc` or `7.1.0-rc2+` (uname(2), release).
 * Null where there is none.
 */
export function parseKernelRelease(release: string): KernelVersion | null {
  const parts = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(release);
  if (!parts) return null;
  return { major: Number(parts[1]), minor: Number(parts[2]), patch: Number(parts[3] ?? 0) };
}

/** Whether `kernel` is release `major.minor` or a newer one. */
export function isAtLeast(kernel: KernelVersion, major: number, minor: number): boolean {
  return kernel.major > major || (kernel.major === major && kernel.minor >= minor);
}
