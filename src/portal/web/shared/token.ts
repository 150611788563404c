/** The token of an invitation's link. It stands after the #: that part of an address is in no log. */
export const tokenOfAddress = () => new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '';

/** The link that somebody without an account opens. */
export const linkWithToken = (path: string, token: string) =>
  `${window.location.origin}/portal${path}#${new URLSearchParams({ token })}`;
