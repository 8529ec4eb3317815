import type { UntornService } from '../../core/rpc/index.ts';
import { createService } from './service.ts';
import { laboratoryHere } from './laboratory-here.ts';
import { projectPath, projectVersion } from './project.ts';

/** The service over this machine, for `untorn serve` and the desktop app. */
export function here(options: { readonly allowDestructive: boolean }): UntornService {
  return createService({
    laboratory: laboratoryHere,
    version: projectVersion(),
    examplesFolder: projectPath('examples'),
    allowDestructive: options.allowDestructive,
  });
}
