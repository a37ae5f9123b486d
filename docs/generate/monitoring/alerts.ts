import { CONTROLLER_ALERTS } from './controller-alerts.ts';
import type { Alert } from './alert.ts';
import { OBJECT_ALERTS } from './object-alerts.ts';
import { PEOPLE_ALERTS } from './people-alerts.ts';
import { SHARED_CAUSE_ALERTS } from './shared-cause-alerts.ts';

/** Every alert there is, from which rules, runbooks and tables are made: what needs somebody the soonest comes first. */
export const ALERTS: readonly Alert[] = [
  ...CONTROLLER_ALERTS,
  ...SHARED_CAUSE_ALERTS,
  ...OBJECT_ALERTS,
  ...PEOPLE_ALERTS,
];
