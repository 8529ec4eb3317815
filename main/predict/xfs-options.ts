const unitBytes: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/**
 * The mount option max_atomic_write in bytes, in any unit (fs/xfs/xfs_super.c, suffix_kstrtoull()); null where it is
 * not given, or given as 0, which means the same.
 */
export function maxAtomicWriteOf(options: string): number | null {
  const value = /(?:^|,)max_atomic_write=(\d+)([kmgt]?)(?:,|$)/i.exec(options);
  const bytes = value ? Number(value[1]) * (unitBytes[(value[2] ?? '').toLowerCase()] ?? 1) : 0;
  return bytes > 0 ? bytes : null;
}
