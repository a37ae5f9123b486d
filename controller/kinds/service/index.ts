import type { Kind } from '../kind.ts';
import { serviceDriver } from './driver.ts';
import { serviceModel } from './model.ts';
import type { ServiceSpec } from './spec.ts';
import type { ServiceState } from './state.ts';

export const serviceKind: Kind<ServiceSpec, ServiceState> = { model: serviceModel, driver: serviceDriver };
