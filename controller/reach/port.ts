import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { Listener } from '../core/consumer.ts';
import type { Daemon } from './daemon.ts';
import { trafficText } from './flow.ts';
import { blocked, ok, unknown, unread } from './hop.ts';
import type { Judgement } from './hop.ts';

/** Whether the containers that run map what the manifest has consumers send to. */
export function portJudgement(
  { listeners, revision }: Pick<Daemon, 'listeners' | 'revision'>,
  definition: (arn: string) => TaskDefinition | { readonly unread: string },
): Judgement {
  if (listeners.length === 0) {
    return unknown('its containers map no port', 'add portMappings for the ports that consumers send to');
  }
  if ('unread' in revision) return unread('its revision', revision.unread);
  const found = definition(revision.value);
  if ('unread' in found) return unread(revision.value, found.unread);
  const name = `${found.family ?? ''}:${found.revision ?? ''}`;
  const mapped = new Set(mappingsOf(found).map(textOf));
  const missing = listeners.filter((one) => one.port !== undefined && !mapped.has(textOf(one)));
  if (missing.length > 0) {
    return blocked(
      `${name} maps ${[...mapped].join(', ') || 'no port'}, and not ${missing.map(textOf).join(', ')}`,
      'apply the manifest, or correct its portMappings',
    );
  }
  if (listeners.some(({ port }) => port === undefined)) {
    return unknown(
      `ECS chooses another host port for each task of ${name}`,
      'name a hostPort, or have consumers ask for SRV records',
    );
  }
  return ok(`${name} maps ${listeners.map(textOf).join(', ')}`);
}

function mappingsOf({ containerDefinitions = [], networkMode }: TaskDefinition): readonly Listener[] {
  return containerDefinitions.flatMap(({ portMappings = [] }) =>
    portMappings.map(({ protocol = 'tcp', containerPort, hostPort }) => ({
      protocol,
      port: networkMode === 'bridge' ? hostPort : containerPort,
    })),
  );
}

function textOf({ protocol, port }: Listener): string {
  return port === undefined ? protocol : trafficText({ protocol, port });
}
