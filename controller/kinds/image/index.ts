import { lookedUpModel } from '../../core/looked-up.ts';
import type { LookedUpSpec, LookedUpState } from '../../core/looked-up.ts';
import type { Kind } from '../kind.ts';
import { imageDriver } from './driver.ts';
import { imageFacts } from './facts.ts';

export const imageKind: Kind<LookedUpSpec, LookedUpState> = {
  model: lookedUpModel(imageFacts),
  driver: imageDriver,
};
