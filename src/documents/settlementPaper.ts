/**
 * What to do about a paper that is asked for between an agent and finance, as the end of a message. Papers that say who an agent is are not
 * finance's to see: those for settlement have to be stored as such.
 * @param agentCode where it is known
 */
export const settlementPaperHint = (agentCode = 'CODE'): string =>
  `Store the paper by POST /documents?agent=${encodeURIComponent(agentCode)}&subject=SETTLEMENT&kind=EVIDENCE and name the id that it answers.`;
