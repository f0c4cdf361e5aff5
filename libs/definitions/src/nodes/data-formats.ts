import type { NodeSpec } from '../node-spec';
import { CSV_NODES } from './data-formats/csv';
import { DOCUMENT_NODES } from './data-formats/documents';
import { ENCODING_NODES } from './data-formats/encodings';
import { JSON_NODES } from './data-formats/json';

export const DATA_FORMAT_NODES: readonly NodeSpec[] = [
  ...JSON_NODES,
  ...CSV_NODES,
  ...ENCODING_NODES,
  ...DOCUMENT_NODES,
];
