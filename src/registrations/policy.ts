/** How deals are registered 报备 (DOMAIN.md §8), as data. */
export type RegistrationPolicyDefinition = {
  /** An empty or missing list: any. */
  readonly channelTypes?: readonly string[];
  /** Of the product category that is registered; a registration of any category needs a policy without this list. */
  readonly categories?: readonly string[];
  /** For how many days a deal is protected: until local midnight of the registration's date + n days. */
  readonly protectionDays: number;
  readonly extensionDays: number;
  readonly maximumExtensions: number;
  /** FIRST_COME: protected at once where nobody else is. JUDGEMENT: staff decides about each. */
  readonly mode: 'FIRST_COME' | 'JUDGEMENT';
  /** What becomes of one that clashes with a protected deal of another agent. */
  readonly clash: 'REFUSE' | 'QUEUE';
};
