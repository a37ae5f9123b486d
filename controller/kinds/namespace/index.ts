import type { Kind } from '../kind.ts';
import { namespaceDriver } from './driver.ts';
import { namespaceModel } from './model.ts';
import type { NamespaceSpec, NamespaceState } from './model.ts';

export const namespaceKind: Kind<NamespaceSpec, NamespaceState> = {
  model: namespaceModel,
  driver: namespaceDriver,
};
