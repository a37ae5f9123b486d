import { assumeRole, getCallerIdentity } from './identity.ts';

export const stsOperations = {
  AssumeRole: assumeRole,
  GetCallerIdentity: getCallerIdentity,
} as const;
