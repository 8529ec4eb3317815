import { Option } from 'commander';

export function kernelOption(): Option {
  return new Option(
    '--kernel <kernel>',
    'in a sandbox with this kernel: a path, an installed version, or uml',
  );
}

export function modulesOption(): Option {
  return new Option('--modules <folder>', "with --kernel PATH: where that kernel's modules lie");
}
