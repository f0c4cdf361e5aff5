import { Injectable } from '@nestjs/common';
import { assertAllowed, type Identity, PERMISSIONS } from '@runnel/auth';
import { isId } from '@runnel/ids';
import type { Page, PatternView } from '@runnel/messaging';

import { patternNotFound } from '../domain/pattern';
import { type PatternQuery, PatternStore } from './pattern-store.port';
import { toPatternSummaryView, toPatternView } from './pattern-view';

@Injectable()
export class ReadPatternsHandler {
  constructor(private readonly patterns: PatternStore) {}

  /** The project's own or a public one. @throws DomainError PATTERN_NOT_FOUND, FORBIDDEN */
  async get(identity: Identity, id: string): Promise<PatternView> {
    assertAllowed(identity, PERMISSIONS['get-pattern']);
    const pattern = isId('pattern', id)
      ? await this.patterns.findReadable(identity.project, id)
      : undefined;
    if (!pattern) throw patternNotFound();
    return toPatternView(pattern);
  }

  /** The project's own, without drawings. @throws DomainError FORBIDDEN */
  async list(identity: Identity, query: Omit<PatternQuery, 'project'>): Promise<Page<PatternView>> {
    assertAllowed(identity, PERMISSIONS['list-patterns']);
    const page = await this.patterns.list({ ...query, project: identity.project });
    return { items: page.items.map(toPatternSummaryView), total: page.total };
  }
}
