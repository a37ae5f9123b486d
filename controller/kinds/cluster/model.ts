/** An ECS cluster. Outputs: `arn`, `name`. */
export interface ClusterSpec {
  readonly name: string;
  /** Undefined for an external cluster: not ours to compare. */
  readonly containerInsights?: 'enabled' | 'enhanced' | 'disabled';
}
