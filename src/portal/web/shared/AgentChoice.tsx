import { AgentChoiceDocument } from './AgentChoice.generated.ts';
import { rowsOf } from './pages.ts';
import { type ChoiceProps, SearchChoice } from './SearchChoice.tsx';

type AgentChoiceProps = ChoiceProps & {
  /** What it says where none is chosen. */
  readonly all?: string;
};

/** Chooses an agent by parts of its code or name. */
export function AgentChoice({ all, ...props }: AgentChoiceProps) {
  return (
    <SearchChoice
      {...props}
      document={AgentChoiceDocument}
      optionsOf={({ agents }) => rowsOf(agents).map(({ code, name }) => ({ value: code, label: `${code} · ${name}` }))}
      placeholder={all}
      allowClear
    />
  );
}
