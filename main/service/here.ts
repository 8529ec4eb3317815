import { openRunStore, runsFolder } from '../runs/index.ts';
import type { Desktop } from './desktop.ts';
import { openRecentFiles, type RecentFiles } from './recent.ts';
import { createService, type ServiceOptions } from './service.ts';
import { watchCalls, type SettlingService } from './settle.ts';
import { laboratoryHere } from './laboratory-here.ts';
import { projectPath, projectVersion } from '../project.ts';

export interface HereOptions extends Pick<ServiceOptions, 'allowDestructive'> {
  /** The desktop app's; without them the interface is in a browser. */
  readonly desktop?: Desktop;
  readonly recent?: RecentFiles;
}

/** The service over this machine, for `untorn serve` and the desktop app. */
export function here(options: HereOptions): SettlingService {
  const service = createService({
    laboratory: laboratoryHere,
    version: projectVersion(),
    examplesFolder: projectPath('examples'),
    runs: openRunStore(runsFolder()),
    recent: options.recent ?? openRecentFiles(),
    desktop: options.desktop ?? null,
    allowDestructive: options.allowDestructive,
  });
  return watchCalls(service);
}
