import { z } from 'zod';

import { VERSION } from '../../version';
import type { RegisteredRoute } from '../route-inventory';
import type { Access, Operation } from '../route-declaration';

type JsonObject = Record<string, unknown>;

const SECURITY = [{ bearer: [] }, { apiKey: [] }, { session: [] }];

/** The OpenAPI 3.1 document of all routes that declare an operation. */
export function openApiDocument(routes: readonly RegisteredRoute[], serverUrl: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const { method, url, operation, access } of routes) {
    if (!operation) continue;
    const path = url.replace(/:(\w+)/g, '{$1}');
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: operationObject(operation, access, url),
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Runnel', version: VERSION, license: { name: 'Apache-2.0' } },
    servers: [{ url: serverUrl }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'a session token or an API key' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        session: { type: 'apiKey', in: 'cookie', name: 'runnel_session' },
      },
    },
  };
}

function operationObject(
  operation: Operation,
  access: Access | undefined,
  url: string,
): JsonObject {
  const { summary, tag, body, response, status = 200 } = operation;
  return {
    summary,
    tags: [tag],
    security: access?.kind === 'public' ? [] : SECURITY,
    parameters: [...pathParameters(url), ...queryParameters(operation.query)],
    ...(body && { requestBody: { required: true, content: jsonContent(body, 'input') } }),
    responses: {
      [status]: {
        description: 'success',
        ...(response && { content: jsonContent(response, 'output') }),
      },
      default: { description: `error, in the ${operation.errors} shape` },
    },
  };
}

function pathParameters(url: string): JsonObject[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType | undefined): JsonObject[] {
  if (!query) return [];
  const schema = jsonSchema(query, 'input') as { properties?: JsonObject; required?: string[] };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: 'query',
    required: schema.required?.includes(name) ?? false,
    schema: property,
  }));
}

function jsonContent(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  return { 'application/json': { schema: jsonSchema(schema, io) } };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const document: JsonObject = { ...z.toJSONSchema(schema, { io, unrepresentable: 'any' }) };
  delete document['$schema']; // OpenAPI 3.1 has a dialect of its own
  return document;
}
