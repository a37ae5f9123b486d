/** Makes what tasks fetch before they start, whoever does it. */
export type CallsFetched = (
  service: 'ecr' | 'secretsmanager' | 'ssm',
  operation: string,
  input: object,
) => Promise<object>;

const VERSIONS = ['0.1.0', '0.2.0'];
const PARAMETERS = ['git-token', 'token', 'webhook-secret'];

/** Makes parameters of these names. */
export async function makeParameters(call: CallsFetched, names: Iterable<string>): Promise<void> {
  for (const Name of names) await call('ssm', 'PutParameter', { Name, Value: 'x', Type: 'SecureString' });
}

/** Makes what the manifest of deploy/ecs names in its account: the controller's images, and the parameters of its secrets. */
export async function makeOwnNeeds(call: CallsFetched): Promise<void> {
  const repositoryName = 'stationkeeper';
  await call('ecr', 'CreateRepository', { repositoryName });
  for (const imageTag of VERSIONS) {
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      annotations: { 'org.opencontainers.image.version': imageTag },
    });
    await call('ecr', 'PutImage', { repositoryName, imageManifest, imageTag });
  }
  await makeParameters(
    call,
    PARAMETERS.map((name) => `/stationkeeper/${name}`),
  );
}
