import type { Tags } from './resource.ts';

/** Who uses a daemon, known by a security group of its own (manifest reference, `spec.consumers`). */
export interface Consumer {
  readonly name: string;
  /** By exactly one of these. */
  readonly securityGroup: {
    readonly id?: string | undefined;
    readonly name?: string | undefined;
    readonly tags?: Tags | undefined;
  };
}

/** What a daemon is spoken to by. */
export interface Listener {
  readonly protocol: 'tcp' | 'udp';
  /** At the address of its task or host; undefined where ECS chooses one for each task. */
  readonly port: number | undefined;
}
