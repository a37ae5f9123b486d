import type { Place } from '../state.ts';

export interface Ec2State {
  readonly place: Place;
}

export function createEc2State(place: Place): Ec2State {
  return { place };
}
