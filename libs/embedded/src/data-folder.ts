import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';

import { errorCode, EXIT_CONFIGURATION, StartError } from './start-error';

/**
 * Makes sure that the data folder exists and can be written.
 * @param mode of a folder that is created here; an existing one keeps its own
 * @throws StartError (78) that names the folder and the variable to change
 */
export function prepareDataFolder(folder: string, mode = 0o700): void {
  try {
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new StartError(
      `The data folder ${folder} cannot be used (${errorCode(cause)}): make it a folder that this user may ` +
        'write, or set RUNNEL_DATA_DIR to another one.',
      EXIT_CONFIGURATION,
      { cause },
    );
  }
}
