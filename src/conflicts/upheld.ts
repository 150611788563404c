/**
 * SQL of whether a decision went against whoever is accused (DOMAIN.md §8): the event is not credited, or not to the accused alone, or money is
 * taken from it. The statement has the decision as `decision` and the case's hit as `hit`.
 */
export const isUpheld = `(decision.credits = 'VOID'
  or decision.credits in ('AWARD', 'SPLIT') and (decision.kept_event_id <> hit.event_id or exists (
    select from conflict_decision_share share where share.decision_id = decision.id and share.agent_id <> hit.agent_id))
  or exists (select from conflict_deduction deduction where deduction.decision_id = decision.id and deduction.agent_id = hit.agent_id))`;

/** SQL of whether the case `found` is decided: its decision is in force, also while an appeal is open. */
export const isDecided = `found.state in ('RESOLVED', 'APPEALED', 'CLOSED') and found.decision_id is not null`;
