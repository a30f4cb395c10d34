// Every bound and pace of the live connection, by name.

/**
 * What comes within this time goes in one frame; the first after a quiet time goes at once. Frames are what open pages
 * cost: each is encrypted and handed to the kernel for each page. Half of what a change may take to be seen.
 */
export const FRAME_EVERY_MS = 150;
/** Frames to somebody who has just opened something, and waits for it. */
export const HURRIED_FRAME_EVERY_MS = 5;
/** For how long somebody waits. */
export const HURRY_MS = 2_000;
/** Characters from which a frame goes before its time. */
export const FRAME_CHARS_MAX = 256 * 1024;
/** Characters that wait for a client before its watches stop sending their first state. */
export const FULL_CHARS = 1024 * 1024;
/** Characters that a client which does not read may let wait; then the connection is closed. */
export const WAITING_CHARS_MAX = 4 * 1024 * 1024;
/** Watches and topics open at once on a connection. */
export const SUBSCRIPTIONS_MAX = 64;
/** How fast a client may open them: each costs a list. */
export const OPENS = { burst: 200, perSecond: 20 };
/** Longest message of a client: a path with selectors. */
export const MESSAGE_BYTES_MAX = 16 * 1024;
/** How often the client is told the time, and the session looked at. */
export const PING_LINE_EVERY_MS = 5_000;
/** How long a client may take over closing before it is cut off. */
export const CLOSE_GRACE_MS = 2_000;
export const TRAFFIC_EVERY_MS = 2_000;
export const USAGE_EVERY_MS = 5_000;
export const FLAG_EVALUATIONS_EVERY_MS = 5_000;

/** Why a connection is closed: codes of this protocol, from 4000 on as RFC 6455 leaves to applications. */
export const CLOSE = {
  /** Log in again. */
  sessionOver: 4001,
  /** The client does not read: come back and open all again. */
  tooSlow: 4002,
  /** Not this protocol, or too many opens: a mistake in the client. */
  refused: 4003,
  /** The server stops: come back. */
  stopping: 1001,
} as const;
