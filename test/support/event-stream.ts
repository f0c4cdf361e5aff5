import { createParser } from 'eventsource-parser';

/** A frame of a run's event stream. */
export interface Frame {
  readonly id: string | undefined;
  readonly data: { readonly type: string; readonly [field: string]: unknown };
}

interface StreamOptions {
  readonly baseUrl: string;
  readonly token: string;
  readonly runId: string;
  readonly lastEventId?: string;
  /** Cuts the connection once so many frames have come. */
  readonly cutAfter?: number;
}

/** Reads a run's stream until it ends or is cut, and answers with all frames that came. */
export async function readStream(
  options: StreamOptions,
): Promise<{ frames: Frame[]; ended: boolean }> {
  const response = await fetch(`${options.baseUrl}/v1/runs/${options.runId}/stream`, {
    headers: {
      authorization: `Bearer ${options.token}`,
      accept: 'text/event-stream',
      ...(options.lastEventId !== undefined && { 'last-event-id': options.lastEventId }),
    },
  });
  if (response.status !== 200 || !response.body) {
    throw new Error(`stream answered ${response.status}: ${await response.text()}`);
  }
  const frames: Frame[] = [];
  const parser = createParser({
    onEvent: (event) => {
      if (frames.length < (options.cutAfter ?? Infinity)) {
        frames.push({ id: event.id, data: JSON.parse(event.data) as Frame['data'] });
      }
    },
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    parser.feed(decoder.decode(chunk.value, { stream: true }));
    if (frames.length >= (options.cutAfter ?? Infinity)) {
      await reader.cancel();
      return { frames, ended: false };
    }
  }
  return { frames, ended: true };
}
