import { expect } from 'vitest';
import type { DocumentOverrides } from '../manifests/documents.ts';
import type { SCALING_BY_HAND } from './by-hand-scaling.ts';
import type { Told } from './told.ts';

const CPU = 'ECSServiceAverageCPUUtilization';
const RESOURCE = 'scalable-target/scaled';

/** A daemon service that is scaled, beside what `manifests/xray.yaml` makes. */
export const SCALED: DocumentOverrides<'DaemonService'> = {
  name: 'scaled',
  cluster: 'xray-daemon-cluster',
  labels: { team: 'platform' },
  scaling: {
    min: 2,
    max: 6,
    targetTracking: [{ targetValue: 60, predefinedMetricSpecification: { predefinedMetricType: CPU } }],
  },
};

/** What is to be told of the drifts of its scalable target. */
export const SCALING_DRIFTS: Readonly<Record<keyof typeof SCALING_BY_HAND, Told>> = {
  'more tasks at most': { resource: RESOURCE, path: 'max', desired: 6, actual: 9 },
  'fewer tasks at least': { resource: RESOURCE, path: 'min', desired: 2, actual: 1 },
  "a scaling policy's other target": {
    resource: RESOURCE,
    path: `targetTracking[${CPU}].targetValue`,
    desired: 60,
    actual: 42,
  },
  'a scaling policy that is missing': {
    resource: RESOURCE,
    path: `targetTracking[${CPU}]`,
    desired: expect.objectContaining({ policyName: CPU, targetValue: 60 }),
    actual: null,
  },
  'a scaling policy too many': {
    resource: RESOURCE,
    path: 'targetTracking[by-hand]',
    desired: null,
    actual: expect.objectContaining({ policyName: 'by-hand', targetValue: 70 }),
  },
  'another label of a scalable target': {
    resource: RESOURCE,
    path: 'tags.team',
    desired: 'platform',
    actual: 'search',
  },
};
