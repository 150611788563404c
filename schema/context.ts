export { type Context, requestTransaction } from '../src/http/context.ts';
