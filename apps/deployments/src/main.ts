import { runService } from '@runnel/service';

import { readConfig } from './config';
import { DeploymentsModule } from './deployments.module';

void runService(() => {
  const config = readConfig(process.env);
  return {
    app: 'deployments',
    settings: config.service,
    module: DeploymentsModule.forRoot(config),
  };
});
