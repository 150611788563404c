import { Decimal, type RoundingMode, roundMoney } from '../../src/money.ts';

// Computes the formulas of explanations from their text alone.

const token = /\s*(\d+(?:\.\d+)?%?|[A-Z_]+|[a-z]+|[()+×/,−-])/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const found = token.exec(text);
    if (!found?.[1]) throw new Error(`cannot read ${text}`);
    tokens.push(found[1]);
  }
  return tokens;
}

/** A quotient is kept as numerator and denominator, and divided where it is rounded. */
type Fraction = { readonly over: Decimal; readonly under: Decimal };
const whole = (value: Decimal | string | number): Fraction => ({ over: new Decimal(value), under: new Decimal(1) });
const quotient = ({ over, under }: Fraction) => over.div(under);

/** The value of the left side, and what the right side states. `-` as an argument is no bound. */
export function evaluate(formula: string): { readonly value: string; readonly stated: string } {
  const at = formula.lastIndexOf(' = ');
  const stated = formula.slice(at + 3);
  const value = new Parser(tokensOf(formula.slice(0, at))).whole();
  return { value: value.toFixed((stated.split('.')[1] ?? '').length), stated };
}

class Parser {
  readonly #tokens: string[];
  constructor(tokens: string[]) {
    this.#tokens = tokens;
  }

  whole(): Decimal {
    const value = quotient(this.#sum());
    if (this.#tokens.length > 0) throw new Error(`left over: ${this.#tokens.join(' ')}`);
    return value;
  }

  #sum(): Fraction {
    let sum = this.#product();
    for (let next = this.#tokens[0]; next === '+' || next === '−'; next = this.#tokens[0]) {
      this.#tokens.shift();
      const { over, under } = this.#product();
      const other = over.times(sum.under).times(next === '−' ? -1 : 1);
      sum = { over: sum.over.times(under).plus(other), under: sum.under.times(under) };
    }
    return sum;
  }

  #product(): Fraction {
    let product = this.#factor();
    for (let next = this.#tokens[0]; next === '×' || next === '/'; next = this.#tokens[0]) {
      this.#tokens.shift();
      const { over, under } = this.#factor();
      const [times, by] = next === '×' ? [over, under] : [under, over];
      product = { over: product.over.times(times), under: product.under.times(by) };
    }
    return product;
  }

  #factor(): Fraction {
    const first = this.#tokens.shift() ?? '';
    if (first === '−' || first === '-') {
      const { over, under } = this.#factor();
      return { over: over.negated(), under };
    }
    if (first === '(') {
      const inner = this.#sum();
      this.#expect(')');
      return inner;
    }
    if (/^[a-z]/.test(first)) return this.#call(first);
    if (first.endsWith('%')) return { over: new Decimal(first.slice(0, -1)), under: new Decimal(100) };
    return whole(first);
  }

  #call(name: string): Fraction {
    this.#expect('(');
    const args: (Fraction | string | undefined)[] = [this.#argument()];
    while (this.#tokens[0] === ',') {
      this.#tokens.shift();
      args.push(this.#argument());
    }
    this.#expect(')');
    const [value, second, third] = args.map((arg) => (typeof arg === 'object' ? quotient(arg) : arg));
    if (!(value instanceof Decimal)) throw new Error(`${name} of nothing`);
    const bound = (other: typeof second) => (other instanceof Decimal ? other : undefined);
    if (name === 'round') {
      const mode = typeof third === 'string' ? (third as RoundingMode) : 'HALF_UP';
      return whole(roundMoney(value, Number(bound(second)), mode));
    }
    if (name === 'min') return whole(Decimal.min(value, bound(second) ?? value));
    if (name !== 'clamp') throw new Error(`no function ${name}`);
    const raised = Decimal.max(value, bound(second) ?? value);
    return whole(Decimal.min(raised, bound(third) ?? raised));
  }

  #argument(): Fraction | string | undefined {
    const [first = '', second = ''] = this.#tokens;
    if (first === '-' && (second === ',' || second === ')')) {
      this.#tokens.shift();
      return undefined;
    }
    if (/^[A-Z]/.test(first)) return this.#tokens.shift();
    return this.#sum();
  }

  #expect(wanted: string): void {
    const found = this.#tokens.shift();
    if (found !== wanted) throw new Error(`${wanted} expected, not ${found}`);
  }
}
