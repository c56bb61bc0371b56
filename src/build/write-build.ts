import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkoutCommit } from './checkout-commit.js';

/** What a build leaves beside the code, so that a packed mmlock still knows what it was built from. */
export interface Build {
  readonly commit: string | null;
}

const build: Build = { commit: checkoutCommit(fileURLToPath(new URL('../..', import.meta.url))) };
writeFileSync(new URL('../build.json', import.meta.url), `${JSON.stringify(build)}\n`);
