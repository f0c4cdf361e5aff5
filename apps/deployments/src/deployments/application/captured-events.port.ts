/** Events that reached an endpoint while its pattern was not deployed. */
export abstract class CapturedEvents {
  /**
   * Keeps `event` and the newest of its elders, `keep` in all.
   * @throws DomainError NOT_FOUND when there is no such endpoint
   */
  abstract add(endpointId: string, event: unknown, keep: number, now: Date): Promise<void>;
}
