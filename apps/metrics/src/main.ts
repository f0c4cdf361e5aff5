import { runService, serviceSettings } from '@runnel/service';

import { readConfig } from './config';
import { MetricsModule } from './metrics.module';

void runService(() => {
  const config = readConfig();
  return {
    app: 'metrics',
    settings: serviceSettings('metrics', config),
    module: MetricsModule.forRoot(config),
  };
});
