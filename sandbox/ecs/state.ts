export interface EcsState {
  readonly placeholder: null;
}

export function createEcsState(): EcsState {
  return { placeholder: null };
}
