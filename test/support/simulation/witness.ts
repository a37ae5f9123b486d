import { displayId } from '../../../controller/core/resource.ts';
import type { MutationOutcome, ProgressListener } from '../../../controller/reconcile/apply.ts';
import type { World } from '../world/world.ts';
import { OWNER, OWNER_TAG, drainingServicesIn, hereIn } from './live.ts';
import type { Live } from './live.ts';
import { isOfNoRegion } from './regions.ts';

type Step = Parameters<ProgressListener['ended']>[0];

/**
 * What is told of a step although AWS has something else at the same moment; undefined where it is true. What nobody else changes
 * meanwhile: people leave alone what a step is at work on.
 */
export function toldFalsely(
  world: World,
  environments: ReadonlyMap<string, string>,
  step: Step,
  { result, releases }: MutationOutcome,
): string | undefined {
  if (result !== 'done') return undefined;
  const { kind, name, environment } = step.id;
  const isIt = (one: Pick<Live, 'kind' | 'name' | 'region'>): boolean =>
    one.kind === kind &&
    one.name.toLowerCase() === name.toLowerCase() &&
    (isOfNoRegion(one.region) || environments.get(one.region) === environment);
  const { live, places } = hereIn(world);
  const here = live.filter(isIt);
  const said = `${step.type} of ${displayId(step.id)} is told to be done`;
  switch (step.type) {
    case 'create':
      return here.some(isOurs) ? undefined : `${said}, and there is none of ours`;
    case 'replace':
      return undefined;
    case 'delete': {
      const left = here.find((one) => hasArn(one, step.observed.arn) && isOurs(one));
      return left && `${said}${releases ? ' (released)' : ''}, and ${left.key} (${left.id}) is still ours`;
    }
    case 'update': {
      const tags = step.changes.filter(({ path, to }) => path.startsWith('tags.') && typeof to === 'string');
      const isTagged = (one: Pick<Live, 'tags'>): boolean =>
        tags.every(({ path, to }) => one.tags.get(path.slice('tags.'.length)) === to);
      // Somebody may have deleted the service before the step began, and after the pass had read it.
      const leaving = drainingServicesIn(places).filter(isIt);
      return tags.length === 0 || [...here, ...leaving].some(isTagged)
        ? undefined
        : `${said}, and nothing carries ${tags.map(({ path, to }) => `${path}=${String(to)}`).join(', ')}`;
    }
  }
}

function isOurs({ tags }: Live): boolean {
  return tags.get(OWNER_TAG) === OWNER;
}

/** An ARN of EC2 ends with the id. */
function hasArn({ id, arn }: Live, asked: string | undefined): boolean {
  return asked !== undefined && (asked === arn || asked.endsWith(`/${id}`) || asked.startsWith(`${arn}:`));
}
