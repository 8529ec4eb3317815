import { openRunStore, runsFolder } from '../runs/index.ts';
import { createService } from './service.ts';
import { watchCalls, type SettlingService } from './settle.ts';
import { laboratoryHere } from './laboratory-here.ts';
import { projectPath, projectVersion } from '../project.ts';

/** The service over this machine, for `untorn serve` and the desktop app. */
export function here(options: { readonly allowDestructive: boolean }): SettlingService {
  const service = createService({
    laboratory: laboratoryHere,
    version: projectVersion(),
    examplesFolder: projectPath('examples'),
    runs: openRunStore(runsFolder()),
    allowDestructive: options.allowDestructive,
  });
  return watchCalls(service);
}
