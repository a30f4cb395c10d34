// An expected finding about an object: a value, never thrown. All findings are reported at once.

/** One finding. `path` is a field path as Kubernetes writes it: `spec.template.spec.containers[0].image`. */
export interface Issue {
  path: string;
  /** Kubernetes' cause reasons, so that clients may tell them apart. */
  reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueDuplicate'
    | 'FieldValueForbidden'
    | 'FieldValueNotSupported'
    | 'FieldValueTypeInvalid'
    | 'FieldValueTooLong';
  /** What is wrong and what to do, e.g. `Invalid value: "X": must be …`. */
  message: string;
}
