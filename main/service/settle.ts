import type { UntornService } from '../../core/rpc/index.ts';

export interface SettlingService {
  readonly service: UntornService;
  /** Resolves once no call is under way: only then has everything that calls made been removed. */
  readonly settled: () => Promise<void>;
}

/** Watches over the calls of a service, so that a process does not end in the middle of one. */
export function watchCalls(service: UntornService): SettlingService {
  const underWay = new Set<Promise<unknown>>();
  const watched = Object.fromEntries(
    Object.entries(service).map(([name, procedure]) => [
      name,
      (...args: readonly unknown[]) => {
        const call = (procedure as (...all: readonly unknown[]) => Promise<unknown>)(...args);
        underWay.add(call);
        const forget = () => underWay.delete(call);
        call.then(forget, forget);
        return call;
      },
    ]),
  ) as unknown as UntornService;
  const settled = async () => {
    while (underWay.size > 0) await Promise.allSettled(underWay);
  };
  return { service: watched, settled };
}
