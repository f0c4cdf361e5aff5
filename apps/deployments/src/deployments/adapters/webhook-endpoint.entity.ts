import type { SignatureMode } from '@runnel/messaging';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('webhook_endpoint')
export class WebhookEndpointEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text', { name: 'project_id' })
  project!: string;

  @Column('text', { name: 'pattern_id' })
  patternId!: string;

  @Column('text', { name: 'node_id' })
  nodeId!: string;

  @Column('text', { name: 'webhook_id' })
  webhookId!: string;

  @Column('text', { name: 'secret_box' })
  secretBox!: string;

  @Column('text', { name: 'signature_mode' })
  signatureMode!: SignatureMode;

  @Column('boolean', { name: 'require_timestamp' })
  requireTimestamp!: boolean;

  @Column('boolean')
  active!: boolean;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;
}
