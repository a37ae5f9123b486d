export interface CloudMapState {
  readonly placeholder: null;
}

export function createCloudMapState(): CloudMapState {
  return { placeholder: null };
}
