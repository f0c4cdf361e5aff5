import { runService, serviceSettings } from '@runnel/service';

import { readConfig } from './config';
import { createApplication } from './create-application';
import { GatewayModule } from './gateway.module';

void runService(() => {
  const config = readConfig();
  const settings = serviceSettings('gateway', config);
  return {
    app: 'gateway',
    settings,
    module: GatewayModule.forRoot(config),
    createApplication: (root, logger) => createApplication(root, { config, settings, logger }),
  };
});
