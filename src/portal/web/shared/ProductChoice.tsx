import { ProductChoiceDocument } from './ProductChoice.generated.ts';
import { rowsOf } from './pages.ts';
import { type ChoiceProps, SearchChoice } from './SearchChoice.tsx';

type ProductChoiceProps = ChoiceProps & {
  /** What a product's code has before it among the values, where others could have the same. */
  readonly prefix?: string;
};

/** Chooses a product by parts of its code or name. */
export function ProductChoice({ prefix = '', ...props }: ProductChoiceProps) {
  return (
    <SearchChoice
      {...props}
      document={ProductChoiceDocument}
      optionsOf={({ products }) =>
        rowsOf(products).map(({ code, name }) => ({ value: `${prefix}${code}`, label: `${code} · ${name}` }))
      }
    />
  );
}
