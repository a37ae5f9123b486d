import type { Kind } from '../kind.ts';
import { discoveryServiceDriver } from './driver.ts';
import { discoveryServiceModel } from './model.ts';
import type { DiscoveryServiceSpec } from './spec.ts';
import type { DiscoveryServiceState } from './state.ts';

export const discoveryServiceKind: Kind<DiscoveryServiceSpec, DiscoveryServiceState> = {
  model: discoveryServiceModel,
  driver: discoveryServiceDriver,
};
