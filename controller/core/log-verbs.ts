/**
 * Every `msg` of a log line, with what it says: one stable verb, so that people and programs can search for it. Which object or resource it is
 * about, and the rest, stand in the line's fields; `message` is the sentence for people.
 */
export const LOG_VERBS = {
  listening: 'the sandbox, a simulated AWS, answers at `url`',
  simulating: 'a process that stands for a container in the sandbox has begun, ended or said something',
  started: 'the controller runs: where it listens, its source, owner, mode and interval',
  stopping: 'the controller was asked to end, and ends what it is about',
  stopped: 'the controller has ended',
  protecting: 'the controller runs on ECS and never removes the service that the fields name',
  read: 'the controller has read a new revision of the source; `ignored` lists the files that it passed over',
  refused:
    'a manifest is invalid (`file`, `line`, `column`, `path`), or a webhook was not signed as it has to be',
  warned: 'a manifest is valid, and something in it will not work',
  requested: 'somebody asked for a pass: over HTTP, by a webhook, or by a confirmation',
  confirmed: 'somebody confirmed a plan over HTTP',
  approved: 'somebody approved a stage of a Rollout over HTTP',
  waiting:
    'a step waits until AWS has settled; removals wait for a confirmation; a rollout waits for an approval or a window; an object waits for another one or for its turn',
  creating: 'AWS works on a creation that takes time',
  created: 'a resource has been created; `seconds`, where AWS took time',
  updating: 'AWS works on a change that git made',
  updated: 'a change that git made has been applied; `changes` lists the fields',
  healing: 'AWS works on a correction of drift',
  healed: 'a field that somebody changed in AWS is as git wants it again; `changes` lists the fields',
  adopting: 'AWS works on a resource that the controller takes over',
  adopted: 'the controller has taken over a resource that had no owner',
  replacing: 'AWS works on the deletion of a resource that the controller then creates again',
  replaced: 'the controller deleted a resource that AWS cannot change in place, and creates it again',
  deleting: 'AWS works on a deletion',
  deleted: 'a resource has been deleted',
  releasing: 'AWS works on the removal of the owner tags',
  released: 'a resource has lost its owner tags and stays as it is',
  held: 'the controller does nothing about a difference; `message` says why',
  ignored: 'the manifest leaves a field that differs to others',
  recovered: 'a difference went away without the controller',
  failed:
    'something failed: a step, a reading of the source, a pass, a request, a notification, or an Environment in a Rollout; `message` or `err` says what',
  ready: 'an object is as git wants it, and healthy',
  progressing: 'a change of an object or a rollout is under way',
  outOfSync: 'an object differs from git, and nothing is under way',
  stalled: 'an object needs somebody; `message` says what to do',
  degraded: 'an object is as git wants it, and its tasks are not healthy',
  unknown: 'the controller could not read an object',
  suspended: 'the manifest suspends an object',
  gone: 'an object is neither in git nor in AWS any more',
  notified: 'a receiver of `--notify-config` has taken a notification',
  opened: 'a stage of a Rollout may begin',
  begun: 'an Environment has begun a rollout',
  soaking: 'an Environment is done and is watched for the time that its stage asks for',
  completed: 'an Environment, or a whole definition, has completed a rollout',
  paused: 'an annotation holds a rollout',
} as const;

export type LogVerb = keyof typeof LOG_VERBS;
