// Every bound of the server, by name. Each one that is reached is counted in `gantry_server_limit_reached_total`.

/** Largest body of a request; larger ones are answered with 413 before they are read to the end. */
export const BODY_BYTES_MAX = 3 * 1024 * 1024;
/** Longest body of YAML: it is read a hundred times slower than JSON, and nothing else is served meanwhile. */
export const YAML_CHARACTERS_MAX = 512 * 1024;
/** Deepest nesting of a body; deeper ones would exhaust the stack of whoever walks them. */
export const BODY_DEPTH_MAX = 200;
/** Fields and items of a body, all levels together: each is checked and copied, and nothing else is served meanwhile. */
export const BODY_VALUES_MAX = 50_000;
/** Requests of one user under way at once, watches and connections apart. */
export const REQUESTS_PER_USER_MAX = 400;
/** Requests of all users under way at once. */
export const REQUESTS_MAX = 2_000;
/** Open watches of one user. */
export const WATCHES_PER_USER_MAX = 1_000;
/** Open watches of all users. */
export const WATCHES_MAX = 20_000;
/** Bytes that a watch holds back for a client that does not read; then it is closed. */
export const WATCH_BUFFER_BYTES_MAX = 4 * 1024 * 1024;
/** Events that a watch holds back while its initial state is still being sent; then it is closed. */
export const WATCH_HELD_EVENTS_MAX = 20_000;
/** Answers from this size on are compressed for those who accept it. */
export const GZIP_FROM_BYTES = 128 * 1024;
/** Pieces in which large answers are written. */
export const CHUNK_CHARS = 256 * 1024;
/** Longer lists are serialised afresh instead of from remembered texts. */
export const REMEMBERED_ITEMS_MAX = 20_000;
/** Lists from this many items on are remembered as they were written, for the next client that asks for the same. */
export const REMEMBERED_LIST_ITEMS_MIN = 64;
/** Longer texts of lists are written anew each time. */
export const REMEMBERED_LIST_BYTES_MAX = 4 * 1024 * 1024;
/** How long a watch lasts whose client names no time: this and up to as much again. */
export const WATCH_DEFAULT_MS = 30 * 60 * 1000;
/** How often a watch that asked for bookmarks gets one. */
export const BOOKMARK_EVERY_MS = 60 * 1000;
/** Objects read from the store at once for a page of the past. */
export const STORE_PAGE_SIZE = 500;
/** Objects that a selector looks through before others get their turn. */
export const SCAN_OBJECTS = 10_000;
/** Header `Warning` sentences of one answer. */
export const WARNINGS_MAX = 64;
/** Objects that one deletecollection deletes at the same time. */
export const DELETE_CONCURRENCY = 16;
/** How long a stopping server waits for requests under way. */
export const DRAIN_MS = 10_000;
/** How often it closes connections that have become idle meanwhile. */
export const DRAIN_SWEEP_MS = 50;
/** How long it waits for the first request of a connection that has carried none. */
export const DRAIN_UNUSED_MS = 500;
/** Connections at once; more are not accepted. */
export const CONNECTIONS_MAX = 10_000;
/** How long a client may take over the head of a request, and over all of it; then 408, and the connection ends. */
export const HEADERS_TIMEOUT_MS = 30_000;
export const REQUEST_TIMEOUT_MS = 60_000;

/** Explanations in one answer; a Warning header says so when there are more. */
export const EXPLANATIONS_PER_ANSWER_MAX = 1_000;
/** Entries of a timeline in one answer, where the client names no number, and at most. */
export const TIMELINE_ENTRIES_DEFAULT = 500;
export const TIMELINE_ENTRIES_MAX = 5_000;
/** How often a timeline that is followed looks for what has come to light. */
export const TIMELINE_LOOK_EVERY_MS = 1_000;
