import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  Answers,
  type Empty,
  type Page,
  type PatternView,
  type ResponseOf,
} from '@runnel/messaging';

import { decode } from '../../decoding/decode';
import { CreatePatternHandler } from '../application/create-pattern.handler';
import { DeletePatternHandler } from '../application/delete-pattern.handler';
import { ReadPatternsHandler } from '../application/read-patterns.handler';
import { TranspileHandler } from '../application/transpile.handler';
import { UpdatePatternHandler } from '../application/update-pattern.handler';
import {
  createSchema,
  deleteSchema,
  getSchema,
  listSchema,
  transpileSchema,
  updateSchema,
} from './pattern-requests';

@Controller()
export class PatternsController {
  constructor(
    private readonly creation: CreatePatternHandler,
    private readonly reading: ReadPatternsHandler,
    private readonly updating: UpdatePatternHandler,
    private readonly deletion: DeletePatternHandler,
    private readonly transpiling: TranspileHandler,
  ) {}

  @Answers('svc.deployments.create-pattern')
  create(@Payload() request: unknown): Promise<PatternView> {
    const { identity, fields } = decode(createSchema, request);
    return this.creation.handle(identity, fields);
  }

  @Answers('svc.deployments.get-pattern')
  get(@Payload() request: unknown): Promise<PatternView> {
    const { identity, id } = decode(getSchema, request);
    return this.reading.get(identity, id);
  }

  @Answers('svc.deployments.list-patterns')
  list(@Payload() request: unknown): Promise<Page<PatternView>> {
    const { identity, ...query } = decode(listSchema, request);
    return this.reading.list(identity, query);
  }

  @Answers('svc.deployments.update-pattern')
  update(@Payload() request: unknown): Promise<PatternView> {
    const { identity, id, fields, ifUpdatedAt } = decode(updateSchema, request);
    return this.updating.handle(identity, id, fields, ifUpdatedAt);
  }

  @Answers('svc.deployments.delete-pattern')
  async delete(@Payload() request: unknown): Promise<Empty> {
    const { identity, id, force } = decode(deleteSchema, request);
    await this.deletion.handle(identity, id, force);
    return {};
  }

  @Answers('svc.deployments.transpile')
  transpile(@Payload() request: unknown): ResponseOf<'svc.deployments.transpile'> {
    const { identity, graphData, ...options } = decode(transpileSchema, request);
    return this.transpiling.handle(identity, graphData, options);
  }
}
