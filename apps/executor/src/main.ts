import { runService, serviceSettings } from '@runnel/service';

import { readConfig } from './config';
import { ExecutorModule } from './executor.module';

void runService(() => {
  const config = readConfig();
  return {
    app: 'executor',
    settings: serviceSettings('executor', config),
    module: ExecutorModule.forRoot(config),
  };
});
