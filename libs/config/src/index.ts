export { ConfigurationError, EX_CONFIG, parseEnvironment } from './parse-environment';
export { Secret } from './secret';
export { commonVariables, databaseVariables, integer, onOff, secret, url, urls } from './variables';
