/** The root fields of the GraphQL schema whose sender nobody may learn: neither the log, nor a resolver, nor an audit record. */
export const anonymousFields = ['fileMisconductReport', 'followMisconductReport', 'addToMisconductReport'] as const;
