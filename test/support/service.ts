import { contract, type UntornService } from '../../core/rpc/index.ts';

/** A service with these procedures; every other one fails as a defect does, and tells of it. */
export function serviceWith(
  procedures: Partial<UntornService>,
  onOther: (name: string) => void = () => undefined,
): UntornService {
  const others = Object.keys(contract).map((name) => [
    name,
    () => {
      onOther(name);
      return Promise.reject(new Error(`${name} is not in this test`));
    },
  ]);
  return { ...(Object.fromEntries(others) as UntornService), ...procedures };
}
