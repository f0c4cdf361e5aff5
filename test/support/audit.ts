import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { natsOptions, type ResponseOf, ServiceClient } from '@runnel/messaging';

/** Has the auditor fold every run from the log and compare it with its rows. */
export async function auditAll(natsUrl: string): Promise<ResponseOf<'svc.metrics.audit'>> {
  const client = new ServiceClient(
    ClientProxyFactory.create({
      transport: Transport.NATS,
      options: natsOptions(natsUrl, 'test-audit'),
    }),
  );
  try {
    return await client.call('svc.metrics.audit', { sample: 'all' }, { timeoutMs: 60_000 });
  } finally {
    await client.close();
  }
}
