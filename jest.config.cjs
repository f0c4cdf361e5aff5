// One transform for all projects; the suffix of a test file says what it needs (docs/testing.md).
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  transform: {
    '^.+\\.(t|j)s$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  moduleNameMapper: { '^@runnel/([^/]+)$': '<rootDir>/libs/$1/src' },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.runnel'],
};
const project = (displayName, testMatch) => ({
  ...shared,
  displayName,
  testMatch,
  setupFilesAfterEnv: [`<rootDir>/test/setup/timeout-${displayName}.cjs`],
});

module.exports = {
  projects: [
    project('unit', ['<rootDir>/{apps,libs}/**/!(*.int).spec.ts']),
    project('int', ['<rootDir>/{apps,libs}/**/*.int.spec.ts']),
    project('packages', ['<rootDir>/test/packages/**/*.spec.ts']),
    project('e2e', ['<rootDir>/test/e2e/**/*.e2e.spec.ts']),
    project('fault', ['<rootDir>/test/fault/**/*.fault.spec.ts']),
  ],
};
