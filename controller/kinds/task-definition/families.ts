import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { createdAt } from '../../core/created-at.ts';
import { collect } from '../../aws/collect.ts';
import type { Aws } from '../../aws/operations.ts';
import { fromTagList } from '../../aws/tags.ts';
import { hasCode } from '../../core/errors.ts';
import { ownerOf } from '../../core/ownership.ts';
import type { Claim } from '../../core/ownership.ts';
import type { Tags } from '../../core/resource.ts';
import { fromDefinition } from './definition.ts';
import type { TaskDefinitionState } from './state.ts';

/** One revision as it was described. */
export interface Revision {
  readonly arn: string;
  readonly tags: Tags;
  readonly state: TaskDefinitionState;
  /** When it was registered. */
  readonly createdAt?: number;
}

/** How many of a family's revisions are looked through for one of ours, where others registered newer ones. */
const LOOK_BACK = 20;

/**
 * The newest active revision of a family that is ours; where there is none, the newest active one that is as wanted, which need not be
 * the newest where somebody went back, else the newest active one, whoseever it is; undefined where the family has no
 * active revision. One request where the newest is ours.
 */
export async function lookUpFamily(
  ecs: Aws['ecs'],
  claim: Claim,
  family: string,
  isAsWanted: (revision: Revision) => boolean,
): Promise<Revision | undefined> {
  const newest = await describeRevision(ecs, family);
  if (newest === undefined) return undefined;
  if (newest.active && ownerOf(claim, newest.tags) === 'us') return newest;
  let newestActive: Revision | undefined;
  let asWanted: Revision | undefined;
  for (const arn of (await activeRevisions(ecs, family)).slice(0, LOOK_BACK)) {
    const revision = arn === newest.arn ? newest : await describeRevision(ecs, arn);
    if (revision === undefined || !revision.active) continue;
    if (ownerOf(claim, revision.tags) === 'us') return revision;
    newestActive ??= revision;
    if (asWanted === undefined && isAsWanted(revision)) asWanted = revision;
  }
  return asWanted ?? newestActive;
}

/** Every family in the account and region that has an active revision. */
export async function activeFamilies(ecs: Aws['ecs']): Promise<ReadonlySet<string>> {
  const families = await collect(async (nextToken) => {
    const page = await ecs.listTaskDefinitionFamilies({
      status: 'ACTIVE',
      maxResults: 100,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    return { items: page.families, next: page.nextToken };
  });
  return new Set(families);
}

/** ARNs of a family's active revisions, newest first. */
export async function activeRevisions(ecs: Aws['ecs'], family: string): Promise<readonly string[]> {
  const arns = await collect(async (nextToken) => {
    const page = await ecs.listTaskDefinitions({
      familyPrefix: family,
      status: 'ACTIVE',
      sort: 'DESC',
      maxResults: 100,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    return { items: page.taskDefinitionArns, next: page.nextToken };
  });
  // The order is asked for, but not every endpoint keeps it.
  return arns.toSorted((a, b) => parseRevisionArn(b).revision - parseRevisionArn(a).revision);
}

/** A revision by its ARN, or the newest active one of a family; undefined where there is none. */
export async function describeRevision(
  ecs: Aws['ecs'],
  taskDefinition: string,
): Promise<(Revision & { readonly active: boolean }) | undefined> {
  try {
    const answer = await ecs.describeTaskDefinition({ taskDefinition, include: ['TAGS'] });
    const revision = toRevision(answer.taskDefinition, fromTagList(answer.tags));
    return revision && { ...revision, active: answer.taskDefinition?.status === 'ACTIVE' };
  } catch (error) {
    // ECS has no error code of its own for a task definition that does not exist.
    if (hasCode(error, 'ClientException') && /unable to describe task definition/i.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

export function toRevision(definition: TaskDefinition | undefined, tags: Tags): Revision | undefined {
  const arn = definition?.taskDefinitionArn;
  return definition === undefined || arn === undefined
    ? undefined
    : { arn, tags, state: fromDefinition(definition), ...createdAt(definition.registeredAt) };
}

/** `…:task-definition/xray:7` → xray, 7; of anything else the family is empty. */
export function parseRevisionArn(arn: string): { readonly family: string; readonly revision: number } {
  const [, family = '', revision = '0'] = /:task-definition\/([^:]+):(\d+)$/.exec(arn) ?? [];
  return { family, revision: Number(revision) };
}
