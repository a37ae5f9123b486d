import { Type } from 'typebox';
import type { AwsOf, Field, Table } from '../../core/fields/field.ts';
import { object, required, set, structures, value } from '../../core/fields/shapes.ts';

/** How often ECS measures a service: what AWS has in MonitoringConfiguration. */

const METRICS = ['CPUUtilization', 'MemoryUtilization'] as const;
/** What ECS has where nothing is said (ECS API reference, MonitoringConfiguration). */
const USUAL_S = 60;

const METRIC = {
  fields: {
    metricNames: required(
      set(Type.Enum([...METRICS]), {
        description: 'Metrics of the service; each is named once.',
        uniqueItems: true,
      }),
    ),
    resolutionSeconds: required(
      value(Type.Enum([20, USUAL_S], { description: 'How often they are measured.' })),
    ),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const MONITORING = {
  fields: {
    metricConfigurations: required(structures(METRIC, `Those that are not measured every ${USUAL_S} s.`)),
  },
  elsewhere: {},
  notOffered: {},
} satisfies Table;

const asAws = object(
  MONITORING,
  'How often ECS measures the service. A change is a new deployment. Default: as it is, which ECS makes 60 s.',
);

type Aws = AwsOf<typeof MONITORING.fields>;
/** Seconds by metric, of every metric: one that is not named is measured as usual. */
type Resolutions = Readonly<Record<string, number>>;

function resolutionsOf({ metricConfigurations = [] }: Partial<Aws> = {}): Resolutions {
  const said = metricConfigurations.flatMap(({ metricNames, resolutionSeconds }) =>
    metricNames.map((name) => [name, resolutionSeconds] as const),
  );
  return Object.fromEntries([...METRICS.map((name) => [name, USUAL_S] as const), ...said]);
}

/** Metrics of one resolution stand together. */
function configurationsOf(resolutions: Resolutions): Aws['metricConfigurations'] {
  const seconds = [...new Set(Object.values(resolutions))].toSorted((a, b) => a - b);
  return seconds.map((resolutionSeconds) => ({
    metricNames: Object.keys(resolutions).filter((name) => resolutions[name] === resolutionSeconds),
    resolutionSeconds,
  })) as Aws['metricConfigurations'];
}

/** All metrics are sent, so that one that a manifest names no more goes back. */
export const monitoring: Field<typeof asAws.schema, Resolutions | undefined, Aws, Resolutions> = {
  ...asAws,
  compared: 'entries',
  wanted: (written) => (written === undefined ? undefined : resolutionsOf(written)),
  toAws: (spec) => spec && { metricConfigurations: configurationsOf(spec) },
  observed: resolutionsOf,
  written: (aws) => {
    const unusual = Object.entries(resolutionsOf(aws)).filter(([, seconds]) => seconds !== USUAL_S);
    if (unusual.length === 0) return undefined;
    return { metricConfigurations: configurationsOf(Object.fromEntries(unusual)) };
  },
};
