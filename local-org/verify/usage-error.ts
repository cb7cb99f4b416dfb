/** The command was used wrongly: an org that is not known, or that is not to be written to. Nothing was created. */
export class UsageError extends Error {}
