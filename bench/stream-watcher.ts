import { type Agent, get, type IncomingMessage } from 'node:http';

/** A line's frame; other events may be told together with the step that follows them. */
const MEASURED = '"event_type":"log"';
const TIMESTAMP = '"timestamp":"';
const TIMESTAMP_LENGTH = 24;

/** One client of an event stream: keeps the ids of what it was told, and how late what came live was. */
export class StreamWatcher {
  readonly ids: string[] = [];
  /** Milliseconds from an event's timestamp to its arrival, of events since the stream was open. */
  readonly latencies: number[] = [];
  readonly ended: Promise<void>;
  private rest = '';
  private openedAt = Infinity;

  private constructor(response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.read(chunk));
    this.ended = new Promise((resolve, reject) => {
      response.on('end', resolve).on('error', reject);
    });
    this.openedAt = Date.now();
  }

  /** Connects. Rejects unless the answer is a stream. */
  static open(url: string, headers: Record<string, string>, agent: Agent): Promise<StreamWatcher> {
    return new Promise((resolve, reject) => {
      const request = get(url, { headers, agent }, (response) => {
        if (response.statusCode === 200) return resolve(new StreamWatcher(response));
        response.resume();
        reject(new Error(`the stream answered ${response.statusCode}`));
      });
      request.on('error', reject);
    });
  }

  private read(chunk: string): void {
    const now = Date.now();
    const frames = (this.rest + chunk).split('\n\n');
    this.rest = frames.pop() ?? '';
    for (const frame of frames) if (frame.startsWith('id: ')) this.take(frame, now);
  }

  private take(frame: string, now: number): void {
    this.ids.push(frame.slice(4, frame.indexOf('\n')));
    if (!frame.includes(MEASURED)) return;
    const at = frame.lastIndexOf(TIMESTAMP) + TIMESTAMP.length;
    const told = Date.parse(frame.slice(at, at + TIMESTAMP_LENGTH));
    if (told > this.openedAt) this.latencies.push(now - told);
  }
}
