import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('pattern')
export class PatternEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text', { name: 'project_id' })
  project!: string;

  @Column('text', { name: 'owner_id' })
  ownerId!: string;

  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('boolean', { name: 'is_public' })
  isPublic!: boolean;

  @Column('boolean', { name: 'is_template' })
  isTemplate!: boolean;

  @Column('text', { array: true })
  tags!: string[];

  /** Read on demand: it is large, and lists leave it out. */
  @Column('json', { name: 'graph_data', select: false })
  graphData!: unknown;

  @Column('integer', { name: 'version_number' })
  versionNumber!: number;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', precision: 3 })
  updatedAt!: Date;
}
