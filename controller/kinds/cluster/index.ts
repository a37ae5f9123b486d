import type { Kind } from '../kind.ts';
import { clusterDriver } from './driver.ts';
import { clusterModel } from './model.ts';
import type { ClusterSpec, ClusterState } from './model.ts';

export const clusterKind: Kind<ClusterSpec, ClusterState> = { model: clusterModel, driver: clusterDriver };
