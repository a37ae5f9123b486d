/** What a definition is to be in one Environment, as two digests; a new version of the controller never changes them. */
export interface Target {
  /** Of the definition as written: the same in all its Environments. */
  readonly definition: string;
  /** Of what it comes to in this one, before defaults, with the Environment's spec. */
  readonly expansion: string;
}
