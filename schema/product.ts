import type { PageOrder } from '../src/db/pages.ts';
import type { product } from '../src/reference/tables.ts';
import { builder } from './builder.ts';
import { contains, readConnection } from './pages.ts';

const Product = builder.drizzleNode('product', {
  name: 'Product',
  description: 'Something that is sold.',
  authScopes: { signedIn: true },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, the key in programme files.' }),
    name: t.exposeString('name', { description: 'Its name, for people.' }),
    category: t.relation('category', { nullable: true, description: 'The category it belongs to.' }),
  }),
});

const ProductConnection = builder.connectionObject(
  { type: Product, name: 'ProductConnection', description: 'A page of products.', authScopes: { signedIn: true } },
  { description: 'A product in a page.', authScopes: { signedIn: true } },
);

const productOrder: PageOrder<typeof product> = {
  name: 'products',
  direction: 'asc',
  keys: [{ column: 'code', type: 'text' }],
};

builder.queryField('products', (t) =>
  t.connection(
    {
      type: Product,
      nullable: true,
      description: 'All products, by code.',
      authScopes: { signedIn: true },
      args: { search: t.arg.string({ description: 'Part of the code or the name, in any case.' }) },
      resolve: (_root, args, context, info) =>
        readConnection(Product, productOrder, { args, context, info }, (table) => [
          contains([table.code, table.name], args.search),
        ]),
    },
    ProductConnection,
  ),
);
