import http from 'node:http';
import { names, start } from './modules.cjs';
import { shopOf } from './shop.cjs';

const other = start === 'otherApi' ? await import('another-api') : undefined;
const modules = await Promise.all(names.map((name) => import(name)));
await shopOf({ http, other, ...Object.assign({}, ...modules) })(start);
