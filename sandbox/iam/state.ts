export interface IamState {
  readonly placeholder: null;
}

export function createIamState(): IamState {
  return { placeholder: null };
}
