import { Controller, Delete, Get, Headers, Patch, Post, Put } from '@nestjs/common';
import type { Identity } from '@runnel/auth';
import { ServiceClient } from '@runnel/messaging';

import { Caller, Input, RequiresPermission, Serves } from '../../http/route.decorators';
import type { InputOf } from '../../http/route-declaration';
import { type Envelope, success } from '../envelopes';
import {
  createPattern,
  deletePattern,
  getPattern,
  listPatterns,
  type PatternResponse,
  type PatternSummary,
  toPatternFields,
  toPatternResponse,
  toPatternSummary,
  updatePattern,
} from './patterns.dto';

interface PatternList extends Envelope<readonly PatternSummary[]> {
  readonly meta: { readonly total: number; readonly limit: number; readonly offset: number };
}

/** contracts/automation.md E.2, with its envelopes: the list has offsets, one pattern has none. */
@Controller('api/patterns')
export class PatternsController {
  constructor(private readonly services: ServiceClient) {}

  @Get()
  @RequiresPermission('list-patterns')
  @Serves(listPatterns)
  async list(
    @Caller() identity: Identity,
    @Input() { query }: InputOf<typeof listPatterns>,
  ): Promise<PatternList> {
    const { search, isPublic, isTemplate, tags, limit, offset, sortBy, sortOrder } = query;
    const { items, total } = await this.services.call('svc.deployments.list-patterns', {
      identity,
      limit,
      offset,
      sortBy,
      sortOrder,
      ...(search !== undefined && { search }),
      ...(isPublic !== undefined && { isPublic }),
      ...(isTemplate !== undefined && { isTemplate }),
      ...(tags !== undefined && { tags }),
    });
    return { ...success(items.map(toPatternSummary)), meta: { total, limit, offset } };
  }

  @Get(':id')
  @RequiresPermission('get-pattern')
  @Serves(getPattern)
  async get(
    @Caller() identity: Identity,
    @Input() { params }: InputOf<typeof getPattern>,
  ): Promise<PatternResponse> {
    const { id } = params;
    return toPatternResponse(
      await this.services.call('svc.deployments.get-pattern', { identity, id }),
    );
  }

  @Post()
  @RequiresPermission('create-pattern')
  @Serves(createPattern)
  async create(
    @Caller() identity: Identity,
    @Input() { body }: InputOf<typeof createPattern>,
  ): Promise<Envelope<PatternResponse>> {
    const fields = { ...toPatternFields(body), name: body.name };
    const created = await this.services.call('svc.deployments.create-pattern', {
      identity,
      fields,
    });
    return success(toPatternResponse(created));
  }

  @Put(':id')
  @RequiresPermission('update-pattern')
  @Serves(updatePattern)
  put(
    @Caller() identity: Identity,
    @Input() input: InputOf<typeof updatePattern>,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<Envelope<PatternResponse>> {
    return this.update(identity, input, ifMatch);
  }

  @Patch(':id')
  @RequiresPermission('update-pattern')
  @Serves(updatePattern)
  patch(
    @Caller() identity: Identity,
    @Input() input: InputOf<typeof updatePattern>,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<Envelope<PatternResponse>> {
    return this.update(identity, input, ifMatch);
  }

  @Delete(':id')
  @RequiresPermission('delete-pattern')
  @Serves(deletePattern)
  async delete(
    @Caller() identity: Identity,
    @Input() { params, query }: InputOf<typeof deletePattern>,
  ): Promise<void> {
    const { id } = params;
    const { force } = query;
    await this.services.call('svc.deployments.delete-pattern', { identity, id, force });
  }

  private async update(
    identity: Identity,
    { params, body }: InputOf<typeof updatePattern>,
    ifMatch: string | undefined,
  ): Promise<Envelope<PatternResponse>> {
    // An entity tag is quoted (RFC 9110, 8.8.3); ours is the time of the last change.
    const ifUpdatedAt = ifMatch?.replace(/^(?:W\/)?"|"$/g, '');
    const updated = await this.services.call('svc.deployments.update-pattern', {
      identity,
      id: params.id,
      fields: toPatternFields(body),
      ...(ifUpdatedAt !== undefined && { ifUpdatedAt }),
    });
    return success(toPatternResponse(updated));
  }
}
