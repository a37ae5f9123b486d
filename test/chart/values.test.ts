import { describe, expect, it } from 'vitest';
import { dashboardFile } from '../../docs/generate/monitoring/dashboard.ts';
import { GIT_SOURCE, LACK_OF_HELM, render } from '../support/chart/helm.ts';
import type { Values } from '../support/chart/helm.ts';
import { only, podsOf } from '../support/chart/objects.ts';
import type { Configured, KubernetesObject } from '../support/chart/objects.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const given = { existingSecret: 'mine' };

interface Ingress extends KubernetesObject {
  readonly spec: { readonly rules: readonly { readonly http: { readonly paths: readonly object[] } }[] };
}

async function controllerOf(values: Values) {
  const deployment = only(await render(values), 'Deployment');
  return {
    annotations: deployment.spec.template.metadata.annotations!,
    pod: deployment.spec.template.spec,
    container: deployment.spec.template.spec.containers[0]!,
  };
}

async function kindsOf(values: Values): Promise<readonly string[]> {
  return (await render(values)).map(({ kind }) => kind);
}

describe('values of the chart', skippedFor(LACK_OF_HELM), () => {
  it.each([
    ['https://github.com/example/daemons.git', [443]],
    ['https://git.example.com:8443/daemons.git', [443, 8443]],
    ['https://[fd00::1]/daemons.git', [443]],
    ['git@github.com:example/daemons.git', [443, 22]],
    ['ssh://git@git.example.com/daemons.git', [443, 22]],
    ['ssh://git@git.example.com:2222/daemons.git', [443, 2222]],
    ['file:///mirror/daemons.git', [443]],
  ])('let git out to the port of its URL: %s', async (url, ports) => {
    const ssh = /^(ssh|git@)/.test(url) ? { sshKey: given, knownHosts: given } : {};
    const { egress } = only(await render({ source: { git: { url, ...ssh } } }), 'NetworkPolicy').spec;
    expect(egress.map(({ ports }) => ports.map(({ port }) => port))).toEqual([[53, 53], ports, [80]]);
    expect(egress[1]!.to).toBeUndefined();
  });

  it('narrow where AWS and git are looked for', async () => {
    const values = { ...GIT_SOURCE, networkPolicy: { egress: { cidrs: ['10.0.0.0/8'] } } };
    expect(only(await render(values), 'NetworkPolicy').spec.egress[1]!.to).toEqual([
      { ipBlock: { cidr: '10.0.0.0/8' } },
    ]);
  });

  it('name the role for IRSA beside annotations of their own, and none for Pod Identity', async () => {
    const annotations = only(await render('irsa'), 'ServiceAccount').metadata.annotations;
    expect(annotations).toEqual({
      'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/stationkeeper',
      'eks.amazonaws.com/token-expiration': '86400',
    });
    expect(only(await render('minimal'), 'ServiceAccount').metadata.annotations).toBeUndefined();
  });

  it('take a ServiceAccount that others keep', async () => {
    const serviceAccount = { create: false, name: 'theirs' };
    expect(await kindsOf({ ...GIT_SOURCE, serviceAccount })).not.toContain('ServiceAccount');
    expect((await controllerOf({ ...GIT_SOURCE, serviceAccount })).pod.serviceAccountName).toBe('theirs');
  });

  it('lead nothing but /webhook in from outside', async () => {
    const ingress = (await render('git-ssh')).find(({ kind }) => kind === 'Ingress') as Ingress;
    expect(ingress.spec.rules.flatMap(({ http }) => http.paths)).toEqual([
      {
        path: '/webhook',
        pathType: 'Exact',
        backend: { service: { name: 'keeper-stationkeeper', port: { name: 'http' } } },
      },
    ]);
  });

  it('start a new pod where a manifest or a credential changes, and only there', async () => {
    const values = { source: { manifests: { 'a.yaml': 'kind: Cluster' } }, api: { token: { value: 'one' } } };
    const annotationsWith = async (change: object) =>
      (await controllerOf({ ...values, ...change })).annotations;
    const before = await annotationsWith({});
    expect(await annotationsWith({ service: { port: 80 } })).toEqual(before);
    expect(await annotationsWith({ api: { token: { value: 'two' } } })).not.toEqual(before);
    expect(await annotationsWith({ source: { manifests: { 'a.yaml': 'kind: Namespace' } } })).not.toEqual(
      before,
    );
  });

  it('keep a key as ssh wants it: with its last line ended', async () => {
    const secret = (await render('everything')).find(({ kind }) => kind === 'Secret') as Configured;
    const key = Buffer.from(secret.data['git-ssh-key']!, 'base64').toString('utf8');
    expect(key).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n[^]*-----END OPENSSH PRIVATE KEY-----\n$/);
  });

  it('let the group of the pod read credentials, and nobody else', async () => {
    const { pod } = await controllerOf('git-ssh');
    const volume = pod.volumes!.find(({ name }) => name === 'credentials');
    expect(volume?.projected?.defaultMode).toBe(0o440);
    expect(pod.securityContext).toMatchObject({ fsGroup: 65_532 });
    expect(volume?.projected?.sources.map(({ secret }) => [secret?.name, secret?.items])).toEqual([
      ['daemons-webhook', [{ key: 'webhook-secret', path: 'webhook-secret' }]],
      ['daemons-deploy-key', [{ key: 'identity', path: 'git-ssh-key' }]],
      ['daemons-deploy-key', [{ key: 'known_hosts', path: 'git-known-hosts' }]],
    ]);
  });

  it('mount the file of notifications beside the Secret that it names, for the group of the pod alone', async () => {
    const { pod, container } = await controllerOf('everything');
    const volume = pod.volumes!.find(({ name }) => name === 'notifications');
    expect(volume?.projected).toEqual({
      defaultMode: 0o440,
      sources: [{ configMap: { name: 'daemon-keeper-notifications' } }, { secret: { name: 'receivers' } }],
    });
    const value = '/etc/stationkeeper/notifications/notify.yaml';
    expect(container.env).toContainEqual({ name: 'STATIONKEEPER_NOTIFY_CONFIG', value });
  });

  it.each([
    [{}, 'stationkeeper:0.1.0'],
    [{ tag: 'edge' }, 'stationkeeper:edge'],
    [{ tag: 'edge', digest: `sha256:${'a'.repeat(64)}` }, `stationkeeper@sha256:${'a'.repeat(64)}`],
  ])('name the image by version, tag or digest: %j', async (image, expected) => {
    const pods = podsOf(await render({ ...GIT_SOURCE, image }));
    expect(pods.flatMap(({ spec }) => spec.containers.map((container) => container.image))).toEqual([
      expected,
      expected,
    ]);
  });

  it('answer to the names of Service and Ingress where they restrict the names', async () => {
    const { container } = await controllerOf('everything');
    expect(container.env).toContainEqual({
      name: 'STATIONKEEPER_ALLOWED_HOSTS',
      value:
        'daemon-keeper,daemon-keeper.platform,daemon-keeper.platform.svc,hooks.example.com,keeper.internal',
    });
    expect((await controllerOf('minimal')).container.env!.map(({ name }) => name)).not.toContain(
      'STATIONKEEPER_ALLOWED_HOSTS',
    );
  });

  it('give Grafana the dashboard, with the labels that its sidecar looks for', async () => {
    const objects = (await render({
      ...GIT_SOURCE,
      metrics: {
        dashboards: { enabled: true, labels: { team: 'platform' }, annotations: { grafana_folder: 'SRE' } },
      },
    })) as readonly (KubernetesObject & { readonly data?: Readonly<Record<string, string>> })[];
    const { metadata, data = {} } = objects.find(({ metadata: { name } }) => name.endsWith('-dashboard'))!;
    expect(metadata.labels).toMatchObject({ grafana_dashboard: '1', team: 'platform' });
    expect(metadata.annotations).toEqual({ grafana_folder: 'SRE' });
    expect(JSON.parse(data['stationkeeper.json']!)).toEqual(JSON.parse(dashboardFile()));
  });

  it('leave out what is turned off', async () => {
    expect((await kindsOf('minimal')).toSorted()).toEqual([
      'Deployment',
      'NetworkPolicy',
      'Pod',
      'Service',
      'ServiceAccount',
    ]);
    const without = await kindsOf({ ...GIT_SOURCE, networkPolicy: { enabled: false } });
    expect(without).not.toContain('NetworkPolicy');
  });
});
