export { MIN_SECRET_CHARS, NO_REDACTION, Redactor } from './redactor';
export type { Json } from './redactor';
