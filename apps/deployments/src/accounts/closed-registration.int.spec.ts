import { type DeploymentsService, startDeployments } from '../testing/deployments-service.contract';

let service: DeploymentsService;
beforeAll(
  async () =>
    (service = await startDeployments({
      RUNNEL_PROFILE: 'production',
      RUNNEL_NATS_SYNC: 'always',
    })),
);
afterAll(() => service.stop());

describe('register', () => {
  it('is closed in production unless somebody opens it, whatever is sent', async () => {
    for (const email of ['new@example.com', 'nonsense']) {
      const request = { email, password: 'correct-horse', firstName: 'Ada', lastName: 'L' };
      await expect(service.call('svc.deployments.register', request)).rejects.toMatchObject({
        code: 'REGISTRATION_CLOSED',
        kind: 'domain',
      });
    }
  });
});
