import { getResources } from './resources.ts';

export const taggingOperations = {
  GetResources: getResources,
} as const;
