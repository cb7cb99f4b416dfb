/** How a field is masked while it is exported. */
export type CopyMask = {
  readonly kind: 'clear' | 'hash' | 'email' | 'phone' | 'name' | 'text';
  /** Most characters of the result. */
  readonly length: number;
};

/** A key of a person's own, and what tells it from another one. */
export type CopyMaskKey = { readonly file: string; readonly check: string };
