/** Port to the executors: tells them what they cannot know before their next commit. */
export abstract class RunNotices {
  /**
   * Somebody else than its executor has moved a run; work that builds on a state from before `revision` is
   * void. Never throws: who does not hear of it finds out at its next commit.
   */
  abstract moved(runId: string, revision: number): void;
}
