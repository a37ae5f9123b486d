/** What a controller that runs on ECS knows of where it runs. One that runs elsewhere has no self there. */
export type Self =
  | ({ readonly type: 'seen' } & OwnTask)
  /** It runs on ECS, and has not learned as what. */
  | { readonly type: 'unseen'; readonly why: string };

/** The ECS service behind this process, by whatever its host tells of it. */
export interface OwnTask {
  readonly region: string;
  readonly accountId: string;
  /** Its name, not its ARN. */
  readonly cluster: string;
  /** Fargate's task metadata may leave it out (ECS Developer Guide, task metadata V4 response). */
  readonly service?: string;
  readonly family?: string;
  /** The last part of the task's ARN. */
  readonly taskId?: string;
}

/**
 * The ECS service that an ARN names, `arn:aws:ecs:us-east-1:385605022855:service/platform/stationkeeper`; undefined where it names none.
 */
export function ownTaskOf(serviceArn: string): OwnTask | undefined {
  const [, region, accountId, cluster, service] =
    /^arn:aws[a-z-]*:ecs:([a-z0-9-]+):(\d{12}):service\/([A-Za-z0-9_-]+)\/([A-Za-z0-9_-]+)$/.exec(
      serviceArn,
    ) ?? [];
  return region === undefined || accountId === undefined || cluster === undefined || service === undefined
    ? undefined
    : { region, accountId, cluster, service };
}
