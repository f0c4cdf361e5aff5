import { runService, serviceSettings } from '@runnel/service';

import { readConfig } from './config';
import { SchedulerModule } from './scheduler.module';

void runService(() => {
  const config = readConfig();
  return {
    app: 'scheduler',
    settings: serviceSettings('scheduler', config),
    module: SchedulerModule.forRoot(config),
  };
});
