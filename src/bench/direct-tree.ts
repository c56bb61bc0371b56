/**
 * Loads a module of the direct tree, with the type of its source: benchmarks measure what workers run.
 *
 * @param path of the compiled module, relative to `dist/`
 */
export async function directModule(path: string): Promise<unknown> {
  return (await import(new URL(`../direct/${path}`, import.meta.url).href)) as unknown;
}
