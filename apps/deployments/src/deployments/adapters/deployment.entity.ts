import type { DeploymentStatus, RetryPolicy } from '@runnel/messaging';
import { Column, Entity, PrimaryColumn } from 'typeorm';

import type { ScheduleOverride } from '../domain/deployment';

@Entity('deployment')
export class DeploymentEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text', { name: 'project_id' })
  project!: string;

  @Column('text', { name: 'pattern_id' })
  patternId!: string;

  @Column('text')
  status!: DeploymentStatus;

  @Column('text', { name: 'version_id' })
  versionId!: string;

  @Column('text', { name: 'environment_id', nullable: true })
  environmentId!: string | null;

  @Column({ type: 'timestamptz', name: 'confirmed_at', precision: 3, nullable: true })
  confirmedAt!: Date | null;

  @Column('text', { name: 'paused_reason', nullable: true })
  pausedReason!: 'manual' | 'circuit_breaker' | null;

  @Column({ type: 'timestamptz', name: 'paused_at', precision: 3, nullable: true })
  pausedAt!: Date | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;

  @Column({ type: 'timestamptz', name: 'schedules_from', precision: 3 })
  schedulesFrom!: Date;

  @Column('jsonb', { name: 'schedule_overrides' })
  scheduleOverrides!: ScheduleOverride[];
  @Column({ type: 'jsonb', name: 'retry_policy', nullable: true })
  retryPolicy!: RetryPolicy | null;

  @Column('integer', { name: 'timeout_ms', nullable: true })
  timeoutMs!: number | null;

  @Column({ type: 'timestamptz', name: 'breaker_since', precision: 3, nullable: true })
  breakerSince!: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;
}
