import type { DocumentKind } from '../../controller/manifest/document-kinds.ts';

/** What the manifest reference says that no schema can say. */

export const INTRODUCTION = `# Manifest reference

Written from the schema by \`npm run docs\`; change the schema, not this file. \`stationkeeper schema\` prints the same for
[editors](editors.md), and \`stationkeeper validate\` says what is wrong with a manifest, and where.
The [examples](../examples/README.md) are whole daemons, with the files of their configuration.

A manifest is a YAML 1.2 document in any \`*.yaml\` or \`*.yml\` file (in any case) below the source path, several to a file if you like:

\`\`\`text
apiVersion: stationkeeper.dev/v1
kind: Environment | Cluster | Namespace | Repository | DaemonService | EnvironmentSet | Rollout
metadata: { name, labels, annotations }
spec: …
\`\`\`

Fields keep AWS's names, units and limits where AWS has any. What is not written has the default of the table, or is not
Stationkeeper's: a field without a value and without a default is never compared and never changed. Unknown and repeated keys,
anchors and aliases, custom tags and wrong types are errors; all errors of all files are told at once. A bad document stops no
other, and while any is bad nothing is deleted.

### Other files below the source path

Ours is a document with an \`apiVersion\` of \`stationkeeper.dev/\`, or with none and a \`kind\` of ours. What others keep there, hidden files and folders (their names
begin with a dot), and what a \`.stationkeeperignore\` at the root of the source path leaves out, in the syntax of a \`.gitignore\`, are ignored:
\`validate\` lists them, \`plan\` and \`apply\` tell that there are some, and \`source.ignored\` of \`GET /status\` holds them. What is probably misspelt (\`stationkeper.dev/v1\`) is
an error, and so is what cannot be read and may hold a manifest: a link, a submodule, text that is not UTF-8, is no YAML or is encrypted (SOPS, Ansible Vault), a file of more than 1 MiB.
Each is an error of its own file alone. Where no Environment is declared, and such a file held one or is called so (\`environment.yaml\`), all objects wait for it.

### Values in files

A value of a container's \`environment\` may stand in a file: \`OTEL_CONFIG: { fromFile: otel.yaml }\`. Its text is the value, as if it stood in the manifest: it is
sent to ECS, a change of it alone is a change of the daemon, plans show it as a diff of lines, and what looks like a secret is hidden, the whole of it. A byte order mark
is left out; all else stays, the last line break too.

The path leads from the folder of the manifest to a file below the source path (\`../shared/otel.yaml\`, where that is below it), or around a manifest that is all of
the source. It is read with the manifest, from the same commit, through no link and no submodule; nothing hidden is read, and what \`.stationkeeperignore\` leaves out may
be named. It is UTF-8 text without control characters, and not encrypted. All such files of a manifest have at most 65,536 bytes, which is what ECS allows in all of a task definition; those of an override as many, and all together 1 MiB. A file that
is named is no manifest, even where it is called \`*.yaml\` and is a template; one that holds manifests cannot be named. A file that is missing or refused is an error of the manifests that name
it, and of no other.`;

export const EXAMPLES: Readonly<Record<DocumentKind, string>> = {
  Environment: `
apiVersion: stationkeeper.dev/v1
kind: Environment
metadata: { name: production }
spec:
  region: us-east-1
  account: "123456789012"
  vpc: { tags: { Name: main } }
  subnets: { tags: { Tier: private } }
  roleArn: arn:aws:iam::123456789012:role/stationkeeper
  iam: { path: /teams/platform/, executionRole: shared }
`,
  Cluster: `
apiVersion: stationkeeper.dev/v1
kind: Cluster
metadata: { name: daemons }
spec: { containerInsights: enabled }
`,
  Namespace: `
apiVersion: stationkeeper.dev/v1
kind: Namespace
metadata: { name: services.example.org }
spec: { description: shared daemons, soaTtl: 60 }
`,
  Repository: `
apiVersion: stationkeeper.dev/v1
kind: Repository
metadata: { name: xray }
spec:
  imageTagMutability: IMMUTABLE
  imageScanningConfiguration: { scanOnPush: true }
  lifecyclePolicy:
    rules:
      - rulePriority: 1
        description: what no tag names any more
        selection: { tagStatus: untagged, countType: sinceImagePushed, countUnit: days, countNumber: 14 }
        action: { type: expire }
`,
  DaemonService: `
apiVersion: stationkeeper.dev/v1
kind: DaemonService
metadata:
  name: xray
  labels: { team: platform }
spec:
  cluster: daemons
  desiredCount: 2
  cpu: 256
  memory: 512
  containers:
    - name: xray
      image: public.ecr.aws/xray/aws-xray-daemon:3.x
      command: ["-o"]
      portMappings:
        - { containerPort: 2000, protocol: udp }
        - { containerPort: 2000, protocol: tcp }
  logs: { retentionInDays: 7 }
  taskRole:
    statements:
      - actions: [xray:PutTraceSegments, xray:PutTelemetryRecords]
        resources: ["*"]
  securityGroup:
    ingress:
      - { protocol: udp, port: 2000, cidr: 172.31.0.0/16 }
      - { protocol: tcp, port: 2000, cidr: 172.31.0.0/16 }
  serviceDiscovery: { namespace: services.example.org }
`,
  Rollout: `
apiVersion: stationkeeper.dev/v1
kind: Rollout
metadata: { name: fleet }
spec:
  stages:
    - { name: canary, environments: { matchLabels: { stage: dev } } }
    - { name: eu, environments: { matchLabels: { region: eu-west-1 } }, maxConcurrent: 25%, soak: 15m }
    - { name: rest, maxConcurrent: 10, maxFailures: 2, soak: 30m, approval: required }
  approved: { xray: "0123456789abcdef" }
  progressDeadline: 30m
  windows:
    - { days: [Mon, Tue, Wed, Thu], from: "08:00", to: "16:00", timeZone: Europe/Berlin }
`,
  EnvironmentSet: `
apiVersion: stationkeeper.dev/v1
kind: EnvironmentSet
metadata: { name: company }
spec:
  accounts:
    - { id: "111122223333", name: shop, labels: { stage: prod } }
    - { id: "444455556666", name: shop-test, labels: { stage: test } }
  regions: [eu-west-1, us-east-1]
  template:
    name: "\${account.name}-\${region}"
    labels: { tier: web }
    spec:
      roleName: stationkeeper
      vpc: { tags: { Name: main } }
      subnets: { tags: { Tier: private } }
`,
};

export const OWNERSHIP = `Everything that is made or adopted carries these, and the manifest's labels. Nothing without the owner tag is
ever changed or deleted. Inside an owned security group every rule is Stationkeeper's, inside an owned role every inline policy.
A role whose manifest says \`managedPolicyArns\`, \`path\` or \`permissionsBoundary\` names these in \`stationkeeper:sets\`, and from then on they are Stationkeeper's:
what others attach is detached, and what the manifest says no more goes. Until then they are left as they are; a managed policy that others attached is told of.
So with what the manifest of a repository says of it: what it says no more goes back to what a new repository has.`;

/** By tag key. */
export const TAG_MEANINGS: Readonly<Record<string, string>> = {
  'stationkeeper:owner': 'the `--owner` of the controller: whose the resource is',
  'stationkeeper:manifest': '`DaemonService/xray`: the manifest it belongs to',
  'stationkeeper:environment':
    "the Environment, so that two of one account do not take each other's resources for leftovers",
  'stationkeeper:region': "of roles, which all regions share: the Environment's region",
  'stationkeeper:spec':
    "a digest of what was last applied, and on a service, behind a slash, of the subnets, groups and registry that it was made of: a difference while they are current was made in AWS (`Drifted`), otherwise in git (`Changed`). Where its definition goes through a Rollout, two more digests follow behind slashes: of what is the resource's own, and of what it is based on, such as a service's task definition, so that drift of the one is corrected while the other waits",
  'stationkeeper:rollout':
    'of a definition that goes through a Rollout: the target that its Environment has begun, as two digests, and when: `2e889a1957e891d5.07dff7173b6d5ffc 2026-12-01T02:25:59.003Z`. On the ECS service; until that exists, on all that is made for it',
  'stationkeeper:rollout-resources':
    "on the ECS service beside it: short digests of the resources that git wanted then, so that what is gone, and made anew, is told from what git has added since; `untouched` where git's change did not touch the Environment",
  'stationkeeper:revision':
    'of a service and a task definition: the revision of the source that last changed them. For people: nothing is decided by it',
  'stationkeeper:ignored':
    'where `ignore-drift` names fields of the resource: a digest of what git says of each, as of `stationkeeper:spec`. Written quietly where it is missing',
  'stationkeeper:deletion-policy': '`delete` or `retain`: still known when the manifest has gone',
  'stationkeeper:prune': '`enabled` or `disabled`: the same',
  'stationkeeper:source':
    'where its manifest is, `github.com/acme/infra//live`: two sources of one owner leave each other alone. Written quietly where it is missing',
  'stationkeeper:released-from':
    'of a log group that outlived its manifest: owner, Environment and manifest that take it back, `stationkeeper/default/DaemonService/xray`',
  'stationkeeper:force-delete':
    'of a repository: `true` where it is deleted with the images in it, still known when the manifest has gone',
  'stationkeeper:registrant':
    "of a discovery service: the ECS service whose instances are Stationkeeper's to tidy up, `cluster/service`",
};

export const ENDING = `## One task on every host

\`schedulingStrategy: DAEMON\` gives every container instance of the cluster one task, as far as the placement constraints of the service and of its task definition allow (ten in all; \`[]\` under
\`servicePlacementConstraints\` is none). ECS counts the hosts: \`tasks.desired\` of the status is its count. A host never has two tasks of the service, so that a rollout stops one before it starts the next, and the plan says
how many, how many at a time, and that a host has none meanwhile. \`minimumHealthyPercent\` is 50 unless it is written; ECS rounds up the tasks that stay. Where that lets none stop, as on one host, the rollout could never end: it is held
(\`RolloutCannotProceed\`) until \`deployment: { minimumHealthyPercent: 0 }\` says that this host may be without. Other placement constraints start all tasks anew, so that ECS counts again what it keeps free on each host.

The hosts are those of EC2, whichever Auto Scaling group started them, or with \`launchType: EXTERNAL\` those outside of EC2 (ECS Anywhere), never both. ECS takes no capacity providers with DAEMON, nor may the service be made by the
cluster's default strategy: \`launchType\` is always sent. For the hosts of some groups alone, give them an attribute and name it in \`servicePlacementConstraints\`.

A task in \`networkMode\` host or bridge has the address and the security groups of its host: \`securityGroup\` is refused, and the group of the hosts opens the port to what comes from elsewhere. An application on the same
host needs neither that nor DNS: instance metadata tell the address of its host ([xray-on-hosts](../examples/xray-on-hosts/xray.yaml)). In service discovery ECS makes SRV records of such tasks, of the one port that is mapped unless \`containerName\` and \`containerPort\` name it.

For A and AAAA records the controller registers the hosts itself, and by \`registration: controller\` for SRV records too: one instance in Cloud Map for each host on which a task runs, and is healthy where it has a health check, at the host's private address, with the port where
the service has one fixed port on its hosts. ECS is then told of no registry. The instances are marked as the controller's by their attributes (\`stationkeeper:owner\`, \`…:environment\`, \`…:manifest\`); others are never touched, and beside what ECS registers in the same discovery service nothing new is
registered. The port is the one that the host's tasks have (of the bindings that ECS tells), so that a change of \`hostPort\` reaches Cloud Map with the tasks that bring it, and not while their rollout is held. A host on which no task runs is taken out once two passes, five seconds apart, have seen it so; one whose task is unhealthy is set UNHEALTHY in Cloud Map at once, which DNS leaves out unless all are, and HEALTHY again. All this is as fresh as the last pass: while no controller runs, Cloud Map
goes on naming hosts that have gone. With \`deletion-policy: retain\` the instances stay, and nobody keeps them in order any more.

## Moving a daemon between launch types

AWS changes neither \`launchType\` nor \`schedulingStrategy\` of a service, nor takes its tasks' network from it: each is a replacement, held until \`stationkeeper.dev/allow-replace: "true"\`, in which all tasks stop before new ones start. To interrupt nothing, run both for
a while: each under a name of its own, which gives each its own roles, log group, security group and discovery service.

\`\`\`yaml
apiVersion: stationkeeper.dev/v1
kind: DaemonService
metadata: { name: xray } # as it is
spec:
  cluster: main
  cpu: 256
  memory: 512
  containers: [{ name: xray, image: public.ecr.aws/xray/aws-xray-daemon:3.x, portMappings: [{ containerPort: 2000, protocol: udp }] }]
  serviceDiscovery: { namespace: services.example.org } # xray.services.example.org
---
apiVersion: stationkeeper.dev/v1
kind: DaemonService
metadata: { name: xray-on-hosts } # beside it
spec:
  cluster: main
  schedulingStrategy: DAEMON
  networkMode: host
  containers: [{ name: xray, image: public.ecr.aws/xray/aws-xray-daemon:3.x, memory: 256, portMappings: [{ containerPort: 2000, protocol: udp }] }]
  serviceDiscovery: { namespace: services.example.org, dnsRecords: [{ type: SRV }] } # xray-on-hosts.services.example.org
\`\`\`

Once both are Ready, point the applications at the new one, and remove the old manifest in a commit of its own: its service and all that is its own go, and nothing of the new one changes. Two on the same hosts need ports of their own.

## Fields that others keep

\`stationkeeper.dev/ignore-drift\` names fields by the paths of plans, with commas between them: \`desiredCount\`, \`containers[xray].image\`,
\`containers[xray].environment[LEVEL]\`, \`ingress\`, \`dnsRecords[A].ttl\`, \`tags.team\`. A path covers all that is below it, and one that leads to
no field is an error. What somebody changes there in AWS is shown and left; it is no difference that a plan counts or a service follows. What
git changes there is applied, once: afterwards others may change it again. Which of the fields git has changed is told field by field, so
that a change of \`memory\` leaves \`desiredCount\` as an autoscaler has it. A commit that both adds the annotation and changes the resource
counts as a change of all the fields that the annotation names. In what is adopted these fields stay as they are found.

For an image that a pipeline deploys, ignore \`containers[NAME].image\`. The revision that the pipeline registers in the same family, and rolls
out, then counts as the daemon's: while it differs from git in the image alone, it and the service are left; where it differs otherwise, or
git changes something else, a new revision is registered that keeps the image that runs. An image that git changes replaces the pipeline's.
Git goes on naming the image that a first deployment starts with. \`taskDefinition\` leaves whatever revision the service runs, until git
changes anything of the task definition: then all of it is as git says, the image too, unless that is named besides.

## Between manifests

One AWS resource has one manifest: two that would have the same name in the same account, region or VPC are both refused. Where
several Environments are declared, each other manifest says \`spec.environment\`, or \`spec.environments\`, and a DaemonService uses clusters and namespaces of
its own. A cluster or namespace that no manifest declares must exist in AWS; it is used and never changed.

## One definition in many Environments

With \`environments\`, a label selector, a Cluster, a Namespace, a Repository and a DaemonService stand in every Environment that it matches; [fleets](fleets.md) shows how that is used. Every Environment has the
labels \`name\`, \`region\` and \`account\` by itself.

- **Variables**: \`\${environment.name}\`, \`\${environment.region}\`, \`\${environment.account}\`, \`\${environment.partition}\` and \`\${environment.labels.KEY}\` stand in texts. \`$\${environment.\` writes it literally; every other
  \`\${…}\` is left as it is. \`metadata.name\` takes none.
- **Overrides** are merged into the spec, all that match, in their order, as a JSON merge patch: \`null\` removes a field, mappings are merged, lists are replaced, but containers are merged by \`name\`. They cannot change
  \`environment\`, \`environments\` and \`overrides\`.
- **Names** in AWS are those of a single document, but for the roles, as IAM has no Regions: \`<name>-<environment>-task\` and \`<name>-<environment>-execution\`, cut to 64 characters with a digest.
- Two documents of one kind and name may exist as long as no Environment has both. What is wrong in one Environment leaves the others valid, and the object there as it is.
- An **EnvironmentSet** is no object: it is read as the Environments that it makes.
- A **Rollout** is no object in AWS either: it is a schedule, and each DaemonService that names it goes through it by itself ([a rollout in stages](fleets.md#7-a-rollout-in-stages)).

## Roles

\`spec.iam\` of an Environment holds for all roles that are made in it; what \`taskRole\` or \`executionRole\` says itself wins, and \`permissionsBoundary: none\` asks for none. A managed
policy must exist, in the account or as one of AWS's: one that does not is named by the plan, and its role is not made. A role's path is part of its ARN and cannot be changed
in place: with \`stationkeeper.dev/allow-replace: "true"\` the role is deleted and made anew, and its tasks have no permissions until their service is redeployed; with another
\`name\` besides, the new role is made beside the old one, and nothing is interrupted.

With \`iam: { executionRole: shared }\` the daemons of an Environment are started with one role, \`stationkeeper-<environment>-execution\`, which may pull from ECR and write to log groups below
\`/stationkeeper/\`. It is the Environment's own, and carries its labels. A daemon keeps a role of its own where it has secrets, files in S3 or repository credentials, logs elsewhere, or says
anything under \`executionRole\`. Either way the new role is there before task definitions name it, and the old one goes once the daemons run without it.

## Log groups

A daemon has a log group of its own (\`spec.logs\`), for the containers that say nothing else. A group that a container names in its \`logConfiguration\` (\`awslogs-group\`, with no \`awslogs-region\` or the
Environment's) is the daemon's too where nobody else has it: it is made, with the retention of \`spec.logs\`, tagged, and goes as the daemon's own does once no container names it any more. One that
exists without our tag, or that is of another daemon, Environment, owner or source, is used and never changed; no adoption policy takes it over. Of several daemons that name
one group the first by name makes it, and whoever has made it keeps it; where that goes first, the group stays as it is for as long as anybody names it. With \`awslogs-create-group: "true"\` the group is left to the
driver, and the execution role needs a statement for it. To all other groups that its containers name the execution role may write.

## When a manifest goes

What is owned is deleted, in the order in which nothing loses what it uses: service, task definition, discovery service, security
group, roles. A log group is released instead (its tags go but for one, its events stay until their retention ends) and taken back when the manifest
comes back, unless
\`logs.deletionPolicy: delete\` says otherwise. \`stationkeeper.dev/deletion-policy: retain\` releases everything,
\`stationkeeper.dev/prune: disabled\` keeps it as it is. More than the prune budget waits for a
[confirmation](operations.md#the-prune-budget).`;
