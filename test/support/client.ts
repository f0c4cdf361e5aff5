/** An answer of the API, its body parsed if it is JSON. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

/** Talks to the gateway as a user's script would. */
export class Client {
  constructor(
    readonly baseUrl: string,
    readonly token?: string,
  ) {}

  get<T = Record<string, unknown>>(path: string): Promise<Answer<T>> {
    return this.send<T>('GET', path);
  }

  post<T = Record<string, unknown>>(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>> {
    return this.send<T>('POST', path, body, headers);
  }

  async send<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) as T };
  }
}

/** Registers a new user and answers with a client that acts as it. */
export async function registerUser(baseUrl: string, email: string): Promise<Client> {
  const answer = await new Client(baseUrl).post<{ data: { token: string } }>('/api/auth/register', {
    email,
    password: 'correct-horse-battery!',
    firstName: 'Ada',
    lastName: 'Lovelace',
  });
  if (answer.status !== 201)
    throw new Error(`register answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return new Client(baseUrl, answer.body.data.token);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // not every answer is JSON; the test compares what came
  }
}
