import type { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { doesIdentityRequireRefresh, isIdentityExpired, memoizeIdentityProvider } from '@smithy/core';

type Provider = ReturnType<typeof fromTemporaryCredentials>;
type ClientConfig = NonNullable<Parameters<typeof fromTemporaryCredentials>[0]['clientConfig']>;

/** A role that is acted as. */
export interface AssumedRole {
  readonly roleArn: string;
  /** What the role's trust asks for. */
  readonly externalId?: string;
  /** What CloudTrail shows of who acts: asked at every call, and another answer makes another session. */
  readonly sessionName: () => string;
}

/** Who acts, where nobody says for which commit. */
export const NAMELESS_SESSION = 'stationkeeper';

/** As long as people write them. */
const REVISION_CHARACTERS = 12;

/** `stationkeeper-851ef8e0c2aa` for a commit; a folder's revision is a digest that nobody could look up. */
export function sessionNameFor(revision: string | undefined): string {
  return revision === undefined || !/^[0-9a-f]{40,64}$/.test(revision)
    ? NAMELESS_SESSION
    : `${NAMELESS_SESSION}-${revision.slice(0, REVISION_CHARACTERS)}`;
}

/**
 * Credentials that all clients of a target share: AssumeRole is called when one of them first needs them under a name, and before they
 * expire. By itself the SDK would assume the role for each client.
 */
export function sessionOf({ roleArn, externalId, sessionName }: AssumedRole, clientConfig: ClientConfig) {
  let current: { readonly name: string; readonly provider: Provider } | undefined;
  function open(name: string): NonNullable<typeof current> {
    const params = {
      RoleArn: roleArn,
      RoleSessionName: name,
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    };
    const provider: Provider = async (options) => {
      // Who assumes no role need not load what does it.
      const providers = await import('@aws-sdk/credential-providers');
      return providers.fromTemporaryCredentials({ params, clientConfig })(options);
    };
    return {
      name,
      provider: memoizeIdentityProvider(provider, isIdentityExpired, doesIdentityRequireRefresh)!,
    };
  }
  const credentials: Provider = (options) => {
    const name = sessionName();
    if (current?.name !== name) current = open(name);
    return current.provider(options);
  };
  // The SDK keeps what a provider gave it unless the provider says that it does so itself.
  return Object.assign(credentials, { memoized: true });
}
