const http = require('node:http');
const { names, start } = require('./modules.cjs');
const { shopOf } = require('./shop.cjs');

const other = start === 'otherApi' ? require('another-api') : undefined;
void shopOf({ http, other, ...Object.assign({}, ...names.map(require)) })(start);
