export { derivedId } from './derived-id';
export { ID_PREFIXES, isId, newId, type IdKind } from './ids';
export { randomToken } from './random-token';
