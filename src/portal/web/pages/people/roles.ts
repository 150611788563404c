import type { Role } from '../../app/session.tsx';

/** In the order in which they are chosen. */
export const roles: readonly Role[] = ['CHANNEL_MANAGER', 'FINANCE', 'ADMIN', 'AUDITOR', 'COMPLIANCE', 'AGENT'];
