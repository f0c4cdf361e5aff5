export {
  AppError,
  ConcurrencyError,
  DomainError,
  InvalidInputError,
  UnavailableError,
} from './app-error';
export type { ErrorKind } from './app-error';
export { isAppError, isErrorOfKind, messageOf } from './is-app-error';
export { fromWireError, toWireError } from './wire-error';
export type { WireError } from './wire-error';
