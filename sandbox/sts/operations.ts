import { assumeRole, getSessionToken } from './credentials.ts';
import { getAccessKeyInfo, getCallerIdentity } from './identity.ts';

export const stsOperations = {
  AssumeRole: assumeRole,
  GetAccessKeyInfo: getAccessKeyInfo,
  GetCallerIdentity: getCallerIdentity,
  GetSessionToken: getSessionToken,
} as const;
