import { MessagePattern } from '@nestjs/microservices';

import type { ServiceSubject } from './contracts/service-contracts';

/** Marks the method that answers `subject`; the contracts say what it takes and returns. */
export function Answers(subject: ServiceSubject): MethodDecorator {
  return MessagePattern(subject);
}
