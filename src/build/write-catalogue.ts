import { writeFileSync } from 'node:fs';
import { makeCatalogue } from '../cli/catalogue.js';

writeFileSync(
  new URL('../cli/catalogue.json', import.meta.url),
  `${JSON.stringify(makeCatalogue(), null, 2)}\n`,
);
