/** Makes the call of a connection's test. */
export abstract class ConnectionProbe {
  /** The status of a GET, redirects not followed. @throws AppError when there is no answer */
  abstract status(url: string, headers: Readonly<Record<string, string>>): Promise<number>;
}
