import { BAD_CREDENTIAL_CODES, DENIAL_CODES, THROTTLE_CODES, reasonOf } from '../core/errors.ts';
import type { ReasonGroup } from './reason.ts';

/** What keeps the controller from reading git or AWS. */
export const READING_REASONS: ReasonGroup = {
  title: 'The source, an Environment, and AWS as a whole',
  reasons: [
    {
      names: ['SourceInvalid'],
      meaning: 'A manifest is invalid, or the source holds none. Nothing is deleted meanwhile.',
      remedy: 'Run `stationkeeper validate` on the manifests: it lists every error with file and line.',
    },
    {
      names: ['SourceUnreachable', 'GitFailed', 'GitStopped'],
      meaning:
        'The controller cannot read git or the folder: git reported an error, or took longer than `--git-timeout`. The last revision stays in force, and nothing is deleted.',
      remedy: 'Do what the message says: it has the words of git.',
    },
    {
      names: ['GitTooMuch'],
      meaning: 'The repository has more files or larger ones than the controller reads.',
      remedy: 'Narrow `--path` to the folder of the manifests.',
    },
    {
      names: ['SourceRewound'],
      meaning:
        'The branch was moved off a commit that was in force. Every deletion waits for a confirmation.',
      remedy: 'See [a branch that is moved back](git.md#a-branch-that-is-moved-back).',
    },
    {
      names: ['SourceMoved'],
      meaning: 'Git moved on while the controller read AWS, so it changed nothing more on the old reading.',
      remedy: 'Nothing to do: the next pass reads the new revision.',
    },
    {
      names: ['CallerUnknown'],
      meaning: 'AWS does not say which account the credentials belong to.',
      remedy: 'Check the endpoint and the credentials.',
    },
    {
      names: ['WrongAccount'],
      meaning: 'The credentials belong to another account than `spec.account` of the Environment.',
      remedy: 'Use credentials of that account, or correct the manifest.',
    },
    {
      names: ['RegionMissing', 'RegionUnknown'],
      meaning: 'No Region is set, or AWS does not say which one answers.',
      remedy: 'Set `--region`, `AWS_REGION` or `spec.region`.',
    },
    {
      names: ['VpcNotFound', 'VpcAmbiguous', 'SubnetsNotFound', 'SubnetsUnclear'],
      meaning: 'The VPC or the subnets that the Environment names do not exist, or several match.',
      remedy: 'Correct `spec.vpc` or `spec.subnets`.',
    },
    {
      names: ['NeedMissing'],
      meaning: 'A resource that this one needs went away during the pass.',
      remedy: 'Wait for the next pass.',
    },
    {
      names: ['LoadBalancerRefused'],
      meaning:
        'ECS refuses a target group or load balancer that `loadBalancers` names: it does not exist, has another target type, or has no listener. The controller could not tell before, because it is a Classic Load Balancer or a target group that [it may not read](permissions.md#what-aws-cannot-restrict-and-what-follows).',
      remedy:
        'Create it in the account and Region with target type `ip` for awsvpc, give it a listener, or correct `loadBalancers`. The controller tries again.',
    },
    {
      names: ['TaskMetadataUnavailable'],
      meaning:
        'In the log and in `controller.self` of `/status`: the controller runs on ECS, and ECS does not say as which service. It removes nothing meanwhile.',
      remedy:
        "Check the task's host, or name the service with `--own-service` ([more](on-ecs.md#what-protects-it)).",
    },
    {
      names: ['NotAnswering'],
      meaning:
        'AWS has not answered a call within its time. The resources that the call reads are Unknown, and the controller looks after all others.',
      remedy: 'Check the network and the endpoint.',
    },
    {
      names: ['IncompleteAnswer', 'AnswerTooLong'],
      meaning:
        'An answer lacks what AWS always returns, or had more than 32 MiB. It counts as a failed read: the controller creates, changes and deletes nothing by it.',
      remedy: 'Check for a proxy or `--endpoint-url` that answers in place of AWS.',
    },
    {
      names: ['PagingLoop'],
      meaning: 'An endpoint repeats its pages for ever, which AWS never does.',
      remedy: 'Check `--endpoint-url`.',
    },
    {
      names: ['TooManyOpenFiles'],
      meaning:
        'The system lets the controller open no more files and connections. It works with those that it has.',
      remedy:
        'Raise the limit to 1024 or more: `ulimit -n`, `LimitNOFILE` of systemd, or `ulimits` of the container.',
    },
    {
      names: ['InternalError'],
      meaning: 'Stationkeeper has a defect.',
      remedy: 'Report it with the log.',
    },
  ],
};

/** AWS's own codes that mean something to the controller. */
export const AWS_REASONS: ReasonGroup = {
  title: "AWS's own error codes",
  reasons: [
    {
      names: DENIAL_CODES.map(reasonOf),
      meaning: 'AWS denies a call. The controller tries again within a minute.',
      remedy:
        'Add the statement that the message names to the policy of the controller ([more](permissions.md#when-something-is-refused)).',
    },
    {
      names: BAD_CREDENTIAL_CODES.map(reasonOf),
      meaning:
        "AWS does not accept the controller's credentials, or there are none. The controller tries again within a minute; everything is Unknown meanwhile, and nothing is changed.",
      remedy: 'Renew or configure the credentials, and check the clock of the host.',
    },
    {
      names: THROTTLE_CODES.map(reasonOf),
      meaning: 'AWS throttles a call. The controller slows down and tries again.',
      remedy: "Nothing to do. If it stays, another client uses up the account's quota of requests.",
    },
    {
      names: ['ResourceLimitExceeded', 'LimitExceededException'],
      meaning:
        'A quota of the account is used up; so it is with any code that contains `LimitExceeded` or `QuotaExceeded`. The controller tries again within a minute.',
      remedy: 'Ask for a higher quota in Service Quotas, or remove resources that nobody needs.',
    },
    {
      names: ['EndpointUnreachable', 'RequestTimeout'],
      meaning: 'The controller cannot reach an AWS endpoint. It tries again.',
      remedy: 'Check the network, the Region and the endpoint.',
    },
    {
      names: [
        'ConcurrentModification',
        'ConcurrentModificationException',
        'OperationAbortedException',
        'DuplicateRequest',
        'UpdateInProgressException',
      ],
      meaning:
        'Another client changes the same resource at this moment. The controller looks again after two seconds.',
      remedy: 'Nothing to do.',
    },
    {
      names: [
        'ClusterContainsServicesException',
        'ClusterContainsTasksException',
        'DeleteConflict',
        'DependencyViolation',
        'InvalidGroupInUse',
        'ResourceInUse',
      ],
      meaning: 'AWS still counts the resource as in use. The controller looks again after two seconds.',
      remedy: 'Nothing to do while the users are being removed; otherwise find what still uses it.',
    },
    {
      names: [
        'ClusterNotFoundException',
        'InvalidGroupNotFound',
        'NamespaceNotFound',
        'NoSuchEntity',
        'ServiceNotActiveException',
        'ServiceNotFound',
      ],
      meaning:
        'AWS does not see the resource yet: a new one shows late. The controller looks again after two seconds.',
      remedy: 'Nothing to do.',
    },
    {
      names: ['HostedZoneExists'],
      meaning:
        'A public hosted zone already answers for the name of a public Namespace. The controller looks again within five minutes.',
      remedy:
        'Choose another name for the Namespace, or remove the zone ([more](operations.md#what-a-client-would-be-answered)).',
    },
    {
      names: ['CANNOTCREATEHOSTEDZONE', 'INVALIDCHANGEBATCH'],
      meaning: 'Cloud Map could not create the hosted zone or the record.',
      remedy: 'Look for a private hosted zone of the same name in the VPC.',
    },
  ],
};

/** Errors that end a command. */
export const COMMAND_REASONS: ReasonGroup = {
  title: 'Commands',
  reasons: [
    {
      names: ['CannotListen'],
      meaning: 'Another process has the port.',
      remedy: 'Choose another `--listen` or `--sandbox-listen`.',
    },
    {
      names: ['UnsupportedRuntime', 'UnknownPlaceholder'],
      meaning:
        '`--runtime process` needs Linux; or `--run` or `--health-check` has a placeholder that does not exist.',
      remedy: 'Run it on Linux, or correct the placeholder.',
    },
    {
      names: ['CannotRead'],
      meaning: 'The program cannot read the file of a secret, or its first line is empty.',
      remedy: 'Check the path and its permissions.',
    },
    {
      names: ['ServerUnreachable'],
      meaning: 'No controller answers at `--server`.',
      remedy: 'Check the address, and that the controller runs.',
    },
    {
      names: ['UnknownObject'],
      meaning:
        'The controller, or the manifests, have no object, consumer or container of this name; or there is no such log group.',
      remedy: 'Correct the name; the message lists those that exist.',
    },
    {
      names: ['UnknownReason'],
      meaning: '`explain` has no reason of this name.',
      remedy:
        'Correct the name. The documentation of the AWS service explains an error code of AWS that is not listed here.',
    },
    {
      names: ['CannotExport'],
      meaning: '`export` could not write what it was asked for, and has written nothing.',
      remedy: 'Do what the message says.',
    },
  ],
};
