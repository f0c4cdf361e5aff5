import { createPattern, listPatterns } from '../../automation/patterns/patterns.dto';
import { login } from '../../automation/auth/auth.dto';
import { openApiDocument } from './openapi-document';

const document = openApiDocument(
  [
    { method: 'POST', url: '/api/auth/login', access: { kind: 'public' }, operation: login },
    {
      method: 'POST',
      url: '/api/patterns/:id',
      access: { kind: 'permission', command: 'create-pattern' },
      operation: createPattern,
    },
    {
      method: 'GET',
      url: '/api/patterns/:id',
      access: { kind: 'permission', command: 'list-patterns' },
      operation: listPatterns,
    },
    { method: 'GET', url: '/undeclared' },
  ],
  'https://runnel.example',
) as { openapi: string; paths: Record<string, Record<string, unknown>> };

describe(openApiDocument, () => {
  it('has the routes that declare an operation, by path', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(['/api/auth/login', '/api/patterns/{id}']);
    expect(Object.keys(document.paths['/api/patterns/{id}'] ?? {})).toEqual(['post', 'get']);
  });

  it('says which routes need no credential', () => {
    expect(document.paths['/api/auth/login']?.['post']).toMatchObject({ security: [] });
    expect(document.paths['/api/patterns/{id}']?.['get']).toMatchObject({
      security: [{ bearer: [] }, { apiKey: [] }, { session: [] }],
    });
  });

  it('describes bodies, answers and parameters by the schemas that validate them', () => {
    expect(document.paths['/api/patterns/{id}']?.['post']).toMatchObject({
      requestBody: {
        content: {
          'application/json': { schema: { required: ['name'], additionalProperties: false } },
        },
      },
      responses: { 201: { content: { 'application/json': { schema: { type: 'object' } } } } },
    });
    const { parameters } = document.paths['/api/patterns/{id}']?.['get'] as {
      parameters: { name: string; in: string }[];
    };
    expect(parameters.map(({ name, in: place }) => `${place} ${name}`)).toEqual([
      'path id',
      'query search',
      'query isPublic',
      'query isTemplate',
      'query tags',
      'query limit',
      'query offset',
      'query sortBy',
      'query sortOrder',
    ]);
  });
});
