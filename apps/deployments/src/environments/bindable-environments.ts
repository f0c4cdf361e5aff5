/** Environments, as deployments are bound to them. */
export abstract class BindableEnvironments {
  /** Whether the project has it. */
  abstract exists(project: string, id: string): Promise<boolean>;
}
