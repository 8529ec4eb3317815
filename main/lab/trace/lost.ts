/** Sums up what per_cpu/cpuN/stats counts as lost (kernel/trace/trace.c, tracing_stats_read()). */
export function lostEvents(stats: string): number {
  const counts = [...stats.matchAll(/^(?:overrun|commit overrun|dropped events): (\d+)$/gm)];
  if (counts.length !== 3) throw new Error(`the trace does not say what it lost: ${stats}`);
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
