import 'reflect-metadata';

import { Controller } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  MessagePattern,
  type MicroserviceOptions,
  Transport,
} from '@nestjs/microservices';
import { startTestNats, type TestNats } from '@runnel/testing';
import { connect } from 'nats';

import { BoundedNatsServer } from './bounded-nats-server';
import { natsOptions } from './connect-nats';
import { ServiceClient } from './service-client';

const SUBJECT = 'svc.metrics.audit';
const ask = (client: ServiceClient, sample: number, padding = 0) =>
  client.call(SUBJECT, { sample, ...(padding ? { padding: 'x'.repeat(padding) } : {}) });

/** Answers with a text of the length it is asked for. */
@Controller()
class EchoController {
  @MessagePattern(SUBJECT)
  answer(request: { sample: number }) {
    return { checkedRuns: request.sample, differences: ['x'.repeat(request.sample)] };
  }
}

let nats: TestNats;
let client: ServiceClient;
let maxPayload: number;
let stop: () => Promise<void>;

beforeAll(async () => {
  nats = await startTestNats();
  const connection = await connect({ servers: nats.url });
  maxPayload = connection.info?.max_payload ?? 0;
  await connection.close();
  const application = await NestFactory.createMicroservice<MicroserviceOptions>(
    { module: class {}, controllers: [EchoController] },
    {
      strategy: new BoundedNatsServer({ ...natsOptions(nats.url, 'echo'), queue: 'echo' }),
      logger: false,
    },
  );
  await application.listen();
  stop = () => application.close();
  client = new ServiceClient(
    ClientProxyFactory.create({
      transport: Transport.NATS,
      options: natsOptions(nats.url, 'client'),
    }),
  );
});

afterAll(async () => {
  await client.close();
  await stop();
  await nats.stop();
});

describe(BoundedNatsServer, () => {
  const tooLarge = { code: 'PAYLOAD_TOO_LARGE', kind: 'invalid_input' };

  it('carries what fits', async () => {
    const answer = await ask(client, maxPayload - 1_000);
    expect(answer.checkedRuns).toBe(maxPayload - 1_000);
  });

  it('tells the asker of an answer that is too large, and lives on', async () => {
    await expect(ask(client, maxPayload)).rejects.toMatchObject(tooLarge);
    expect((await ask(client, 1)).checkedRuns).toBe(1);
  });

  it('says so when it is the question that is too large', async () => {
    await expect(ask(client, 1, maxPayload)).rejects.toMatchObject(tooLarge);
  });
});
