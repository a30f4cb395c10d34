// A piece of the page that cannot be loaded: the network changed amid it, or the control plane has been updated and has other
// pieces now. Either way the page loaded anew has them; once only, so that a page that is broken does not spin.

/** A page that was loaded anew this short a time ago is not loaded anew again. */
const APART_MS = 15_000;
const KEY = 'gantry-reloaded-at';

/** What it needs from the browser. */
export interface ReloadDeps {
  storage: Pick<Storage, 'getItem' | 'setItem'>;
  nowMs: number;
  reload(): void;
}

/** @returns whether the page is being loaded anew. */
export function reloadOnce(deps: ReloadDeps): boolean {
  const { storage, nowMs } = deps;
  const lastMs = Number(storage.getItem(KEY) ?? Number.NEGATIVE_INFINITY);
  if (nowMs - lastMs < APART_MS) return false;
  storage.setItem(KEY, String(nowMs));
  deps.reload();
  return true;
}
