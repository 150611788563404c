// The code and token that open an application: in this tab only, and gone with it.

export type Access = { readonly code: string; readonly token: string };

const kept = 'tributary.application';

/** Has this tab open an application, until it is closed: nothing of it stands in the address or the history. */
export function keepAccess(access: Access | undefined): void {
  if (access) sessionStorage.setItem(kept, JSON.stringify(access));
  else sessionStorage.removeItem(kept);
}

/** What is open in this tab. */
export function keptAccess(): Access | undefined {
  const text = sessionStorage.getItem(kept);
  return text ? (JSON.parse(text) as Access) : undefined;
}
