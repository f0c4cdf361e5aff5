import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import {
  DEFINITIONS_CHANGED,
  type DefinitionsChanged,
  NATS,
  type NatsConnection,
} from '@runnel/messaging';
import { LOGGER, type Logger } from '@runnel/telemetry';
import type { Subscription } from 'nats';

type Listener = (change: DefinitionsChanged) => void;

/** Tells the caches of this process what `deployments` has changed. */
@Injectable()
export class DefinitionChanges implements OnModuleInit, OnModuleDestroy {
  private readonly listeners: Listener[] = [];
  private subscription: Subscription | undefined;

  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  onModuleInit(): void {
    this.subscription = this.nats.subscribe(DEFINITIONS_CHANGED, {
      callback: (error, message) => {
        if (!error) this.tell(message.string());
      },
    });
  }

  onModuleDestroy(): void {
    this.subscription?.unsubscribe();
  }

  private tell(text: string): void {
    const change = readChange(text);
    if (!change) return this.logger.warn({ subject: DEFINITIONS_CHANGED }, 'unreadable notice');
    for (const listener of this.listeners) listener(change);
  }
}

/** The notice in a message: bare, or in the envelope of Nest's event transport. Undefined when it is neither. */
export function readChange(text: string): DefinitionsChanged | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined; // told by the caller
  }
  const bare = isRecord(json) && isRecord(json['data']) ? json['data'] : json;
  if (!isRecord(bare) || typeof bare['project'] !== 'string') return undefined;
  return {
    project: bare['project'],
    deploymentIds: texts(bare['deploymentIds']),
    webhookIds: texts(bare['webhookIds']),
    apiKeyHashes: texts(bare['apiKeyHashes']),
  };
}

/** Whether a notice names nothing in particular: then all of the project has changed. */
export function changesAll(change: DefinitionsChanged): boolean {
  const { deploymentIds, webhookIds, apiKeyHashes } = change;
  return deploymentIds.length + webhookIds.length + apiKeyHashes.length === 0;
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
