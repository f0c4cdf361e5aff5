import { isAppError, toWireError } from '@runnel/errors';
import {
  connectNats,
  type NatsConnection,
  type RequestOf,
  type ResponseOf,
  type ServiceSubject,
} from '@runnel/messaging';

type Answer<S extends ServiceSubject> = (
  request: RequestOf<S>,
) => ResponseOf<S> | Promise<ResponseOf<S>>;

/** Speaks for the other services over a real NATS: one answer per subject, counted; what has none is silent. */
export class FakeServices {
  readonly calls: { readonly subject: string; readonly request: unknown }[] = [];
  private readonly answers = new Map<string, (request: unknown) => unknown>();

  private constructor(readonly connection: NatsConnection) {
    connection.subscribe('svc.>', {
      callback: (_, message) => {
        const answer = this.answers.get(message.subject);
        const { data, id } = message.json<{ data: unknown; id: string }>();
        this.calls.push({ subject: message.subject, request: data });
        if (!answer) return;
        Promise.resolve()
          .then(() => answer(data))
          .then(
            (response) => ({ response, isDisposed: true, id }),
            (error: unknown) => ({
              err: isAppError(error)
                ? toWireError(error)
                : { kind: 'internal', code: 'INTERNAL', message: String(error), details: {} },
              isDisposed: true,
              id,
            }),
          )
          .then((packet) => message.respond(JSON.stringify(packet)))
          .catch(() => undefined);
      },
    });
  }

  static async start(url: string): Promise<FakeServices> {
    const services = new FakeServices(await connectNats(url, 'fake-services'));
    for (const app of ['deployments', 'executor', 'scheduler', 'metrics'] as const) {
      services.answer(`svc.${app}.ping`, () => ({ ready: true }));
    }
    return services;
  }

  answer<S extends ServiceSubject>(subject: S, answer: Answer<S>): void {
    this.answers.set(subject, answer as (request: unknown) => unknown);
  }

  /** From now on nobody answers there. */
  silence(subject: ServiceSubject): void {
    this.answers.delete(subject);
  }

  count(subject: ServiceSubject): number {
    return this.calls.filter((call) => call.subject === subject).length;
  }

  async stop(): Promise<void> {
    await this.connection.close();
  }
}
