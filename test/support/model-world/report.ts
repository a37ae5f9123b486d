import { manifestKey } from '../../../controller/core/resource.ts';
import type { ResourceId } from '../../../controller/core/resource.ts';
import { reportInputOf } from '../../../controller/status/pass-report.ts';
import { buildReport } from '../../../controller/status/report.ts';
import { whatDiffers } from './at-rest.ts';
import type { RestView } from './at-rest.ts';
import { cloudKey, sameResource } from './commits.ts';
import { wantedIn } from './git.ts';

const CONTROLLER = { version: '0.0.0', owner: 'stationkeeper', startedAt: new Date(0).toISOString() };
const SOURCE = { type: 'git', url: 'https://git.example.org/daemons' } as const;

/** Where the report of the last pass calls an object synced that is not as git wants it, or the other way round. */
export function syncWrongly(view: RestView): string | undefined {
  const report = buildReport(reportInputOf(view.last, { number: 1, controller: CONTROLLER, source: SOURCE }));
  const wanted = wantedIn(view.commit);
  for (const object of report.objects) {
    const own = wanted.filter(
      ({ manifest, id }) =>
        manifest.kind === object.kind &&
        manifest.name === object.name &&
        id.environment === object.environment,
    );
    const differing = own.flatMap((desired) => {
      if (desired.management === 'external' || isNotTakenUp(view, desired.id)) return [];
      const thing = view.cloud.get(cloudKey(desired.id, view.commit.environments, view.cloud.shapes));
      return whatDiffers(desired, thing, view) ?? [];
    });
    if (object.sync === 'Synced' && differing.length > 0)
      return `${manifestKey(object)} is told to be Synced, and ${differing.join('; ')}`;
    if (
      object.sync === 'OutOfSync' &&
      differing.length === 0 &&
      object.resources.every(({ step }) => step === 'keep')
    )
      return `${manifestKey(object)} is told to be OutOfSync, and is as wanted`;
  }
  return undefined;
}

/** The manifest ignores that its user goes on with another one, so that it is as wanted. */
function isNotTakenUp({ last }: RestView, id: ResourceId): boolean {
  const step = last.plan.steps.find((one) => sameResource(one.id, id));
  return step?.type === 'keep' && step.reason.includes('does not take it up');
}
