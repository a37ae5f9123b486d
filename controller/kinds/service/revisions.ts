import type { Service, ServiceRevision } from '@aws-sdk/client-ecs';
import type { Aws } from '../../aws/operations.ts';
import { currentRevisions, describeRevisions, newestRevision } from '../../aws/service-revisions.ts';

/** The revisions of services, which hold what ECS tells of no service. They never change, so that each is read once. */
export interface Revisions {
  /** Reads those of these services that are not known, and forgets those of others. */
  learn(services: readonly Service[]): Promise<void>;
  /** What the service is to run; undefined while that is not known. */
  of(service: Service): ServiceRevision | undefined;
}

export function createRevisions(aws: Pick<Aws, 'ecs'>): Revisions {
  let known: ReadonlyMap<string, ServiceRevision> = new Map();
  return {
    async learn(services) {
      const current = new Set(services.flatMap(currentRevisions));
      const kept = [...known].filter(([arn]) => current.has(arn));
      known = new Map(kept);
      const read = await describeRevisions(
        aws,
        [...current].filter((arn) => !known.has(arn)),
      );
      known = new Map([...kept, ...read]);
    },
    of: (service) => newestRevision(service, known),
  };
}
