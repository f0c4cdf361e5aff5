export { writeFakeCheckout } from './fake-checkout';
export { temporaryFolder } from './temporary-folder';
export { findTestNatsProgram, startTestNats } from './test-nats';
export type { TestNats } from './test-nats';
export { startTestPostgres } from './test-postgres';
export type { TestPostgres } from './test-postgres';
export { startRunnel } from './test-runnel';
export type { RunnelOptions, ServerHandle, ServiceHandle, TestRunnel } from './test-runnel';
export { waitFor } from './wait-for';
