/** The two source texts a sandbox needs to run a definition version. */
export interface ProgramSource {
  readonly prelude: string;
  readonly code: string;
  /** Whether it asks for variables or secrets of its deployment's environment. */
  readonly readsEnvironment: boolean;
}

/** Port to compiled definition versions. They never change, so they are kept. */
export abstract class Programs {
  /** Resolves with undefined when there is no such version in the project. Throws UnavailableError. */
  abstract load(project: string, versionId: string): Promise<ProgramSource | undefined>;
}
