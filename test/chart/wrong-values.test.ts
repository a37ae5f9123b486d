import { describe, expect, it } from 'vitest';
import { GIT_SOURCE, LACK_OF_HELM, refusal, render } from '../support/chart/helm.ts';
import { skippedFor } from '../support/runs/skipped.ts';

const ssh = 'ssh://git@github.com/example/daemons.git';
const { source } = GIT_SOURCE;
const { url } = source.git;
const given = { existingSecret: 'mine' };

/** Values, and what their author is told. */
const REFUSED: readonly (readonly [string, object, string | RegExp])[] = [
  ['no source', {}, 'set one of source.git.url, source.manifests and source.existingConfigMap'],
  [
    'two sources',
    { source: { git: { url }, manifests: { 'a.yaml': 'kind: Cluster' } } },
    'source.git.url and source.manifests exclude each other',
  ],
  [
    'three sources',
    { source: { git: { url }, manifests: { 'a.yaml': 'kind: Cluster' }, existingConfigMap: 'daemons' } },
    'source.git.url and source.manifests and source.existingConfigMap exclude each other',
  ],
  ['a typo', { source: { git: { ulr: url } } }, "'ulr' not allowed"],
  ['more than one controller', { source, replicas: 2 }, "'replicas' not allowed"],
  ['a mode that is none', { source, controller: { mode: 'dry-run' } }, "one of 'enforce', 'observe'"],
  ['an interval without a unit', { source, controller: { interval: '60' } }, "at '/controller/interval'"],
  ['an interval as a number', { source, controller: { interval: 60 } }, 'got number, want string'],
  ['a budget above all', { source, controller: { pruneBudget: '150%' } }, "at '/controller/pruneBudget'"],
  [
    'two patterns of secrets in one',
    { source, controller: { secretPatterns: ['^A_ ^B_'] } },
    "at '/controller/secretPatterns/0'",
  ],
  ['a region that is none', { source, controller: { region: 'Frankfurt' } }, "at '/controller/region'"],
  [
    'a role that is no ARN',
    { source, serviceAccount: { roleArn: 'stationkeeper' } },
    "at '/serviceAccount/roleArn'",
  ],
  [
    'a role for an account that others create',
    { source, serviceAccount: { create: false, roleArn: 'arn:aws:iam::111122223333:role/stationkeeper' } },
    'annotate your own yourself',
  ],
  [
    'a budget that blocks every drain',
    { source, podDisruptionBudget: { maxUnavailable: 0 } },
    'minimum: got 0, want 1',
  ],
  ['too little time to end', { source, terminationGracePeriodSeconds: 5 }, 'minimum: got 5, want 15'],
  [
    'a label that the chart sets',
    { source, commonLabels: { 'app.kubernetes.io/name': 'x' } },
    'commonLabels must not hold app.kubernetes.io/name, which the chart sets',
  ],
  [
    'a pod label that is selected by',
    { source, podLabels: { 'app.kubernetes.io/component': 'x' } },
    'podLabels must not hold app.kubernetes.io/component, which the chart sets',
  ],
  ['a file that is no manifest', { source: { manifests: { 'xray.json': '{}' } } }, "'xray.json' not allowed"],
  [
    'a manifest that is no text',
    { source: { manifests: { 'a.yaml': { kind: 'Cluster' } } } },
    'got object, want string',
  ],
  ['a digest that is none', { source, image: { digest: 'latest' } }, "at '/image/digest'"],
  [
    'a URL that is none',
    { source: { git: { url: 'github.com/example/daemons' } } },
    'source.git.url is no git URL',
  ],
  [
    'plain http',
    { source: { git: { url: 'http://git.example.com/daemons' } } },
    'source.git.url is no git URL',
  ],
  ['ssh without a key', { source: { git: { url: ssh, knownHosts: given } } }, 'source.git.sshKey is missing'],
  [
    'ssh without known hosts',
    { source: { git: { url: ssh, sshKey: given } } },
    'source.git.knownHosts is missing',
  ],
  [
    'a token for ssh',
    { source: { git: { url: ssh, sshKey: given, knownHosts: given, token: given } } },
    'source.git.token goes with a git URL of https only',
  ],
  [
    'a key for https',
    { source: { git: { url, sshKey: given } } },
    'source.git.sshKey goes with a git URL of ssh only',
  ],
  [
    'a user name without a token',
    { source: { git: { url, username: 'deploy' } } },
    'source.git.username goes with source.git.token',
  ],
  [
    'a branch without a repository',
    { source: { existingConfigMap: 'daemons', git: { branch: 'next' } } },
    'go with source.git.url',
  ],
  [
    'a value and a Secret',
    { source, api: { token: { value: 'x', ...given } } },
    'api.token.value and api.token.existingSecret exclude each other',
  ],
  [
    'a webhook from outside without a secret',
    { source, webhook: { ingress: { enabled: true, host: 'x.example.com' } } },
    'webhook.ingress needs webhook.secret',
  ],
  [
    'a Secret for notifications that nobody is told',
    { source, notifications: { existingSecret: 'receivers' } },
    'notifications.existingSecret goes with notifications.config',
  ],
  [
    'an ingress without a host',
    { source, webhook: { secret: given, ingress: { enabled: true } } },
    'webhook.ingress needs webhook.ingress.host',
  ],
];

describe('wrong values of the chart', skippedFor(LACK_OF_HELM), () => {
  it.each(REFUSED)('are refused, saying what is right: %s', async (_mistake, values, told) => {
    const said = await refusal(values);
    expect(said).toContain(told);
  });

  it.each([
    ['in the URL', { source: { git: { url: 'https://deploy:s3cr3t@git.example.com/daemons.git' } } }],
    ['in the environment', { source, extraEnv: [{ name: 'STATIONKEEPER_TOKEN', value: 's3cr3t' }] }],
  ])('never show the secret that stands in the wrong place: %s', async (_where, values) => {
    const said = await refusal(values);
    expect(said).toMatch(/put it into|would show a secret/);
    expect(said).not.toContain('s3cr3t');
  });

  it('are told all at once', async () => {
    const said = await refusal({
      source: { git: { username: 'deploy', sshKey: given } },
      webhook: { ingress: { enabled: true } },
    });
    expect(said.match(/^- /gm)).toHaveLength(5);
  });

  it('are not those that a chart above this one hands down', async () => {
    expect(await render({ source, global: { imageRegistry: 'x' } })).not.toEqual([]);
  });
});
