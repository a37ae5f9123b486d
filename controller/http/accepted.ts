import { Type } from 'typebox';

/** What a request that only starts something is answered. */
export const AcceptedBody = Type.Object(
  { accepted: Type.Boolean(), message: Type.String() },
  { $id: 'Accepted', additionalProperties: false },
);
