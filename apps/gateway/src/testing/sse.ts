import { createParser } from 'eventsource-parser';

/** A frame of an event stream. */
export interface StreamFrame {
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A client of `GET /v1/runs/:id/stream` that can be looked at while it reads. */
export class StreamReader {
  readonly frames: StreamFrame[] = [];
  readonly comments: string[] = [];
  readonly retries: number[] = [];
  ended = false;
  private readonly abort = new AbortController();

  private constructor(
    readonly status: number,
    readonly headers: Headers,
  ) {}

  /** Connects; `after` is sent as `Last-Event-ID`. */
  static async open(url: string, token: string, after?: string): Promise<StreamReader> {
    const abort = new AbortController();
    const response = await fetch(url, {
      signal: abort.signal,
      headers: {
        authorization: `Bearer ${token}`,
        ...(after !== undefined && { 'last-event-id': after }),
      },
    });
    const reader = new StreamReader(response.status, response.headers);
    reader.abort.signal.addEventListener('abort', () => abort.abort());
    reader.read(response).catch(() => undefined); // cut by the test, or by the server
    return reader;
  }

  cut(): void {
    this.abort.abort();
  }

  private async read(response: Response): Promise<void> {
    const parser = createParser({
      onEvent: (event) => {
        const data = JSON.parse(event.data) as StreamFrame['data'];
        if (!this.abort.signal.aborted) this.frames.push({ id: event.id ?? '', data });
      },
      onComment: (comment) => this.comments.push(comment.trim()),
      onRetry: (ms) => this.retries.push(ms),
    });
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
    }
    this.ended = true;
  }
}
