// What a question to a container comes to.

/** `unknown`: it could not be asked, which says nothing about the container. */
export interface Answer {
  result: 'success' | 'failure' | 'unknown';
  /** For the user. */
  message: string;
}
