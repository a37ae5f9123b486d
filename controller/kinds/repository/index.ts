import type { Kind } from '../kind.ts';
import { repositoryDriver } from './driver.ts';
import { repositoryModel } from './model.ts';
import type { RepositorySpec } from './spec.ts';
import type { RepositoryState } from './state.ts';

export const repositoryKind: Kind<RepositorySpec, RepositoryState> = {
  model: repositoryModel,
  driver: repositoryDriver,
};
