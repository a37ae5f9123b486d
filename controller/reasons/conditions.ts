import type { ReasonGroup } from './reason.ts';

/** Reasons that the controller gives to an object's conditions. */
export const CONDITION_REASONS: ReasonGroup = {
  title: 'Conditions of objects',
  reasons: [
    {
      names: ['ReconcileSuccess'],
      meaning: 'Ready is True: every resource is as git wants it, and the tasks are healthy.',
      remedy: 'Nothing to do.',
    },
    {
      names: ['Idle'],
      meaning: 'Reconciling is False: no change is under way.',
      remedy: 'Nothing to do.',
    },
    {
      names: ['NotStalled'],
      meaning: 'Stalled is False: the object needs nobody.',
      remedy: 'Nothing to do.',
    },
    {
      names: ['Stalled'],
      meaning: 'Reconciling is False because the object needs somebody before anything can go on.',
      remedy: 'Read the reason and the message of the condition Stalled.',
    },
    {
      names: ['Progressing'],
      meaning:
        'AWS works on a change, or tasks are starting. On a Rollout: an Environment is under way, soaks, or may begin.',
      remedy: 'Wait; the message says for what.',
    },
    {
      names: ['ChangesPending'],
      meaning: 'Git has changed the object, and the change is not applied yet.',
      remedy: 'Wait. In observe mode this is the report, and nothing is changed.',
    },
    {
      names: ['Missing'],
      meaning: 'A resource that git wants does not exist in AWS yet.',
      remedy: 'Wait; the controller creates it. In observe mode this is the report.',
    },
    {
      names: ['Deleting'],
      meaning: 'The controller deletes a resource that git no longer wants.',
      remedy: 'Wait.',
    },
    {
      names: ['DriftDetected'],
      meaning: 'Somebody changed a resource in AWS. The controller corrects it in the same pass.',
      remedy:
        'In observe mode, correct it by hand or run in enforce mode. A managed policy that somebody attached to a role of ours (`attachedPolicies[…]`) stays where the manifest has no `managedPolicyArns`: detach it, name it there, or ignore `attachedPolicies`. To leave a field to others, set [`stationkeeper.dev/ignore-drift`](manifests.md#fields-that-others-keep).',
    },
    {
      names: ['DependencyNotReady'],
      meaning: 'The object waits for another resource, which the message names.',
      remedy: 'Look at that resource.',
    },
    {
      names: ['DependencyMissing'],
      meaning:
        'Something that the object needs and that no manifest declares does not exist: a cluster, a namespace, a managed policy, a target group. A target group may also have the wrong target type or VPC, or no listener; and `adoption-policy: adopt` may have found nothing to adopt.',
      remedy:
        'Create or declare it, give the target group a listener, or correct the name, as the message says.',
    },
    {
      names: ['Degraded'],
      meaning:
        'The object is as git wants it, and its tasks are not healthy: a deployment failed or was rolled back, or tasks keep stopping.',
      remedy:
        "Read the message: it has ECS's reason and what it means. Then correct the manifest. The controller does not retry a revision that ECS rolled back; it retries a deployment that left tasks missing, after pauses that grow from five minutes to an hour.",
    },
    {
      names: ['CrashLooping'],
      meaning:
        'The program starts and ends again: at least three tasks, or a tenth of them, stopped by themselves within an hour, the last one within 20 minutes. ECS may report a steady service meanwhile, because every task runs for a while.',
      remedy:
        "Read the daemon's log with `stationkeeper logs NAME`. `stops` of the object says how many tasks stopped and why the last one did.",
    },
    {
      names: ['CoverageGap'],
      meaning:
        'A host that a daemon with `schedulingStrategy: DAEMON` belongs on has lacked a task for five minutes, and no deployment explains it.',
      remedy:
        'The message has the longest gap and its cause; `stationkeeper status NAME` [lists every host](operations.md#on-which-hosts-a-daemon-is-missing).',
    },
    {
      names: ['RolledBack'],
      meaning: 'ECS rolled a deployment back, and the controller does not try that revision again.',
      remedy:
        'Correct the manifest; any other revision is deployed. Where the cause lay elsewhere, such as an image that was pushed since, change any field of a container, for example a value of `dockerLabels`.',
    },
    {
      names: ['TasksNotRegistered'],
      meaning:
        'Tasks run and are missing from Cloud Map, so that clients cannot resolve them. A new deployment registers them.',
      remedy: 'Wait. If it stays, look at the Cloud Map service.',
    },
    {
      names: ['ReconcileError', 'ProgressingWithRetry'],
      meaning: 'A step failed. The controller tries it again after pauses that grow to a minute.',
      remedy: 'If it stays, read the message.',
    },
    {
      names: ['ReconcilePaused'],
      meaning: '`stationkeeper.dev/reconcile: disabled` tells the controller to leave the object alone.',
      remedy: 'Remove the annotation to resume.',
    },
    {
      names: ['Contested'],
      meaning:
        'The controller corrected a field three times within two hours, and somebody changed it back each time. The controller now waits longer after each correction, up to an hour.',
      remedy:
        'Find the other writer (CloudTrail names it), or set `stationkeeper.dev/ignore-drift` for the field.',
    },
    {
      names: ['NotConverging'],
      meaning: 'An update did not remove its difference: AWS does not keep the value, or shows it late.',
      remedy: 'If it stays, report it with the field that the message names.',
    },
    {
      names: ['Unseen'],
      meaning: 'The controller could not read a resource. It reports nothing about it and changes nothing.',
      remedy: 'Read the message; most often a permission is missing, or AWS does not answer.',
    },
    {
      names: ['Reachable'],
      meaning: 'ConsumersReachable is True: every consumer reaches its daemon.',
      remedy: 'Nothing to do.',
    },
    {
      names: ['Blocked'],
      meaning:
        'ConsumersReachable is False: a security group, a network ACL, a route or DNS keeps a consumer from its daemon.',
      remedy:
        'Run `stationkeeper path NAME`: it shows the hop that blocks, with the evidence ([more](operations.md#whether-consumers-reach-a-daemon)).',
    },
    {
      names: ['Unknown'],
      meaning:
        'ConsumersReachable is Unknown: the controller could not read a part of the way from a consumer to its daemon.',
      remedy: 'Run `stationkeeper path NAME`: it names what could not be read.',
    },
  ],
};

/** Reasons for which the controller deliberately does nothing. */
export const HELD_REASONS: ReasonGroup = {
  title: 'Changes that the controller holds',
  reasons: [
    {
      names: ['NotOurs'],
      meaning: 'The resource exists without our owner tag, or with the tag of another owner or Environment.',
      remedy:
        'Rename yours, or set `stationkeeper.dev/adoption-policy: adopt-or-create`. Another owner has to release it first. Where only the name of the Environment changed, change it back, or set the tag `stationkeeper:environment` of each resource to the new name.',
    },
    {
      names: ['AnotherSource'],
      meaning: 'A manifest of another repository, path or folder already has the resource.',
      remedy:
        'Remove it there, set `stationkeeper.dev/adoption-policy: adopt-or-create` here, or start the controller with `--take-over-source` where this source replaces that one.',
    },
    {
      names: ['ReplaceNotAllowed'],
      meaning:
        'AWS cannot change the field in place, and the manifest does not allow the controller to replace the resource.',
      remedy: 'Set `stationkeeper.dev/allow-replace: "true"` for one commit, or undo the change.',
    },
    {
      names: ['RolloutCannotProceed'],
      meaning:
        'The controller does not begin a deployment of a DAEMON service: with so few hosts, `minimumHealthyPercent` allows no task to stop, and none starts before another has stopped.',
      remedy:
        'Set the `deployment: { minimumHealthyPercent: … }` that the message names. It is 0 on one host: the host then has no task until the next one runs.',
    },
    {
      names: ['PruneBudgetExceeded'],
      meaning: 'The plan would delete more objects than the prune budget allows within its time.',
      remedy: '[Confirm the plan](operations.md#the-prune-budget), wait, or restore the manifests.',
    },
    {
      names: ['DeletionHeld'],
      meaning:
        'No manifest names the object any more, and something keeps it. Observe mode, an invalid manifest and an unreadable source keep everything. An Environment that has moved or is no longer declared keeps its objects. Instances of others, a rule of another security group that names this one, and [running the controller](on-ecs.md#what-protects-it) keep single resources.',
      remedy: 'Do what the message says.',
    },
    {
      names: ['RolloutWaiting'],
      meaning:
        'Ready is True, and git wants a newer version: the object waits for its turn in a Rollout. The controller still corrects drift where git has not changed the resource.',
      remedy: 'Wait, or do what the message says. `GET /fleet/DaemonService/NAME` lists all Environments.',
    },
    {
      names: ['RolloutFailed'],
      meaning:
        'On a Rollout: more Environments of a stage failed than `maxFailures` allows, so that no further Environment begins; or no Rollout has that name; or no stage takes an Environment.',
      remedy:
        'The message names the first cause: fix it in git, or revert ([a failed stage](fleets.md#a-stage-that-fails)).',
    },
    {
      names: ['ApprovalNeeded'],
      meaning: 'On a Rollout: a stage waits for an approval. The message has the digest.',
      remedy: '[Approve it](fleets.md#approving) with `stationkeeper approve`, or revert.',
    },
    {
      names: ['RolloutPaused'],
      meaning:
        'On a Rollout: `stationkeeper.dev/rollout: paused`, on it or on a definition, holds every Environment that has not begun.',
      remedy: 'Remove the annotation that the message names.',
    },
    {
      names: ['WindowClosed'],
      meaning: 'On a Rollout: only a window is closed. The message says when it opens.',
      remedy:
        'Wait. `stationkeeper.dev/rollout: skip` skips the window, and with it every other gate of the Rollout.',
    },
    {
      names: ['RolloutDone'],
      meaning:
        'On a Rollout: every definition that names it is done in all Environments, but for failures that its stages allow.',
      remedy: 'Nothing to do.',
    },
  ],
};
