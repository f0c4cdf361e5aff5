import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { WebhookNode } from '../../compiling/compile-pattern';

@Entity('pattern_version')
export class PatternVersionEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text', { name: 'pattern_id' })
  patternId!: string;

  @Column('text', { name: 'project_id' })
  project!: string;

  @Column('integer', { name: 'version_number' })
  versionNumber!: number;

  @Column('json', { name: 'graph_data' })
  graphData!: unknown;

  @Column('text')
  code!: string;

  @Column('json')
  triggers!: { type: string; nodeId: string }[];

  @Column('json', { name: 'webhook_nodes' })
  webhookNodes!: WebhookNode[];

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column('text', { name: 'created_by' })
  createdBy!: string;
}
