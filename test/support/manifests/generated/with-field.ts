/** The same object with one field changed, where that is given. */
export function withField<Fields extends object, Name extends keyof Fields>(
  fields: Fields,
  name: Name,
  change: (value: NonNullable<Fields[Name]>) => Fields[Name],
): Fields {
  const { [name]: value } = fields;
  return value === undefined || value === null ? fields : { ...fields, [name]: change(value) };
}
